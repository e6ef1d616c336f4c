"""A process is killed at every stage of long work: what was begun comes to the end that it would have had."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from python_calamine import CalamineWorkbook

from dying import dies, moments, spread, standing, unlike
from qibu.care.jobs import plan_day
from qibu.connect import jobs
from qibu.connect.models import Import
from qibu.connect.services import imports, watching
from qibu.connect.services.imports import QUEUED
from qibu.connect.storage import Folder
from qibu.connect.tests import loads
from qibu.customers.models import Customer, Merge, Tagging
from qibu.customers.services import merges
from qibu.intake.models import Arrival, LeadSheet
from qibu.intake.services import sheets as lead_sheets
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.jobs import take_up
from qibu.network.models import BatchAct, Export
from qibu.network.services import batches, exports
from qibu.network.tests.test_pages import found
from qibu.nurturing.jobs import plan_day as nurturing_day
from qibu.nurturing.models import Sending
from qibu.nurturing.tests import world as nurtured
from qibu.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
State = Import.State
MOST = 40 if os.environ.get("QIBU_TEST_ALL") else 3  # moments at which a process is killed, of each piece of work
SOON = (times.today() + timedelta(days=20)).isoformat()  # a policy that ends: there is work to plan
LI = (*loads.LI[:8], SOON, loads.LI[9])
WANG = (*loads.WANG[:8], SOON, "43000")
BROKEN = ("没有电话", "", "LVVDB", "", "", "", "", "", "", "")
SHEET = loads.owners(LI, WANG, LI, BROKEN)
_codes = iter(range(1, 10_000))


def a_store() -> Actor:
    return found(f"K{next(_codes):04d}")


def same_end(
    begun: Callable[[], tuple[Actor, Callable[[], object], Callable[[], object]]], told: Callable[[Actor], object]
) -> None:
    """Killed at moments spread over the whole work and gone on with, it ends as it does undisturbed."""
    actor, work, _go_on = begun()
    last = moments(work)
    wanted, told_then = standing(actor), told(actor)
    lived = 0
    for moment in spread(last, MOST):
        actor, work, go_on = begun()
        lived += not dies(work, moment)
        go_on()
        assert unlike(standing(actor), wanted) == {}, f"moment {moment} of {last}"
        assert told(actor) == told_then, f"moment {moment} of {last}"
    assert lived <= 1  # how often progress is told depends on how long things take


# --- Imports -----------------------------------------------------------------------------------------------


def uploaded(actor: Actor, content: bytes = SHEET) -> Import:
    return imports.begin(actor=actor, file=ContentFile(content), name="客户.csv")


def put(actor: Actor, one: Import, state: str) -> None:
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(state=state, progress=QUEUED | {"step": state}, error={})


def at(actor: Actor, state: str, content: bytes = SHEET) -> Import:
    """An import before the step of this state."""
    one = uploaded(actor, content)
    for before in (State.READING, State.CHECKING, State.LOADING):
        if before == state:
            break
        put(actor, one, before)
        jobs.work(actor.organisation_id, one.pk)
    put(actor, one, state)
    return one


@pytest.mark.parametrize("state", [State.READING, State.CHECKING, State.LOADING, State.UNDOING])
def test_an_import(state: str) -> None:
    after = {
        State.READING: State.READ, State.CHECKING: State.CHECKED, State.LOADING: State.LOADED,
        State.UNDOING: State.UNDONE,
    }  # fmt: skip

    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        one = at(actor, state)

        def work() -> None:
            jobs.work(actor.organisation_id, one.pk)

        def go_on() -> None:
            """What the worker does when it is there again."""
            jobs.recover(0)
            work()
            jobs.tidy(0)

        return actor, work, go_on

    def told(actor: Actor) -> object:
        with scope(actor):
            one = Import.objects.get()
        files = sorted(path.name for path in Folder(actor.organisation_id, one.pk).path.iterdir())
        assert one.state == after[State(state)], one.error
        return one.counts, one.undo_counts.get("removed"), one.error, files

    same_end(begun, told)


def test_an_upload_of_which_nobody_was_told_is_forgotten() -> None:
    def state_of(actor: Actor) -> list[str]:
        with scope(actor):
            return list(Import.objects.values_list("state", flat=True))

    undisturbed = a_store()
    for moment in spread(moments(lambda: uploaded(undisturbed)), MOST):
        actor = a_store()
        place = Folder(actor.organisation_id, 0).path.parent
        shutil.rmtree(place, ignore_errors=True)  # of a database that is no more
        dies(lambda actor=actor: uploaded(actor), moment)
        jobs.recover(0)
        assert state_of(actor) in ([], [State.UPLOADED])  # it may be under way
        with scope(actor):
            Import.objects.update(created_at=times.now() - timedelta(hours=1))
        jobs.recover(0)
        assert state_of(actor) == []
        assert not place.exists() or list(place.iterdir()) == []


def test_a_killed_reading_child_is_told_and_begun_anew_by_a_person() -> None:
    """The child alone, not its parent: that file may be the reason."""
    actor = a_store()
    one = uploaded(actor)
    put(actor, one, State.READING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qibu.connect.sheets.sys.executable", _dying_python())
        jobs.work(actor.organisation_id, one.pk)
    assert (loads.again(actor, one).state, loads.again(actor, one).error["code"]) == (State.FAILED, "too_slow")
    with scope(actor):
        imports.ask_again(actor=actor, import_id=one.pk)
    jobs.work(actor.organisation_id, one.pk)
    assert loads.again(actor, one).state == State.READ


def _dying_python() -> str:
    program = Path(Folder(0, 0).path.parent / "python")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o700)
    return str(program)


def at_once(*works: Callable[[], object]) -> None:
    def run(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def one_after_the_other(*sheets: bytes) -> Actor:
    actor = a_store()
    for sheet in sheets:
        jobs.work(actor.organisation_id, at(actor, State.LOADING, sheet).pk)
    return actor


def both_loaded(*loads_: tuple[Actor, Import]) -> None:
    at_once(*[lambda a=actor, one=one: jobs.work(a.organisation_id, one.pk) for actor, one in loads_])
    assert {loads.again(actor, one).state for actor, one in loads_} == {State.LOADED}


OTHERS = loads.owners(
    ("冯秀英", "13955300003", "LVVDB11B8MD001340", "皖B77777", "瑞虎7", "2023-03-12", "", "", SOON, "9000"), LI
)


@pytest.mark.parametrize("second", [SHEET, OTHERS], ids=["the same", "another"])
def test_two_imports_at_once_in_one_store(second: bytes) -> None:
    actor = a_store()
    both_loaded(*[(actor, at(actor, State.LOADING, sheet)) for sheet in (SHEET, second)])
    either = [standing(one_after_the_other(*sheets)) for sheets in ((SHEET, second), (second, SHEET))]
    assert {} in [unlike(standing(actor), wanted) for wanted in either]


def test_two_imports_at_once_in_two_stores() -> None:
    stores = [a_store(), a_store()]
    both_loaded(*[(actor, at(actor, State.LOADING, SHEET)) for actor in stores])
    wanted = standing(one_after_the_other(SHEET))
    assert [unlike(standing(actor), wanted) for actor in stores] == [{}, {}]


def test_one_import_twice_at_once_is_done_once() -> None:
    actor = a_store()
    one = at(actor, State.LOADING)
    at_once(*2 * [lambda: jobs.work(actor.organisation_id, one.pk)])
    assert loads.again(actor, one).state == State.LOADED
    assert not watching.at_work(one.pk)
    assert unlike(standing(actor), standing(one_after_the_other(SHEET))) == {}


# --- Plans, merges -----------------------------------------------------------------------------------------


def loaded(actor: Actor) -> None:
    jobs.work(actor.organisation_id, at(actor, State.LOADING).pk)


def number_of_tasks(actor: Actor) -> int:
    with scope(actor):
        return Task.objects.count()


def test_a_plan() -> None:
    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        loaded(actor)
        return actor, lambda: plan_day(actor.organisation_id), lambda: plan_day(actor.organisation_id)

    def told(actor: Actor) -> object:
        assert number_of_tasks(actor) > 0
        return number_of_tasks(actor)

    same_end(begun, told)


def test_a_day_of_sequences() -> None:
    """What potential customers are given to read: readers of the journal first, then one transaction."""

    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        with scope(actor):
            nurtured.open_every_day(actor)
            nurtured.sequence(actor, nurtured.step(0, nurtured.piece(actor), words="有空看看"))
            for index in range(3):
                nurtured.lead_of(actor, f"1385553001{index}", f"客{index}")
        work = partial(nurturing_day, actor.organisation_id)
        return actor, work, work

    def told(actor: Actor) -> object:
        with scope(actor):
            assert Sending.objects.count() == 3
            return Counter(Sending.objects.values_list("piece", "state"))

    same_end(begun, told)


def pair(actor: Actor) -> tuple[int, int]:
    with scope(actor):
        first, second = Customer.objects.order_by("name").values_list("pk", flat=True)[:2]
    return first, second


def merged(actor: Actor) -> None:
    """Somebody presses the button, again where it was not done."""
    first, second = pair(actor)
    with scope(actor):
        if not Merge.objects.exists():
            merges.merge(actor=actor, survivor_id=first, merged_ids=[second])


def parted(actor: Actor) -> None:
    with scope(actor):
        for one in Merge.objects.filter(undone_at=None):
            merges.undo(actor=actor, merge_id=one.pk)


@pytest.mark.parametrize("back", [False, True], ids=["made", "taken back"])
def test_a_merge(back: bool) -> None:
    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        loaded(actor)
        if back:
            merged(actor)
        act = parted if back else merged
        return actor, lambda: act(actor), lambda: act(actor)

    def told(actor: Actor) -> object:
        with scope(actor):
            return Merge.objects.count(), Customer.objects.filter(merged_into=None).count()

    same_end(begun, told)


# --- Many rows ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(batches, "AT_ONCE", 0)
    monkeypatch.setattr(batches, "PIECE", 1)
    monkeypatch.setattr(exports, "PIECE", 1)
    yield


def long_ago(actor: Actor, model: type[Any]) -> None:
    """The time after which work that stands still is taken up has gone by."""
    with scope(actor):
        model.objects.update(beat=times.now() - timedelta(hours=1))
    take_up(0)


@pytest.mark.parametrize("back", [False, True], ids=["done", "taken back"])
@pytest.mark.usefixtures("small_pieces")
def test_an_act_on_many_rows(back: bool) -> None:
    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        loaded(actor)
        with scope(actor):
            rows = Customer.objects.all()
            act = batches.begin(actor=actor, kind="customers.tag", rows=rows, args={"names": ["年底答谢"]})
        if back:
            batches.work(actor=actor, act_id=act.pk)
            with scope(actor):
                batches.undo(actor=actor, act_id=act.pk)

        def work() -> None:
            batches.work(actor=actor, act_id=act.pk)

        def go_on() -> None:
            long_ago(actor, BatchAct)
            work()

        return actor, work, go_on

    def told(actor: Actor) -> object:
        with scope(actor):
            act = BatchAct.objects.get()
            return act.state, act.done, act.changed, act.restored, Tagging.objects.count()

    same_end(begun, told)


@pytest.mark.usefixtures("small_pieces")
def test_an_export() -> None:
    def begun() -> tuple[Actor, Callable[[], object], Callable[[], object]]:
        actor = a_store()
        loaded(actor)
        with scope(actor):
            asked = exports.Asked("customers", Customer.objects.all(), "view=all")
            export = exports.ask(actor=actor, asked=asked, purpose="年底答谢")

        def work() -> None:
            exports.work(actor=actor, export_id=export.pk)

        def go_on() -> None:
            long_ago(actor, Export)
            work()

        return actor, work, go_on

    def told(actor: Actor) -> object:
        with scope(actor):
            export = Export.objects.get()
            assert export.state == Export.State.READY
            with exports.take(actor=actor, export_id=export.pk) as file:
                rows = CalamineWorkbook.from_filelike(BytesIO(file.read())).get_sheet_by_index(0).to_python()
        assert [path.suffix for path in exports.path_of(export).parent.glob(f"*{export.pk}*")] == [".xlsx"]
        return rows

    same_end(begun, told)


# --- Leads -------------------------------------------------------------------------------------------------


LEADS = ((2, ["方雅雯", "13855530001", "追光"]), (3, ["没有电话", "", "远航"]), (4, ["李建", "13855530002", "远航"]))


def test_a_sheet_of_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is a lead once, with its task and its words in the journal, whenever its worker is killed. What times
    and numbers say differs from store to store, so it is compared by what became of the rows."""
    monkeypatch.setattr(lead_sheets, "AT_ONCE", 0)
    monkeypatch.setattr(lead_sheets, "PIECE", 1)

    def begun() -> tuple[Actor, Callable[[], object]]:
        actor = a_store()
        read = lead_sheets.Read(["姓名", "电话", "车系"], {"0": "name", "1": "phone", "2": "series"}, list(LEADS))
        with scope(actor):
            sheet = lead_sheets.keep(actor=actor, read=read, file_name="线索.csv", source="vertical", campaign="")
            lead_sheets.begin(actor=actor, sheet_id=sheet.pk)
        return actor, lambda: lead_sheets.work(actor=actor, sheet_id=sheet.pk)

    def told(actor: Actor) -> object:
        with scope(actor):
            rows = Arrival.objects.order_by("row").values_list("row", "state", "reasons", "car")
            tasks = Task.objects.filter(kind="lead.first_response").count()
            written = Counter(Entry.objects.filter(type__regex="^(leads|intake)").values_list("type", flat=True))
            return LeadSheet.objects.get().state, list(rows), Lead.objects.count(), tasks, written

    actor, work = begun()
    last = moments(work)
    wanted = told(actor)
    assert wanted[2] == 2  # type: ignore[index]  # the number of leads
    for moment in spread(last, MOST):
        actor, work = begun()
        dies(work, moment)
        work()
        assert told(actor) == wanted, f"moment {moment} of {last}"
