"""Finding customers (B10): prefix ranges on the token table, terms joined from the rarest one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from qibu.customers import listing
from qibu.customers.models import Customer, SearchToken
from qibu.customers.rules import Term, pinyin_of, read_query, tail_token, whole_token
from qibu.customers.rules.tokens import NAME
from qibu.customers.selectors.customers import phones_of, visible
from qibu.customers.services import fingerprints
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

BEYOND = "\U0010ffff"  # every token with a prefix lies below prefix + this
COUNTED = 300  # beyond it a term is simply common
TOKENS_PER_CUSTOMER = 40
SHORT = 2
_LETTERS, _HAN = re.compile("[a-z]+"), re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Found:
    id: int
    name: str
    phone: str  # masked
    matched: str  # what made the match, in words: a plate, the person, "尾号"
    source: str


def search(actor: Actor, text: str, limit: int = 8) -> list[Found]:
    """The best matches, exact ones first."""
    terms = _rarest_first(read_query(text))
    if not terms:
        return []
    sources = _families(actor, text, limit) if len(terms) == 1 else {}
    if len(sources) < limit:
        further = _matches(actor, terms, limit)
        sources |= {pk: source for pk, source in further.items() if pk not in sources}
    return _described(actor, dict(list(sources.items())[:limit]))


def matching(text: str) -> QuerySet[Customer, Any]:
    """The identifiers of all customers that a text finds, for `pk__in` and `customer_id__in`. Which of them the
    actor may see is the caller's to say."""
    terms = _rarest_first(read_query(text))
    if not terms:
        return Customer.objects.none().values("pk")
    tokens = _with_others(SearchToken.objects.filter(_any(terms[0])), terms[1:])
    return Customer.objects.filter(_AnyOf(F("pk"), ArraySubquery(tokens.values("customer_id")))).values("pk")


class _AnyOf(Func):
    """id = ANY (ARRAY (…)): the tokens are read once, before. As `IN (…)` it is planned as a join, which without
    fresh statistics read all tokens of a common prefix for every customer."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def _families(actor: Actor, text: str, limit: int) -> dict[int, str]:
    """Those whose name begins with what was typed: first whose surname it is, then whose surname begins with it. The
    order of the list begins with the syllables, so either is a range of its index."""
    typed = _LETTERS.fullmatch(text.strip().lower())
    sounds = typed.group() if typed else " ".join(pinyin_of(text)) if _HAN.fullmatch(text.strip()) else ""
    found: dict[int, str] = {}
    for start in (f"{sounds} ", sounds) if sounds else ():
        rows = visible(actor).filter(sort_key__gte=start, sort_key__lt=start + BEYOND)
        named = rows.filter(kind=Customer.Kind.PERSON) if typed else rows.filter(name__startswith=text.strip())
        kept = named.order_by("sort_key", "pk").values_list("pk", flat=True)[:limit]
        found |= {pk: NAME for pk in kept if pk not in found}
        if len(found) >= limit:
            break
    return found


def _alternatives(term: Term) -> list[Q]:
    """The ways a term can match, the likeliest first."""
    ways = []
    if term.number:
        ways.append(Q(token=whole_token(fingerprints.phone_hash(term.number))))
    if term.tail:
        ways.append(Q(token=tail_token(fingerprints.tail_hash(term.tail))))
    return [*ways, *_by_prefix(term.prefix)] if term.prefix else ways


def _by_prefix(prefix: str) -> list[Q]:
    """Of one or two letters people come before plates, whose next sign is a digit."""
    if len(prefix) > SHORT or not _LETTERS.fullmatch(prefix):
        return [Q(token__gte=prefix, token__lt=prefix + BEYOND)]
    people = Q(token__gte=f"{prefix}a", token__lt=prefix + BEYOND)
    return [Q(token=prefix), people, Q(token__gt=prefix, token__lt=f"{prefix}a")]  # each a range of the index


def _any(term: Term) -> Q:
    """All ways at once: the prefix as one range."""
    ways = Q()
    for way in _alternatives(term._replace(prefix="")):
        ways |= way
    return ways | Q(token__gte=term.prefix, token__lt=term.prefix + BEYOND) if term.prefix else ways


def _rarest_first(terms: list[Term]) -> list[Term]:
    if len(terms) < 2:
        return terms
    return sorted(terms, key=lambda term: SearchToken.objects.filter(_any(term))[:COUNTED].count())


def _with_others(rows: QuerySet[SearchToken], others: Sequence[Term]) -> QuerySet[SearchToken]:
    for other in others:
        same = SearchToken.objects.filter(_any(other), customer_id=OuterRef("customer_id"))
        rows = rows.filter(Exists(same))
    return rows


def _matches(actor: Actor, terms: list[Term], limit: int) -> dict[int, str]:
    """Customer → the source of the best matching token. Ordered by token, so the exact one comes first."""
    found: dict[int, str] = {}
    for way in _alternatives(terms[0]):
        rows = _with_others(_seen(actor, SearchToken.objects.filter(way)), terms[1:])
        for customer_id, source in rows.order_by("token", "customer_id").values_list("customer_id", "source")[
            : limit * TOKENS_PER_CUSTOMER
        ]:
            found.setdefault(customer_id, source)
        if len(found) >= limit:
            break
    return dict(list(found.items())[:limit])


def _seen(actor: Actor, rows: QuerySet[SearchToken]) -> QuerySet[SearchToken]:
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows
    return rows.filter(Exists(visible(actor).filter(pk=OuterRef("customer_id"))))


def _described(actor: Actor, sources: dict[int, str]) -> list[Found]:
    customers: dict[int, Customer] = visible(actor).in_bulk(list(sources))
    phones = phones_of(sources)
    words = listing.describe_matches(actor, sources)
    return [
        Found(pk, str(customers[pk]), phones[pk].masked if pk in phones else "", words.get(pk, ""), source)
        for pk, source in sources.items()
        if pk in customers
    ]
