"""ADF: what is read, what is refused, and that what is written is what a strict reader wants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.dom import minidom

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.intake import adf
from qibu.intake.adf import grammar
from qibu.intake.rules import Draft, day, moment, read
from qibu.intake.rules.adf import draft_of, keys_of, prospect_of
from qibu.intake.rules.drafts import INTERESTS, LENGTHS, PAYMENTS, money
from qibu.intake.tests.corpus import BAD, GOOD, PLAIN, document
from qibu.kernel.times import ZONE

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def test_the_corpus_is_as_big_as_promised() -> None:
    assert len(GOOD) + len(BAD) > 50
    assert len({one.content for one in GOOD.values()}) == len(GOOD)


@pytest.mark.parametrize("name", GOOD)
def test_what_comes_is_understood(name: str) -> None:
    one = GOOD[name]
    found = adf.read(one.content, one.charset)
    assert len(found) == len(one.expected)
    for each, expected in zip(found, one.expected, strict=True):
        draft = draft_of(each.prospect, TODAY.year)
        said = {key: value for key, value in expected.facts.items() if value}
        assert {key: value for key, value in draft.facts().items() if key in expected.facts} == said
        assert read(draft, TODAY).reasons == expected.reasons
        if expected.keys is not None:
            assert keys_of(each.prospect) == expected.keys


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_document_is_refused_with_its_reason(name: str) -> None:
    content, code = BAD[name]
    with pytest.raises(adf.Unreadable) as refused:
        adf.read(content)
    assert refused.value.code == code


def test_where_it_breaks_is_told() -> None:
    with pytest.raises(adf.Unreadable) as refused:
        adf.read(b"<adf>\n <prospect>\n  <id>1</di>\n</prospect></adf>")
    assert refused.value.facts == {"line": 3, "column": 10}


def test_the_part_of_each_prospect_is_kept_as_it_came() -> None:
    raw = [one.raw for one in adf.read(GOOD["several prospects"].content)]
    assert raw[0] == PLAIN
    assert "13855530002" in raw[1]


def test_unknown_elements_are_kept_with_their_place() -> None:
    (found,) = adf.read(GOOD["unknown elements"].content)
    assert found.prospect.unknown == (("vehicle/warp", "<warp>9</warp>"), ("xyz", "<xyz><a>1</a></xyz>"))


def test_a_missing_vendorname_is_the_name_of_its_contact() -> None:
    (found,) = adf.read(GOOD["no vendorname"].content)
    assert found.prospect.vendor.name == "弋江店"


# Random bytes and broken documents: nothing but `Unreadable` ever leaves the reader -----------------
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    refused_or_read(content)


@settings(max_examples=300)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_no_damage_to_a_document_breaks_the_reader(name: str, data: Any) -> None:
    content = bytearray(GOOD[name].content)
    for _time in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        if not content:
            return
    refused_or_read(bytes(content))


def refused_or_read(content: bytes) -> None:
    try:
        found = adf.read(content)
    except adf.Unreadable:
        return
    for one in found:
        read(draft_of(one.prospect, TODAY.year), TODAY)


# Written strictly -------------------------------------------------------------------------------
# The grammar of the standard once more, as sequences of the names of children: nothing of the product's own.
SEQUENCE = {
    "adf": "(prospect )+",
    "prospect": "(id )*requestdate (vehicle )+customer vendor (provider )?",
    "vehicle": "(id )*year make model (vin )?(stock )?(trim )?(doors )?(bodystyle )?(transmission )?(odometer )?"
               "(condition )?(colorcombination )*(imagetag )?(price )?(pricecomments )?(option )*(finance )?"
               "(comments )?",
    "colorcombination": "(interiorcolor )?(exteriorcolor )?preference ",
    "option": "optionname (manufacturercode )?(stock )?(weighting )?(price )?",
    "finance": "method (amount )+(balance )?",
    "customer": "contact (id )*(timeframe )?(comments )?",
    "timeframe": "(description )?(earliestdate )?(latestdate )?",
    "vendor": "(id )*vendorname (url )?contact ",
    "provider": "(id )*name (service )?(url )?(email )?(phone )?(contact )?",
    "contact": "(name )+((email )(phone )*|(phone )+)(address )?",
    "address": "(street )+(apartment )?(city )?(regioncode )?(postalcode )?(country )?",
}  # fmt: skip


def check(element: Any) -> None:
    names = [child.tagName for child in element.childNodes if child.nodeType == child.ELEMENT_NODE]
    wanted = SEQUENCE.get(element.tagName, "")
    assert re.fullmatch(wanted, "".join(f"{name} " for name in names)), (element.tagName, names)
    for child in element.childNodes:
        if child.nodeType == child.ELEMENT_NODE:
            check(child)


ODD = "\ufffe\uffff\u2028\u2029\x85"
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Cf"), exclude_characters=ODD)
WORDS = st.text(SIGNS, max_size=12).map(lambda text: " ".join(text.split()))
SAID = WORDS.filter(bool)


def elements(of: Any) -> Any:
    """Any element of the grammar, read off the classes."""
    drawn: dict[str, Any] = {}
    for each, part in grammar.parts(of):
        if isinstance(part, grammar.Attribute):
            choices = [one for one in part.choices if one != "suffix"]
            drawn[each.name] = st.sampled_from(choices) if choices else WORDS
        elif isinstance(part, grammar.Child):
            below = SAID if part.of is None else elements(part.of).filter(says)
            if part.many:
                drawn[each.name] = st.lists(below, max_size=2).map(tuple)
            elif part.of is None:
                drawn[each.name] = WORDS
            else:
                drawn[each.name] = below if part.required else st.none() | below
        else:
            drawn[each.name] = SAID
    return st.builds(of, **drawn)


def says(value: Any) -> bool:
    from qibu.intake.adf.reading import _says_nothing

    return not _says_nothing(value)


@settings(max_examples=60, deadline=None)
@given(elements(grammar.Prospect))
def test_what_is_written_is_valid_and_reads_back_equal(prospect: Any) -> None:
    text = adf.write([prospect])
    check(minidom.parseString(text).documentElement)  # noqa: S318 - written by ourselves
    (found,) = adf.read(text.encode())
    assert found.prospect == named(prospect)


def named(prospect: Any) -> Any:
    """A vendor without a name of its own is read by that of its contact."""
    from dataclasses import replace

    vendor = prospect.vendor
    if vendor.name or not vendor.contact.names:
        return prospect
    return replace(prospect, vendor=replace(vendor, name=vendor.contact.names[0].text))


def test_nothing_at_all_is_written_validly() -> None:
    text = adf.write([grammar.Prospect()])
    check(minidom.parseString(text).documentElement)  # noqa: S318
    assert adf.read(text.encode())[0].prospect == grammar.Prospect()


def drafts() -> Any:
    def fits(name: str) -> Any:
        return SAID.map(lambda text: text[: LENGTHS.get(name, 100)].strip()).filter(bool) | st.just("")

    facts = {name: fits(name) for name in ("name", "wechat", "city", "brand", "series", "colour", "trade_in",
                                           "competitors", "remark")}  # fmt: skip
    return st.builds(
        Draft, **facts, interest=st.sampled_from(INTERESTS), payment=st.sampled_from((*PAYMENTS, "")),
        model=fits("model") | st.sampled_from(["2026款 四驱 Max", "1950款 老爷车", "2099款"]),
        model_code=st.sampled_from(["", "xc-zg-26-max"]),
        quantity=st.sampled_from(["", "1", "3"]), language=st.sampled_from(["", "en"]),
        buys_by=st.dates(date(2026, 1, 1), date(2030, 1, 1)).map(str) | st.just(""),
        budget=st.integers(1, 9_999_999).map(lambda fen: f"{fen}.00") | st.just(""),
        email=st.sampled_from(["", "yawen@example.com"]), drive=st.sampled_from(["", "2026-11-28T10:00", "周六"]),
    ).flatmap(with_used_car)  # fmt: skip


def with_used_car(draft: Draft) -> Any:
    """More is known of a used car only where there is one."""
    if not draft.trade_in:
        return st.just(draft)
    some = {
        "trade_in_plate": "皖B12345", "trade_in_vin": "LSVAB2BR5EN100001", "trade_in_registered": "2019-03-20",
        "trade_in_km": "62000", "trade_in_condition": "fair", "trade_in_note": "右前门补过漆",
    }  # fmt: skip
    said = {name: st.sampled_from(["", value]) for name, value in some.items()}
    return st.builds(draft.but, **said)


@settings(max_examples=150, deadline=None)
@given(drafts(), st.lists(st.sampled_from(["13855530001", "18955530002", "055338300010"]), unique=True))
def test_a_lead_written_and_read_back_is_the_same(draft: Draft, phones: list[str]) -> None:
    draft = Draft.of({**draft.facts(), "phone": "、".join(sorted(phones, key=lambda one: not one.startswith("1")))})
    phones = draft.phone.split("、") if draft.phone else []
    text = adf.write([prospect_of(draft, phones=phones, requested="2026-11-26T10:00:00+08:00")])
    check(minidom.parseString(text).documentElement)  # noqa: S318
    assert draft_of(adf.read(text.encode())[0].prospect, TODAY.year) == draft


# Moments, days, money ---------------------------------------------------------------------------
@pytest.mark.parametrize(("said", "at"), [
    ("2026-11-25T10:30:00+08:00", datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
    ("2026-11-25T8:47:50-08:0", datetime(2026, 11, 25, 16, 47, 50, tzinfo=UTC)),
    ("2026-11-25T10:30:00.123Z", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
    ("2026-11-25 10:30", datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
    ("2026/1/5", datetime(2026, 1, 4, 16, 0, tzinfo=UTC)),
    ("2026年11月25日 10:30", datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
    ("20261125T103000+0800", datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
    ("2027-01-01T00:00:00Z", NOW),  # to come: a clock that goes wrong
    ("1970-01-01T00:00:00Z", None), ("2026-13-45", None), ("gestern", None), ("", None), ("2026-11-25T99:99", None),
])  # fmt: skip
def test_moments_as_they_are_written(said: str, at: datetime | None) -> None:
    assert moment(said, zone=ZONE, now=NOW) == at


@pytest.mark.parametrize(("said", "on"), [
    ("2026-12-31", TODAY + timedelta(days=35)), ("2026年12月31日前", TODAY + timedelta(days=35)),
    ("一周内", TODAY + timedelta(days=7)), ("within 30 days", TODAY + timedelta(days=30)),
    ("3个月内", TODAY + timedelta(days=90)), ("半年", TODAY + timedelta(days=182)), ("尽快", TODAY),
    ("年底前", date(2026, 12, 31)), ("再看看", None), ("", None), ("2026-02-30", None),
])  # fmt: skip
def test_by_when_somebody_means_to_buy(said: str, on: date | None) -> None:
    assert day(said, TODAY) == on


@pytest.mark.parametrize(("said", "yuan"), [
    ("180000", "180000.00"), ("18万", "180000.00"), ("15-20万", "200000.00"), ("¥185,000.50", "185000.50"),
    ("200k", "200000.00"), ("看情况", None), ("", None), ("99999999999", None),
])  # fmt: skip
def test_money_as_people_say_it(said: str, yuan: str | None) -> None:
    assert (str(found) if (found := money(said)) else None) == yuan


def test_what_cannot_be_read_goes_into_the_remark() -> None:
    draft = Draft(phone="13855530001 和 打我微信", series="追光", budget="看情况", buys_by="再看看", remark="白的")
    found = read(draft, TODAY)
    assert found.person.phones == ("13855530001",)
    assert found.wish["remark"].splitlines() == ["白的", "13855530001 和 打我微信", "再看看", "看情况"]
    assert found.reasons == ()


def test_an_encoding_is_what_is_there_not_what_is_said() -> None:
    for said in ("utf-8", "gbk", "latin1"):
        assert adf.read(document(PLAIN), charset=said)[0].prospect.customer.contact.names[0].text == "方雅雯"
