"""The time line (B7), read from the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from qibu.contracts.aftersales import VisitClosed
from qibu.contracts.customers import CustomerChanged, NoteWritten
from qibu.customers import slots
from qibu.customers.selectors import timeline
from qibu.customers.services import notes
from qibu.customers.tests.conftest import Store
from qibu.customers.timeline import NOTE, VISIT, Happening, Line, Renderer
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def visit_line(entry: Happening) -> Line:
    return Line(f"到店 {entry.data['number']}", icon="wrench")


def renderers() -> dict[str, Renderer]:
    return {**slots.timeline(None), VisitClosed.name: Renderer(VISIT, visit_line)}


def titles(line: timeline.TimeLine) -> list[str]:
    return [one.line.text or one.line.title for day in line.days for one in day.shown]


@pytest.fixture
def wang(store: Store, advisor: Actor) -> int:
    return store.register("王建国", source="车展", by=advisor).pk


def write(actor: Actor, customer_id: int, text: str, at: datetime, **more: object) -> int:
    journal.record(NoteWritten(customer_id=customer_id, text=text), actor=actor, at=at, **more)
    return Entry.objects.latest("id").pk


def test_the_newest_comes_first_by_day_whoever_handled_it(advisor: Actor, seller: Actor, wang: int) -> None:
    with scope(seller) as actor:
        write(actor, wang, "下午", NOON + timedelta(hours=2))
        write(actor, wang, "前天", NOON - timedelta(days=2))
    with scope(advisor) as actor:
        write(actor, wang, "中午", NOON)
        line = timeline.read(wang, renderers())
        assert titles(line)[-3:] == ["下午", "中午", "前天"]
        assert [one.happening.by for one in line.days[-2].shown] == ["张波", "周婷"]
        assert line.days[-1].on.isoformat() == "2026-11-18"


def test_the_day_is_that_of_the_store(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        write(actor, wang, "夜里", datetime(2026, 11, 19, 17, tzinfo=UTC))
        assert timeline.read(wang, renderers()).days[-1].on.isoformat() == "2026-11-20"


def test_what_was_taken_back_is_gone_with_what_took_it_back(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        wrong = write(actor, wang, "写错了", NOON)
        write(actor, wang, "撤销", NOON, retracts_id=wrong)
        assert titles(timeline.read(wang, renderers(), kind="note")) == []


def test_only_events_for_people_are_shown(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        journal.record(CustomerChanged(customer_id=wang, changes=("name",)), actor=actor)
        assert titles(timeline.read(wang, renderers())) == ["来源：车展"]


def test_a_kind_narrows_and_an_unknown_event_still_reads(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        event = VisitClosed(customer_id=wang, number="RO-1", total=Decimal(5))
        journal.record(event, actor=actor, at=NOON)
        notes.write(actor=actor, customer_id=wang, text="备注一条")
        assert titles(timeline.read(wang, renderers(), kind=VISIT.key)) == ["到店 RO-1"]
        assert titles(timeline.read(wang, renderers(), kind=NOTE.key)) == ["备注一条"]
        assert "RO-1" in titles(timeline.read(wang, slots.timeline(None)))
        assert VISIT in timeline.kinds(renderers())
        assert VISIT not in timeline.kinds(slots.timeline(None))


def test_pages_follow_each_other_without_gap(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        for number in range(45):
            write(actor, wang, f"{number:02}", NOON - timedelta(minutes=number // 2))
        seen, before, older = [], "", []
        while True:
            line = timeline.read(wang, renderers(), kind="note", before=before)
            seen += titles(line)
            older.append(line.older)
            before = line.before
            if not before:
                break
        assert sorted(seen) == [f"{number:02}" for number in range(45)]
        assert older == [25, 5, 0]


def test_a_broken_place_starts_at_the_top(advisor: Actor, wang: int) -> None:
    with scope(advisor):
        assert titles(timeline.read(wang, renderers(), before="nonsense")) == ["来源：车展"]


def test_another_stores_entries_are_never_read(other_store: Store, wang: int) -> None:
    with scope(other_store.system):
        assert timeline.read(wang, renderers()).days == []


def test_a_page_costs_the_same_however_long(advisor: Actor, wang: int, django_assert_num_queries) -> None:
    with scope(advisor) as actor:
        for number in range(30):
            write(actor, wang, f"{number}", NOON - timedelta(days=number))
        with django_assert_num_queries(3):
            timeline.read(wang, renderers())


def test_who_imported_an_entry_is_told_apart_from_who_did_it(advisor: Actor, wang: int) -> None:
    with scope(advisor) as actor:
        write(actor, wang, "导入的", NOON, batch_id=7)
        by = [one.happening.by for day in timeline.read(wang, renderers(), kind="note").days for one in day.shown]
        assert by == ["由 周婷 导入"]
