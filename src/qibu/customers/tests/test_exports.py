"""Customers as a spreadsheet: what it says, and that nothing in it is alive."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from qibu.customers import listing
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.plain_cells import plain_cell
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
WANG = "15412345678"
NEW = "/exports/new/customers/"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_columns", {})


def read(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def taken(client: Client, **asked: object) -> list[list[object]]:
    """Ask for the sheet and download it."""
    answer = client.post(NEW, {"purpose": "核对", **asked})
    page = answer.headers["Location"]
    return read(b"".join(client.post(f"{page}file/").streaming_content))


LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", " =1", "　=1"]


@pytest.mark.parametrize("text", LIVE)
def test_what_could_be_a_formula_stays_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "王建国", "154****5678", "a=b", "2026-11-22"])
def test_other_text_is_left_alone(text: str) -> None:
    assert plain_cell(text) == text


def test_the_file_is_masked_safe_and_in_the_audit_trail(store: Store, manager: Actor, sign_in: SignIn) -> None:
    store.register("王建国", WANG, source='=HYPERLINK("http://x")')
    store.register("李敏", stage="lost")
    client = sign_in(manager)
    assert "将导出 <b>1</b> 行" in client.get(f"{NEW}?view=all&stage=owner").text
    heads, row = taken(client, query="view=all&stage=owner", purpose="年会名单")
    shown = dict(zip(heads, row, strict=True))
    assert (shown["姓名"], shown["电话"]) == ("王建国", "154****5678")
    assert shown["来源"] == "'=HYPERLINK(\"http://x\")"
    with scope(manager):
        entry = Entry.objects.get(type="network.ListExported")
        assert entry.data == {"what": "customers", "rows": 1, "purpose": "年会名单"}


def test_checked_rows_are_exported_alone(store: Store, manager: Actor, sign_in: SignIn) -> None:
    kept = [store.register(name).pk for name in ("王建国", "李敏", "孙伟")]
    assert [row[0] for row in taken(sign_in(manager), id=kept[:2])] == ["姓名", "李敏", "王建国"]


def test_no_export_without_purpose_or_right(store: Store, manager: Actor, advisor: Actor, sign_in: SignIn) -> None:
    store.register("王建国")
    assert sign_in(advisor).get(NEW).status_code == 403
    assert sign_in(manager).post(NEW, {"purpose": ""}).status_code == 422


def test_other_apps_export_their_columns(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国").pk
    shown = listing.ListColumn("car", "车辆", lambda a, ids: {}, plain=lambda a, ids: {wang: "=瑞虎8"})
    listing.add_column(shown)
    listing.add_column(listing.ListColumn("due", "下一件", lambda a, ids: {wang: "<b>明天</b>"}))
    heads, row = taken(sign_in(manager))
    assert (heads[-1], row[-1]) == ("车辆", "'=瑞虎8")
    assert "下一件" not in heads
