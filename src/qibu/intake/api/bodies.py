"""A lead as JSON: what it may hold, and what is wrong with it in sentences by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from qibu.intake.rules import WISHED, Draft, appointment, day, moment
from qibu.intake.rules.drafts import CONDITIONS, INTERESTS, PAYMENTS, kilometres, money
from qibu.intake.selectors import source_for
from qibu.intake.services.arriving import Brought
from qibu.kernel import times
from qibu.leads.rules import Door
from qibu.network.services.tokens import Bearer

SOURCE = "website"  # where nothing is said
PERSON = ("name", "phones", "email", "wechat", "city")
TOP = ("person", "wish", "source", "campaign", "keys", "resend", "requested_at")
MOST_KEYS, MOST_PHONES = 10, 10
Wrong = dict[str, str]


def brought(bearer: Bearer, told: Any, content: bytes) -> tuple[Brought | None, Wrong]:
    wrong: Wrong = {}
    if not isinstance(told, dict):
        return None, {"": _("要是一个 JSON 对象。")}
    _known(told, TOP, "", wrong)
    person, wish = (_object(told, name, wrong) for name in ("person", "wish"))
    _known(person, PERSON, "person.", wrong)
    _known(wish, WISHED, "wish.", wrong)
    phones, keys = _phones(person, wrong), _keys(told, wrong)
    facts = {**_texts(person, "person.", wrong, leave=("phones",)), **_texts(wish, "wish.", wrong)}
    _check(facts, wrong)
    source = _source(bearer, told, wrong)
    texts = _texts({name: told[name] for name in ("campaign", "requested_at") if name in told}, "", wrong)
    at = _moment(texts.get("requested_at", ""), wrong)
    if not isinstance(told.get("resend", False), bool):
        wrong["resend"] = _("要是 true 或 false。")
    if wrong:
        return None, wrong
    return Brought(
        door=Door.API, source=source, draft=Draft.of({**facts, "phone": "、".join(phones)}),
        raw=content.decode("utf-8", "replace"), at=at or times.now(), keys=keys, again=bool(told.get("resend")),
        campaign=texts.get("campaign", ""), sender=bearer.name,
    ), {}  # fmt: skip


def _known(told: Mapping[str, Any], names: tuple[str, ...], place: str, wrong: Wrong) -> None:
    """A misspelt name would be a wish that is lost."""
    for name in told:
        if name not in names:
            wrong[f"{place}{name}"] = _("不认识这一项。可以用的有：{names}。").format(names=_("、").join(names))


def _object(told: Mapping[str, Any], name: str, wrong: Wrong) -> dict[str, Any]:
    found = told.get(name, {})
    if isinstance(found, dict):
        return found
    wrong[name] = _("要是一个 JSON 对象。")
    return {}


def _texts(told: Mapping[str, Any], place: str, wrong: Wrong, leave: tuple[str, ...] = ()) -> dict[str, str]:
    found = {}
    for name, value in told.items():
        if name in leave or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            wrong[f"{place}{name}"] = _("要是文字或数字。")
        else:
            found[name] = str(value)
    return found


def _phones(person: Mapping[str, Any], wrong: Wrong) -> list[str]:
    found = person.get("phones", [])
    if isinstance(found, list) and len(found) <= MOST_PHONES and all(isinstance(one, str) for one in found):
        return found
    wrong["person.phones"] = _("要是文字的列表，最多 {n} 个。").format(n=MOST_PHONES)
    return []


def _keys(told: Mapping[str, Any], wrong: Wrong) -> tuple[tuple[str, str], ...]:
    found = told.get("keys", [])
    good = isinstance(found, list) and len(found) <= MOST_KEYS and all(
        isinstance(one, dict) and set(one) == {"source", "text"}
        and all(isinstance(value, str) and 0 < len(value) <= 80 and "\0" not in value for value in one.values())
        for one in found
    )  # fmt: skip
    if good:
        return tuple((one["source"], one["text"]) for one in found)
    sentence = _('要是 {{"source": "…", "text": "…"}} 的列表，每项 1 到 80 个字，最多 {n} 个。')
    wrong["keys"] = sentence.format(n=MOST_KEYS)
    return ()


CHECKS: dict[str, Callable[[str], bool]] = {
    "interest": lambda said: said in INTERESTS,
    "payment": lambda said: said in PAYMENTS,
    "quantity": lambda said: said.isdecimal() and 0 < int(said[:6]) < 1000,
    "buys_by": lambda said: day(said, times.today()) is not None,
    "budget": lambda said: money(said) is not None,
    "drive": lambda said: appointment(said, times.today(), times.ZONE) is not None,
    "trade_in_registered": lambda said: day(said, times.today()) is not None,
    "trade_in_km": lambda said: kilometres(said) is not None,
    "trade_in_condition": lambda said: said in CONDITIONS,
}


def _check(facts: Mapping[str, str], wrong: Wrong) -> None:
    hints = {
        "interest": _("、").join(INTERESTS), "payment": _("、").join(PAYMENTS), "quantity": "1–999",
        "buys_by": "2026-12-31", "budget": "180000", "drive": "2026-12-05T10:00+08:00",
        "trade_in_registered": "2019-03-20", "trade_in_km": "62000", "trade_in_condition": _("、").join(CONDITIONS),
    }  # fmt: skip
    for name, good in CHECKS.items():
        if facts.get(name) and not good(facts[name]):
            wrong[f"wish.{name}"] = _("这个值不能用。例如：{examples}。").format(examples=hints[name])


def _source(bearer: Bearer, told: Mapping[str, Any], wrong: Wrong) -> str:
    said = told.get("source") or SOURCE
    found = source_for(bearer.actor, said) if isinstance(said, str) else ""
    if not found:
        wrong["source"] = _("门店没有这个来源。请用来源的代码或名称。")
    return found


def _moment(said: str, wrong: Wrong) -> Any:
    found = moment(said, zone=times.ZONE, now=times.now()) if said else None
    if said and found is None:
        wrong["requested_at"] = _("要是 ISO 8601 的时间，例如 2026-11-26T10:30:00+08:00。")
    return found
