"""How complete the file of a customer is, in per cent (B8)."""

from collections.abc import Collection

PERSON_WEIGHTS = {
    "name": 15, "phone": 25, "gender": 5, "birthday": 10, "region": 10, "occupation": 5, "source": 5,
    "preferred_channel": 5, "preferred_time": 5, "family": 3, "hobbies": 4, "taboos": 3, "caretaker": 5,
}  # fmt: skip
COMPANY_WEIGHTS = {
    "name": 20, "phone": 25, "identity": 10, "region": 10, "address": 5, "industry": 10, "source": 5,
    "preferred_channel": 5, "preferred_time": 5, "caretaker": 5,
}  # fmt: skip


def completeness(kind: str, filled: Collection[str]) -> int:
    """Per cent of what is worth knowing that is known.

    A person: phone 25, name 15, birthday and region 10 each; gender, occupation, source, preferred channel, preferred
    time and somebody who looks after them 5 each; hobbies 4, family and taboos 3 each. A firm: phone 25, name 20,
    code, region and industry 10 each; address, source, preferred channel, preferred time, caretaker 5 each. Weights
    follow what the store needs to reach somebody and to treat them well (B4); each table sums to 100.
    """
    return sum(weight for fact, weight in weights(kind).items() if fact in filled)


def missing(kind: str, filled: Collection[str]) -> list[str]:
    """What is not known yet, the weightiest first."""
    rest = [(weight, fact) for fact, weight in weights(kind).items() if fact not in filled]
    return [fact for _weight, fact in sorted(rest, key=lambda one: -one[0])]


def weights(kind: str) -> dict[str, int]:
    return COMPANY_WEIGHTS if kind == "company" else PERSON_WEIGHTS
