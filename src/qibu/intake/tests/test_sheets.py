"""Spreadsheets of leads: headings guessed, looked over, each row once through the one door, what is left downloaded."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qibu.intake.errors import NotReady
from qibu.intake.jobs import load_sheet, take_up
from qibu.intake.models import Arrival, LeadSheet
from qibu.intake.selectors import sheets as reads
from qibu.intake.services import sheets
from qibu.intake.tests.world import client_of, manager, store
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead

HEAD = ["线索编号", "客户姓名", "联系电话", "意向车型", "购车预算", "留资时间", "来源", "备注"]
ROWS = [
    ["A-1", "方雅雯", "13855530001", "追光", "18万", "2026-11-20 09:30", "短视频和直播", "要白色"],
    ["A-2", "李建", "13855530002", "远航", "", "2026/11/21", "某某平台", ""],
    ["A-3", "没留电话", "", "追光", "", "", "", ""],
    ["A-4", "没说车", "13855530004", "", "", "", "", "路过"],
]


def file(*rows: list[Any]) -> BytesIO:
    return BytesIO("\n".join(",".join(map(str, row)) for row in rows).encode())


@pytest.fixture
def boss(db: None) -> Actor:
    return manager(store())


def kept(boss: Actor, *rows: list[Any], head: list[str] | None = None) -> LeadSheet:
    read = sheets.read_file(file(head or HEAD, *(rows or ROWS)))
    with scope(boss):
        return sheets.keep(actor=boss, read=read, file_name="线索.csv", source="vertical", campaign="双十二")


def loaded(boss: Actor, *rows: list[Any]) -> LeadSheet:
    sheet = kept(boss, *rows)
    with scope(boss):
        return sheets.begin(actor=boss, sheet_id=sheet.pk)


def states(boss: Actor) -> list[str]:
    with scope(boss):
        return list(Arrival.objects.order_by("sheet", "row").values_list("state", flat=True))


def test_headings_are_guessed() -> None:
    read = sheets.read_file(file(HEAD, *ROWS))
    assert [read.mapping[str(place)] for place in range(len(HEAD))] == [
        "key", "name", "phone", "series", "budget", "requested", "source", "remark",
    ]  # fmt: skip
    assert [number for number, _row in read.rows] == [2, 3, 4, 5]


def test_rows_become_leads_or_wait_with_their_reason(boss: Actor) -> None:
    sheet = loaded(boss)
    assert (sheet.state, states(boss)) == ("loaded", ["new", "new", "quarantined", "quarantined"])
    with scope(boss):
        one, two = Lead.objects.order_by("received_at")
        assert (one.source, one.campaign, one.series, str(one.budget)) == ("short-video", "双十二", "追光", "180000.00")
        assert (two.source, one.keys.get().text) == ("vertical", "A-1")
        assert one.received_at.isoformat() == "2026-11-20T01:30:00+00:00"
        waits = Arrival.objects.filter(state="quarantined").order_by("row")
        assert [row.reasons for row in waits] == [["way"], ["car"]]
        told = Entry.objects.get(type="intake.LeadSheetLoaded").data
        assert (told["rows"], told["made"], told["waiting"]) == (4, 2, 2)


def test_loaded_twice_nothing_is_twice(boss: Actor) -> None:
    loaded(boss)
    loaded(boss)
    assert states(boss) == ["new", "new", "repeated", "repeated", *["repeated"] * 2, *["quarantined"] * 2]
    with scope(boss):
        assert Lead.objects.count() == 2


def test_rows_without_a_number_are_known_by_what_stands_in_them(boss: Actor) -> None:
    head, rows = HEAD[1:4], [["方雅雯", "13855530001", "追光"], ["李建", "13855530002", "远航"]]
    for _time in range(2):
        sheet = kept(boss, *rows, head=head)
        with scope(boss):
            sheets.begin(actor=boss, sheet_id=sheet.pk)
    assert states(boss) == ["new", "new", "repeated", "repeated"]


def test_what_a_column_means_is_put_right(boss: Actor) -> None:
    sheet = kept(boss, ["王五", "13855530005", "远航"], head=["称呼", "联系", "看"])
    with scope(boss):
        sheets.remap(actor=boss, sheet_id=sheet.pk, mapping={"0": "name", "1": "phone", "2": "series", "3": "bogus"})
        ((number, draft),) = sheets.previews(LeadSheet.objects.get())
        assert (number, draft.name, draft.phone, draft.series) == (2, "王五", "138****0005", "远航")


def test_many_rows_are_let_in_in_the_background_piece_by_piece(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    monkeypatch.setattr(sheets, "PIECE", 1)
    sheet = loaded(boss)
    assert (sheet.state, set(states(boss))) == ("loading", {"waiting"})
    load_sheet.func(organisation_id=boss.organisation_id, sheet_id=sheet.pk)
    load_sheet.func(organisation_id=boss.organisation_id, sheet_id=sheet.pk)  # a job may be done again
    assert states(boss) == ["new", "new", "quarantined", "quarantined"]


def test_stopped_and_gone_on_with(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    sheet = loaded(boss)
    with scope(boss):
        sheets.stop(actor=boss, sheet_id=sheet.pk)
    load_sheet.func(organisation_id=boss.organisation_id, sheet_id=sheet.pk)
    with scope(boss):
        assert LeadSheet.objects.get().state == "stopped"
        monkeypatch.setattr(sheets, "AT_ONCE", 100)
        sheets.begin(actor=boss, sheet_id=sheet.pk)
        with pytest.raises(NotReady):
            sheets.begin(actor=boss, sheet_id=sheet.pk)
    assert states(boss) == ["new", "new", "quarantined", "quarantined"]


def test_a_sheet_whose_worker_was_killed_is_taken_up(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    sheet = loaded(boss)
    asked: list[int] = []

    class Later:
        def __init__(self, _name: str) -> None: ...

        def defer(self, **facts: int) -> None:
            asked.append(facts["sheet_id"])

    monkeypatch.setattr("qibu.intake.jobs.app.configure_task", Later)
    take_up.func(timestamp=0)
    assert asked == []
    with scope(boss):
        LeadSheet.objects.update(beat=times.now() - 2 * sheets.STANDS_STILL)
    take_up.func(timestamp=0)
    assert asked == [sheet.pk]


def test_a_sheet_that_nobody_wants_goes_with_its_rows(boss: Actor) -> None:
    sheet = kept(boss)
    with scope(boss):
        sheets.remove(actor=boss, sheet_id=sheet.pk)
        assert not Arrival.objects.exists()
        assert not LeadSheet.objects.exists()


def test_what_is_left_is_a_workbook_without_formulas(boss: Actor) -> None:
    sheet = loaded(boss, ["A-9", "=1+1", "", "追光", "", "", "", "+cmd"])
    with scope(boss):
        book = openpyxl.load_workbook(BytesIO(reads.rejected(LeadSheet.objects.get(pk=sheet.pk))))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert rows[0][-2:] == ["未收下的原因", "原来的行号"]
    assert (rows[1][1], rows[1][-1]) == ("=1+1", 2)
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


# The pages --------------------------------------------------------------------------------------
def upload(client: Any, content: bytes, name: str = "线索.csv", **facts: str) -> Any:
    told = {"file": SimpleUploadedFile(name, content), "source": "vertical", **facts}
    return client.post(reverse("intake:sheet-new"), told)


@pytest.mark.django_db(transaction=True)
def test_from_the_file_to_the_leads_on_the_pages() -> None:
    boss = manager(store())
    client = client_of(boss)
    answer = upload(client, file(HEAD, *ROWS).getvalue())
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "方雅雯" in page
    assert "138****0001" in page
    assert "13855530001" not in page
    with scope(boss):
        pk = LeadSheet.objects.get().pk
    twice = client.post(reverse("intake:sheet", args=[pk]), {"column-1": "name", "column-2": "name"})
    assert twice.status_code == 422
    assert "请只留一列" in twice.content.decode()
    client.post(reverse("intake:sheet-load", args=[pk]))
    page = client.get(answer["Location"]).content.decode()
    assert "没有写想看什么车" in page
    assert client.get(reverse("intake:sheet-rejected", args=[pk])).content.startswith(b"PK")
    assert client.get(reverse("intake:sheet-progress", args=[pk])).status_code == 204


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("content", "name", "said"), [
    (b"%PDF-1.7 x", "x.pdf", ""), (b"PK\x03\x04broken", "x.xlsx", ""),
    (",".join(HEAD).encode(), "x.csv", "表头下面没有线索"),
])  # fmt: skip
def test_what_is_no_sheet_gets_a_sentence(content: bytes, name: str, said: str) -> None:
    boss = manager(store())
    answer = upload(client_of(boss), content, name)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert said in str(answer.context["form"].errors["file"])
    with scope(boss):
        assert not LeadSheet.objects.exists()
