"""The rules of nurturing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qibu.nurturing.rules import (
    End,
    Facts,
    Happened,
    Step,
    anew,
    by_a_person,
    due_step,
    ended_by,
    fill,
    is_over,
    read_markup,
    twice,
    unknown_places,
)

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)
STEPS = [Step(day=0, piece="a", channel="wechat"), Step(day=4, piece="b", channel="sms"),
         Step(day=9, piece="c", channel="wechat")]  # fmt: skip


def anything(_step: Step) -> bool:
    return True


# How a piece is written ---------------------------------------------------------------------------
def test_a_piece_is_text_with_four_signs() -> None:
    blocks = read_markup(
        "第一行\n第二行\n\n# 小标题\n- 一\n- 二\n| 项目 | 甲 |\n|---|---|\n| 轴距 | 2865 | mm |\n"
    )
    assert [block.kind for block in blocks] == ["text", "heading", "points", "table"]
    assert blocks[0].lines == ("第一行", "第二行") and blocks[2].lines == ("一", "二")
    assert blocks[3].rows == (("项目", "甲", ""), ("轴距", "2865", "mm"))


@pytest.mark.parametrize("text", ["", "   \n\n ", "\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert read_markup(text) == []


def test_markup_of_the_web_is_plain_text() -> None:
    (block,) = read_markup("<script>alert(1)</script> [x](javascript:1)")
    assert block.kind == "text" and block.lines == ("<script>alert(1)</script> [x](javascript:1)",)


# Who opened it ------------------------------------------------------------------------------------
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.49"


def test_a_telephone_is_a_person() -> None:
    assert by_a_person(agent=PHONE)


@pytest.mark.parametrize(
    ("agent", "purpose", "method"),
    [
        ("", "", "GET"), (PHONE, "prefetch;prerender", "GET"), (PHONE, "preview", "GET"), (PHONE, "", "HEAD"),
        ("facebookexternalhit/1.1", "", "GET"), ("Mozilla/5.0 (compatible; bingbot/2.0)", "", "GET"),
        ("Slackbot-LinkExpanding 1.0", "", "GET"), ("python-requests/2.32", "", "GET"),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0)", "", "GET"),
    ],
)  # fmt: skip
def test_a_machine_on_the_way_is_none(agent: str, purpose: str, method: str) -> None:
    assert not by_a_person(agent=agent, purpose=purpose, method=method)


def test_the_same_at_once_is_a_second_tap() -> None:
    soon, later = NOW - timedelta(minutes=9), NOW - timedelta(minutes=11)
    assert twice("行吗", "行吗", soon, NOW) and twice("行吗", "你好\n行吗", soon, NOW) and twice("", "你好", soon, NOW)
    assert not twice("行吗", "", None, NOW) and not twice("行吗", "行吗", later, NOW)
    assert not twice("吗", "行吗", soon, NOW) and not twice("再说", "行吗", soon, NOW)


def test_looking_again_at_once_is_the_same_reading() -> None:
    assert (
        anew(None, NOW)
        and not anew(NOW - timedelta(minutes=9), NOW)
        and anew(NOW - timedelta(minutes=11), NOW)
    )


# Which step is due --------------------------------------------------------------------------------
def test_steps_come_one_after_the_other() -> None:
    def due(done: set[str], days: int) -> str | None:
        found = due_step(STEPS, done, DAY, DAY + timedelta(days=days), anything)
        return found.piece if found else None

    assert due(set(), 0) == "a" and due({"a"}, 3) is None and due({"a"}, 4) == "b"
    assert due(set(), 30) == "a"  # days were missed: the first one first
    assert due({"a", "b", "c"}, 30) is None


def test_what_may_not_be_sent_is_passed_over() -> None:
    found = due_step(STEPS, {"a"}, DAY, DAY + timedelta(days=9), lambda step: step.piece != "b")
    assert found is not None and found.piece == "c"


def test_a_sequence_is_over_when_nothing_is_due_and_nothing_will_be() -> None:
    assert not is_over(STEPS, {"a", "b"}, DAY, DAY + timedelta(days=5), anything)
    assert is_over(STEPS, {"a", "b", "c"}, DAY, DAY + timedelta(days=9), anything)
    assert is_over(STEPS, {"a"}, DAY, DAY + timedelta(days=9), lambda step: step.piece == "a")
    assert is_over([], set(), DAY, DAY, anything)


# What ends it -------------------------------------------------------------------------------------
LIVING = Facts(open=True, won=False, permitted=True, in_use=True)


def test_nothing_happened_so_it_goes_on() -> None:
    assert ended_by(True, NOW, LIVING, []) is None
    assert ended_by(True, NOW, LIVING, [Happened(End.SPOKE, NOW - timedelta(days=1))]) is None


def test_the_first_answer_since_it_began_ends_it() -> None:
    answers = [Happened(End.VISITED, NOW + timedelta(days=2)), Happened(End.REPLIED, NOW + timedelta(days=1))]
    assert ended_by(True, NOW, LIVING, answers) == End.REPLIED


@pytest.mark.parametrize(
    ("for_open", "facts", "end"),
    [
        (True, Facts(open=True, won=False, permitted=False, in_use=True), End.OPTED_OUT),
        (True, Facts(open=False, won=True, permitted=True, in_use=True), End.WON),
        (True, Facts(open=False, won=False, permitted=True, in_use=True), End.LOST),
        (False, Facts(open=True, won=False, permitted=True, in_use=True), End.TAKEN_UP),
        (False, Facts(open=False, won=False, permitted=True, in_use=True), None),
        (True, Facts(open=True, won=False, permitted=True, in_use=False), End.SWITCHED_OFF),
        (True, Facts(open=True, won=False, permitted=True, in_use=True, double=True), End.DOUBLE),
    ],
)  # fmt: skip
def test_how_things_stand_ends_it(for_open: bool, facts: Facts, end: End | None) -> None:
    assert ended_by(for_open, NOW, facts, []) == end


def test_a_no_counts_before_anything_else() -> None:
    said_no = Facts(open=False, won=True, permitted=False, in_use=False)
    assert ended_by(True, NOW, said_no, [Happened(End.REPLIED, NOW + timedelta(days=1))]) == End.OPTED_OUT


# The words ----------------------------------------------------------------------------------------
def test_places_are_filled_once() -> None:
    assert (
        fill("{customer}您好，《{title}》", {"customer": "{title}先生", "title": "对比"})
        == "{title}先生您好，《对比》"
    )
    assert fill("看看 {car} 吧", {}) == "看看 吧" and fill("{x} {", {}) == "{x} {"


def test_a_slip_of_the_pen_is_found() -> None:
    assert unknown_places("{customer}，{Name}，{}") == ["Name", ""]
