"""Every place of an address where something can be named, and asking there for what is another's.

A door is a key that an address reads: of its path, of its query, of its form. They are not listed by hand: `reads` asks
an address once and takes down which keys its view, its forms and its list look at. What a key names is found by trying:
a row of one's own answers otherwise than one that nobody has. `doors.json` keeps what was found; `test_doors` compares.

The rule for each door: what is another's is answered like what is nobody's. Status, headers, every byte of the page,
but for what was typed, for secrets that are new each time and for numbers of rows that were just written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from django.apps import apps
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from access import PAGES, Page, resolved
from personas import Person, Store, phone_of, plate_of, undone, vin_of
from qibu.config.postgres import connect_super
from qibu.kernel.scoping import scope
from qibu.testing import HOME
from qibu.ui.lists import ListPage

FROZEN = Path(__file__).with_name("doors.json")
QUERY, FORM, PATH = "query", "form", "path"
SAFE = {"csrfmiddlewaretoken", "once", "urlencode"}  # what templates ask a query for is looked up as a key first
# Views that take the whole query at once: which keys they look at can't be seen from outside.
TAKEN_WHOLE = {
    "tasks:workbench": ("staff", "task", "shown", "category"),
    "tasks:result": ("staff", "category"),
    "network:view-new": ("list", "at", "base", "values", "columns"),
    "network:view": ("list", "at", "base", "values", "columns"),
    "tasks:day": ("day", "kind", "name"), "tasks:day-removal": ("day", "kind", "name"),
    "contact:mail": (), "tasks:panel": ("staff", "category"),
}  # fmt: skip
# What nobody has, in the shape of what somebody has.
NOWHERE = 99_000_000_007


@dataclass(frozen=True, order=True)
class Door:
    name: str
    method: str
    place: str
    key: str
    many: bool = field(default=False, compare=False)

    @property
    def address(self) -> str:
        return f"{self.method} {self.name}"


# -- What is named


@dataclass(frozen=True)
class Somebody:
    """Whose rows are named: a store's, or those that a colleague does not see."""

    name: str
    things: Mapping[str, str]  # a thing of each kind, as it is typed
    numbers: frozenset[str]  # of all rows that are theirs
    words: frozenset[str]  # that only occur there


def things_of(store: Store, number: int) -> dict[str, str]:
    """What may be typed to name something of this store. The first customer is nobody's: all who see any see it."""
    ids = {kind: value for kind, value in store.ids.items() if is_number(kind, value)}
    first, phone = store.customers[0], phone_of(number, 0)
    words = {
        "view_key": f"s{ids['view']}", "field": store.ids["field"],
        "name": first.name,
        "sound": first.sort_key.partition("  ")[0].replace(" ", ""), "plate": plate_of(number, 0),
        "vin": vin_of(number, 0), "phone": phone, "tail": phone[-4:], "order": store.ids["order"],
        "staff_name": store.manager.name, "tag_name": f"标签{store.organisation.pk}", "code": store.organisation.code,
    }  # fmt: skip
    return {kind: str(value) for kind, value in ids.items()} | words


def is_number(kind: str, value: Any) -> bool:
    return isinstance(value, int) and not kind.endswith("version")


# Two of each: a page that answers even them differently only repeats what was typed.
NOBODYS: dict[str, tuple[str, str]] = {
    "view_key": (f"s{NOWHERE}", f"s{NOWHERE + 1}"), "field": ("aaaaaaaaaaaa", "bbbbbbbbbbbb"),
    "name": ("钟离无踪", "公冶无迹"), "sound": ("zhongliwuzong", "gongyewuji"), "plate": ("皖Z9ZZ99", "皖Y8YY88"),
    "vin": ("LVVDB11B5RD099999", "LVVDB11B4RD088888"), "phone": ("13990559999", "13880558888"),
    "tail": ("9876", "8765"), "order": ("XC-ZZ-0000", "XC-YY-0000"),
    "staff_name": ("公孙无名", "太叔无姓"), "tag_name": ("标签999", "标签888"),
    "code": ("XC-ZZ", "XC-YY"),
}  # fmt: skip


def nobodys(kind: str) -> tuple[str, str]:
    return NOBODYS.get(kind, (str(NOWHERE), str(NOWHERE + 1)))


# -- Numbers that say whose they are


STEP = 10_000_000
SEQUENCES = """
SELECT t.relname, s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid
 WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND t.relname <> 'network_organisation' ORDER BY 1
"""


def part_numbers() -> None:
    """Every table counts from elsewhere, so that a number names one row of the whole database."""
    with connect_super(HOME, connection.settings_dict["NAME"]) as root:
        for place, (_table, sequence) in enumerate(root.execute(SEQUENCES).fetchall(), start=2):
            root.execute("SELECT setval(%s, %s)", [sequence, place * STEP])


@cache
def numbered() -> dict[int, str]:
    """The table of each range of numbers."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        return {place: table for place, (table, _sequence) in enumerate(cursor.fetchall(), start=2)}


def numbers_of(organisation_id: int) -> frozenset[str]:
    """Of all rows of an organisation; within its scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns c WHERE c.column_name = 'organisation_id'"
            " AND c.table_schema = 'public' AND EXISTS (SELECT FROM information_schema.columns i WHERE"
            " i.table_name = c.table_name AND i.column_name = 'id')"
        )
        parts = [
            f"SELECT id FROM {name} WHERE organisation_id = {organisation_id}"  # noqa: S608
            for (name,) in cursor.fetchall()
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return frozenset(str(number) for (number,) in cursor.fetchall())


# -- Which keys are read


class Watched(QueryDict):
    """A query or a form that takes down which of its keys are looked at."""

    place = QUERY
    read: set[tuple[str, str, bool]] = set()
    whole: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add((self.place, str(key), False))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add((self.place, str(key), False))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.read.add((self.place, str(key), True))
        return super().getlist(key, default)

    def dict(self) -> dict[str, Any]:
        self.whole.add(self.place)
        return {key: QueryDict.__getitem__(self, key) for key in self}


class WatchedForm(Watched):
    place = FORM


@contextmanager
def watching() -> Iterator[None]:
    plain_get, plain_post = WSGIRequest.GET, WSGIRequest._load_post_and_files

    def query(request: WSGIRequest) -> QueryDict:
        found = plain_get.func(request)
        found.__class__ = Watched
        return found

    def form(request: WSGIRequest) -> None:
        plain_post(request)
        request._post.__class__ = WatchedForm

    watched = cached_property(query)
    watched.__set_name__(WSGIRequest, "GET")
    WSGIRequest.GET, WSGIRequest._load_post_and_files = watched, form  # type: ignore[assignment]
    Watched.read, Watched.whole = set(), set()
    try:
        yield
    finally:
        WSGIRequest.GET, WSGIRequest._load_post_and_files = plain_get, plain_post


def reads(person: Person, name: str, method: str, ids: Mapping[str, Any]) -> tuple[set[Door], set[str]]:
    """The doors of an address, and which of its places it takes as a whole."""
    page, known = PAGES[name], {str(ids["field"]): "field"}
    known |= {str(value): word for word, value in ids.items() if is_number(word, value)}
    with watching(), asking(person.client(), name, page, method, ids) as answer:
        several: dict[tuple[str, str], bool] = {}
        for place, key, many in Watched.read:
            if key not in SAFE and (place == FORM) == (method == "post"):
                several[place, shaped(key, known)] = many or several.get((place, shaped(key, known)), False)
        found = {Door(name, method, place, key, many) for (place, key), many in several.items()}
        whole = set(Watched.whole)
        found |= {Door(name, method, QUERY, shaped(key, known)) for key in listed(answer)}
    place = FORM if method == "post" else QUERY
    found |= {Door(name, method, place, key) for key in TAKEN_WHOLE.get(name, ())}
    found |= {Door(name, method, PATH, key) for key, value in page.ids.items() if value.startswith("@")}
    if method == "post":
        found |= {Door(name, method, QUERY, key) for key, value in page.query.items() if str(value).startswith("@")}
    return found, whole


def shaped(key: str, known: Mapping[str, str]) -> str:
    """A key with the number of a row in it, `username-30000012`, by the kind of that row: `username-{staff}`."""
    return re.sub(r"[0-9a-f]{12}|\d{7,}", lambda found: "{" + known.get(found[0], "?") + "}", key)


def listed(answer: Any) -> set[str]:
    """What the address of a list may hold: its filters say so themselves."""
    page = (getattr(answer, "context", None) or {}).get("page")
    if not isinstance(page, ListPage):
        return set()
    keys = {key for one in page.filters for key in (*one.keys(),)}
    return keys | {"sort", "view", "after", "before", "open"}


# -- Asking


@contextmanager
def asking(
    client: Client, name: str, page: Page, method: str, ids: Mapping[str, Any], *,
    door: Door | None = None, typed: str | list[str] = "", kind: str = "", htmx: bool = False,
) -> Iterator[Any]:  # fmt: skip
    """The answer of an address whose door is given what was typed; what was done is taken back afterwards."""
    path, query, form = (resolved(part or {}, dict(ids)) for part in (page.ids, page.query, page.form))
    if door is not None:
        {PATH: path, QUERY: query, FORM: form}[door.place].update(filled(door, typed))
    address = reverse(name, kwargs=path) + (f"?{urlencode(query, doseq=True)}" if query else "")
    client.raise_request_exception = False
    extra = {"headers": {"hx-request": "true"}} if htmx else {}
    with undone():
        yield getattr(client, method)(address, form if method == "post" else None, **extra)


def filled(door: Door, typed: str | list[str]) -> dict[str, Any]:
    if "{" in door.key:
        named = re.sub(r"\{.*?\}", str(typed), door.key)
        return {named: "x"}
    return {door.key: typed}


TOKENS = re.compile(
    r'(name="csrf-token" content="|name="csrfmiddlewaretoken" value="|name="once" value="|'
    r'"X-CSRFToken": ?"|&quot;X-CSRFToken&quot;: ?&quot;|nonce[-="]+)[\w-]+'
)
UUIDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
SIGNED = re.compile(r"[\w.-]{20,}:[\w-]{4,}:[\w-]{20,}")
MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+")
NUMBERS = re.compile(r"\d{8,}")
NUMBERED = re.compile(r"s?\d{8,}|\d{1,3}")
HEADERS = ("location", "hx-redirect", "hx-trigger", "hx-location", "hx-push-url", "content-type", "content-disposition")


@dataclass(frozen=True)
class Answer:
    """What came back, and how it looks to somebody who doesn't know what was typed."""

    status: int
    headers: tuple[str, ...]
    raw: str

    @classmethod
    def of(cls, response: Any) -> Answer:
        raw = "" if response.streaming else response.content.decode(errors="replace")
        heads = tuple(f"{name}: {response[name]}" for name in HEADERS if response.has_header(name))
        return cls(response.status_code, heads, raw)

    def seen(self, *typed: str) -> tuple[str, ...]:
        return str(self.status), *(plain(one, typed) for one in self.headers), plain(self.raw, typed)

    def like(self, other: Answer, *typed: str) -> bool:
        """Whether nobody could tell the two apart who doesn't know which of the words was typed where."""
        return self == other or self.seen(*typed) == other.seen(*typed)

    def unlike(self, other: Answer, *typed: str) -> str:
        """The first place where they differ."""
        mine, its = ("\n".join(one.seen(*typed)).splitlines() for one in (self, other))
        here, there = next(((a, b) for a, b in zip(mine, its, strict=False) if a != b), ("", "more or fewer lines"))
        return f"{here.strip()[:160]!r}, not {there.strip()[:160]!r}"


def plain(text: str, typed: tuple[str, ...]) -> str:
    text = MOMENTS.sub("*", SIGNED.sub("*", UUIDS.sub("*", TOKENS.sub(r"\1*", text))))
    for one in typed:
        if NUMBERED.fullmatch(one):  # becomes # like every number of a row; the short ones of organisations stay
            continue
        coded = json.dumps(one)[1:-1]
        for form in {one, quote(one), quote_plus(one), coded, quote_plus(coded)}:
            text = text.replace(form, "§")
    return NUMBERS.sub("#", text)


def leaks(answer: Answer, whose: Somebody, *typed: str) -> set[str]:
    """Numbers of their rows, and words that only they have, that stand in an answer without having been typed."""
    numbers = set(re.findall(r"\d{8,}", answer.raw)) & whose.numbers
    words = {word for word in whose.words if word in answer.raw}
    return {one for one in numbers | words if not any(one in text or text in one for text in typed)}


# -- What is kept


def frozen() -> dict[str, dict[str, dict[str, list[str]]]]:
    """By address and place: the keys, and the kinds of things that each of them names."""
    return json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}


def freeze(found: Mapping[Door, list[str]]) -> None:
    kept: dict[str, dict[str, dict[str, list[str]]]] = {}
    for door, kinds in sorted(found.items()):
        key = f"{door.key}[]" if door.many else door.key
        kept.setdefault(door.address, {}).setdefault(door.place, {})[key] = sorted(kinds)
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", text)
    FROZEN.write_text(text + "\n", encoding="utf-8")


def known() -> dict[Door, list[str]]:
    found = {}
    for address, places in frozen().items():
        method, name = address.split(" ")
        for place, keys in places.items():
            for key, kinds in keys.items():
                found[Door(name, method, place, key.removesuffix("[]"), key.endswith("[]"))] = kinds
    return found


# -- Finding out what a key names


@contextmanager
def listening() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    heard: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        heard.append(f"{sql} | {params}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield heard


# Keys in which people type words by which something is found, or that are compared with what there is.
FOUND = frozenset({"name", "sound", "plate", "vin", "phone", "tail", "order", "staff_name", "tag_name", "code"})
TYPED: dict[str, frozenset[str]] = {
    "q": FOUND, "find": FOUND, "other": FOUND, "name": frozenset({"name", "staff_name", "tag_name"}),
    "names": frozenset({"tag_name"}), "phone": frozenset({"phone"}), "other_phones": frozenset({"phone"}),
    "new_phone": frozenset({"phone"}), "contact_phone": frozenset({"phone"}), "value": frozenset({"phone"}),
    "plate": frozenset({"plate"}), "vin": frozenset({"vin"}), "number": frozenset({"order"}),
    "code": frozenset({"code"}), "view": frozenset({"view_key"}), "new_name": frozenset({"name"}),
}


def names(person: Person, door: Door, ids: Mapping[str, Any], things: Mapping[str, str]) -> list[str]:
    """The kinds of things that a key names: one's own is answered otherwise than what nobody has.

    Not every kind is tried at every key. A number that is asked for of a table says of what kind it is, and so do the
    choices of a field and of a filter; words are tried where people type such.
    """
    with listening() as heard, _asked(person, door, ids, str(NOWHERE)) as response:
        nothing = Answer.of(response)
        with scope(person.actor):
            offered = choices(response, door.key)
    kinds = asked_for(heard, things) | {kind for kind, thing in things.items() if thing in offered}
    kinds |= TYPED.get(door.key, frozenset()) | declared(door)
    said = {str(NOWHERE): nothing}
    return [kind for kind in sorted(kinds & things.keys()) if _is_named(person, door, ids, kind, things[kind], said)]


def declared(door: Door) -> set[str]:
    """What `access` says that the key names."""
    page = PAGES[door.name]
    value = {PATH: page.ids, QUERY: page.query, FORM: page.form or {}}[door.place].get(door.key, "")
    return {value[1:]} if isinstance(value, str) and value.startswith("@") else set()


def choices(response: Any, key: str) -> set[str]:
    """What a field or a filter of that key lets choose."""
    context = response.context or {}
    fields = getattr(context.get("form"), "fields", {})
    offered = [value for value, _label in getattr(fields.get(key), "choices", ())]
    page = context.get("page")
    for one in page.filters if isinstance(page, ListPage) else ():
        if key in (*one.keys(),) and hasattr(one, "options"):
            offered += [value for value, _label in one.options(page.request)]
    return {str(value) for value in offered}


def _is_named(
    person: Person, door: Door, ids: Mapping[str, Any], kind: str, thing: str, said: dict[str, Answer]
) -> bool:
    def nobody(one: str) -> Answer:
        if one not in said:
            said[one] = _ask(person, door, ids, one)
        return said[one]

    first, second = nobodys(kind)
    words = (thing, first, second)
    return not _ask(person, door, ids, thing).like(nobody(first), *words) and nobody(first).like(nobody(second), *words)


COLUMN = re.compile(r'"(\w+)"\."(\w+)" (?:=|IN) \(?(?:%s|\d)')


def asked_for(heard: list[str], things: Mapping[str, str]) -> set[str]:
    """The kinds of rows whose number was asked for: of tables asked for it by their key, or by one to them."""
    tables: set[str] = set()
    for one in heard:
        if str(NOWHERE) in one:
            tables |= {target(*found) for found in COLUMN.findall(one)} | set(re.findall(r"FROM (\w+)", one))
    of_table = numbered()
    places = {kind: int(thing) // STEP for kind, thing in things.items() if thing.isdecimal()}
    return {kind for kind, place in places.items() if of_table.get(place) in tables}


def target(table: str, column: str) -> str:
    """Whose number stands in a column."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            for one in model._meta.local_fields:
                if one.column == column and one.is_relation:
                    return str(one.related_model._meta.db_table)
    return table


def _asked(person: Person, door: Door, ids: Mapping[str, Any], typed: str) -> Any:
    return asking(person.client(), door.name, PAGES[door.name], door.method, ids, door=door, typed=typed)


def _ask(person: Person, door: Door, ids: Mapping[str, Any], typed: str) -> Answer:
    with _asked(person, door, ids, typed) as answer:
        return Answer.of(answer)
