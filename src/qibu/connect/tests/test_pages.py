"""The way through the pages, who may go it, and what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qibu.connect.models import Import, SavedMapping
from qibu.connect.tests.loads import (
    LI,
    WANG,
    State,
    again,
    begin,
    checked,
    drop_temporary,
    load,
    owners,
    sheet,
    step,
    store,
)
from qibu.contracts.network import ListExported
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff, User
from qibu.network.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return store()


def signed_in(actor: Actor, role: Role = Role.STORE_MANAGER) -> Client:
    user = User.objects.create(username=f"{role.value}{actor.organisation_id}")
    with scope(actor):
        Staff.objects.create(organisation_id=actor.organisation_id, user=user, name="王强", roles=[role.value])
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(actor: Actor) -> Client:
    return signed_in(actor)


def upload(client: Client, content: bytes, name: str = "车主.csv") -> Any:
    return client.post("/imports/new/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_goes_from_upload_to_the_basis(client: Client, actor: Actor) -> None:
    response = upload(client, owners(LI, WANG))
    with scope(actor):
        one = Import.objects.get()
    assert (response.url, one.state) == (f"/imports/{one.pk}/", State.READING)
    assert one.by_id
    assert "重新开始" not in client.get(f"/imports/{one.pk}/").content.decode()
    one = step(actor, one, State.READING)
    page = client.get(f"/imports/{one.pk}/").content.decode()
    assert "客户名称" in page
    assert "139****0001" in page
    response = client.post(f"/imports/{one.pk}/mapping/", {"remember": "on", "name": "我们的表"})
    assert response.url == f"/imports/{one.pk}/basis/"
    with scope(actor):
        assert SavedMapping.objects.get().name == "我们的表"
    asked = {"basis": "contract", "marketing": "on", "evidence": ""}
    assert client.post(f"/imports/{one.pk}/basis/", asked).status_code == 422
    assert client.post(f"/imports/{one.pk}/basis/", asked | {"evidence": "合同"}).status_code == 302
    assert again(actor, one).state == State.CHECKING


def test_the_same_upload_again_leads_to_the_first(client: Client, actor: Actor) -> None:
    form = {"once": re.findall(r'name="once" value="([^"]+)"', client.get("/imports/new/").content.decode())[0]}

    def send(content: bytes) -> Any:
        return client.post("/imports/new/", form | {"file": SimpleUploadedFile("车主.csv", content)})

    first, again, other = send(owners(LI)), send(owners(LI)), send(owners(LI, WANG))
    with scope(actor):
        made = [f"/imports/{one.pk}/" for one in Import.objects.order_by("pk")]
    assert [first.url, other.url] == made
    assert again.url == first.url
    assert again.cookies["qibu_taken"].value == form["once"]


def test_a_file_that_is_no_sheet_is_told_at_the_field(client: Client, actor: Actor) -> None:
    response = upload(client, b"%PDF-1.7", "表.xlsx")
    assert response.status_code == 422
    assert "这不是表格，而是PDF 文件" in response.content.decode()
    with scope(actor):
        assert not Import.objects.exists()


def test_a_field_can_come_from_one_column_only_and_what_is_needed_is_said(client: Client, actor: Actor) -> None:
    one = step(actor, begin(actor, owners(LI)), State.READING)
    refused = client.post(f"/imports/{one.pk}/mapping/", {"column-0": "vin"})
    assert refused.status_code == 422
    assert "选了两列" in refused.content.decode()
    lacking = client.post(f"/imports/{one.pk}/mapping/", {"column-0": "", "column-1": ""})
    assert "还没有指定哪一列是姓名或手机" in lacking.content.decode()
    assert client.get(f"/imports/{one.pk}/basis/").status_code == 302


def test_the_kind_can_be_switched(client: Client, actor: Actor) -> None:
    one = step(actor, begin(actor, owners(LI)), State.READING)
    client.post(f"/imports/{one.pk}/kind/", {"kind": "visits"})
    assert again(actor, one).mapping["kind"] == "visits"


def test_the_preview_counts_and_filters(client: Client, actor: Actor) -> None:
    one = checked(actor, owners(LI, ("短", "13955300005", "LVVDB11B8MD00132", "", "", "", "", "", "", ""), LI))
    page = client.get(f"/imports/{one.pk}/").content.decode()
    assert "载入 1 行" in page
    assert "VIN 有 16 位，应是 17 位" in page
    rejected = client.get(f"/imports/{one.pk}/problems/?severity=repeated&code=repeated").content.decode()
    assert "与第 2 行重复" in rejected
    assert "VIN 有 16 位" not in rejected


def test_the_page_of_a_load_costs_few_queries(
    client: Client, actor: Actor, django_assert_max_num_queries: Any
) -> None:
    one = load(actor, owners(LI, WANG))
    client.get(f"/imports/{one.pk}/")
    with django_assert_max_num_queries(16):
        assert "载入完成" in client.get(f"/imports/{one.pk}/").content.decode()
    with django_assert_max_num_queries(16):
        assert "表.csv" in client.get("/imports/").content.decode()
    with django_assert_max_num_queries(10):
        assert client.get(f"/imports/{one.pk}/progress/?state=loading").headers["HX-Redirect"]


def test_undo_is_shown_before_it_is_done(client: Client, actor: Actor) -> None:
    one = load(actor, owners(LI, WANG))
    assert "撤销 5 条" in client.get(f"/imports/{one.pk}/undo/").content.decode()
    drop_temporary()
    assert again(actor, one).state == State.LOADED
    client.post(f"/imports/{one.pk}/undo/")
    one = step(actor, again(actor, one), State.UNDOING)
    assert "已撤销：移走 5 条" in client.get(f"/imports/{one.pk}/").content.decode()


def test_rejected_rows_are_handed_out_as_a_file(client: Client, actor: Actor) -> None:
    one = load(actor, owners(LI, ("短", "13955300005", "LVVDB11B8MD00132", "", "", "", "", "", "", "")))
    response = client.get(f"/imports/{one.pk}/rejected/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_taking_the_rejected_rows_is_in_the_audit_trail(client: Client, actor: Actor) -> None:
    one = load(actor, owners(LI, ("短", "13955300005", "LVVDB11B8MD00132", "", "", "", "", "", "", "")))
    client.get(f"/imports/{one.pk}/rejected/")
    with scope(actor):
        taken = Entry.objects.get(type=ListExported.name)
    assert (taken.data["what"], taken.data["rows"], taken.data["purpose"]) == ("rejects", 1, one.file_name)


def test_what_failed_says_why_and_can_be_dropped(client: Client, actor: Actor) -> None:
    one = step(actor, begin(actor, sheet([f"列{n}" for n in range(300)], range(300))), State.READING)
    assert "表里有 300 列" in client.get(f"/imports/{one.pk}/").content.decode()
    assert client.post(f"/imports/{one.pk}/removal/").url == "/imports/"
    with scope(actor):
        assert not Import.objects.exists()


def test_a_killed_step_can_be_begun_anew(client: Client, actor: Actor) -> None:
    one = checked(actor, owners(LI))
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(state=State.LOADING, progress={"phase": "people", "step": "loading"})
    assert "重新开始" in client.get(f"/imports/{one.pk}/").content.decode()
    client.post(f"/imports/{one.pk}/restart/")
    assert again(actor, one).progress["phase"] == "queued"


@pytest.mark.parametrize("role", [Role.SERVICE_ADVISOR, Role.CALL_AGENT, Role.AUDITOR])
def test_others_may_not_import(actor: Actor, role: Role) -> None:
    one = load(actor, owners(LI))
    client = signed_in(actor, role)
    for address in ("", "new/", f"{one.pk}/", f"{one.pk}/rejected/", f"{one.pk}/undo/", f"{one.pk}/problems/"):
        assert client.get(f"/imports/{address}").status_code == 403, address
    assert client.post(f"/imports/{one.pk}/undo/").status_code == 403
    assert again(actor, one).state == State.LOADED


def test_another_store_finds_nothing(actor: Actor) -> None:
    one = load(actor, owners(LI))
    client = signed_in(store("HF01"))
    for address in ("", "mapping/", "rejected/", "undo/", "problems/", "progress/", "basis/"):
        assert client.get(f"/imports/{one.pk}/{address}").status_code == 404, address
    for address in ("load/", "stop/", "restart/", "removal/", "undo/", "sheet/"):
        assert client.post(f"/imports/{one.pk}/{address}").status_code == 404, address


def test_a_load_without_a_sheet_has_its_page(client: Client, actor: Actor) -> None:
    with scope(actor):
        one = Import.objects.create(organisation_id=actor.organisation_id, kind="owners", state=State.LOADED)
    assert client.get(f"/imports/{one.pk}/").status_code == 200
    assert client.get(f"/imports/{one.pk}/problems/").status_code == 200
