"""Sheets on their way into the store: once, again, changed, stopped, beside another store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from qibu.aftersales.models import Visit
from qibu.connect import messages
from qibu.connect.mapping import Mapping
from qibu.connect.models import Difference, Import
from qibu.connect.services import imports
from qibu.connect.services.watching import AlreadyAtWork, Stopped, Watch, at_work, watching
from qibu.connect.sheets import UnreadableSheet
from qibu.connect.storage import Folder
from qibu.connect.tests.loads import (
    LI,
    ORDER,
    VIN,
    WANG,
    State,
    again,
    begin,
    checked,
    load,
    load_file,
    owners,
    rows_of,
    sheet,
    snapshot,
    step,
    store,
    visits,
)
from qibu.contracts.connect import ImportLoaded
from qibu.customers.models import Consent, ContactPoint, Customer
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Ownership, Policy, Vehicle

SAMPLES = Path(__file__).resolve().parents[4] / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text("utf-8"))["files"]

# The row without a name has its only number under the second phone: whom to call is known, so it is loaded.
SECOND_PHONE = {"车主资料-双层表头.xlsx": 1}

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return store()


def test_owners_and_visits_become_customers_cars_and_orders(actor: Actor) -> None:
    first = load(actor, owners(LI, WANG), basis="contract", evidence="合同第 9 条")
    second = load(actor, visits(ORDER))
    assert (first.kind, second.kind) == ("owners", "visits")
    assert {n: first.counts[n] for n in ("rows", "loaded", "customers_created", "vehicles_created")} == {
        "rows": 2, "loaded": 2, "customers_created": 2, "vehicles_created": 2,
    }  # fmt: skip
    assert (second.counts["visits_created"], second.counts["amount_total"]) == (1, "350.50")
    with scope(actor):
        visit = Visit.objects.get()
        assert (visit.customer.name, visit.vehicle.vin, visit.contact_name) == ("李敏", VIN, "李明")
        assert Ownership.objects.filter(role="owner").count() == 2  # who brings a car does not own it
        assert ContactPoint.objects.get(role="sender").customer.name == "李敏"
        assert set(Consent.objects.values_list("purpose", "basis", "evidence")) == {
            ("service", "contract", "合同第 9 条"), ("survey", "contract", "合同第 9 条"),
        }  # fmt: skip
        assert Entry.objects.filter(type=ImportLoaded.name).count() == 2


def test_the_same_file_twice_changes_nothing(actor: Actor) -> None:
    files = [owners(LI, WANG), visits(ORDER)]
    for content in files:
        load(actor, content)
    before, entries = snapshot(actor), _entries(actor)
    for content in files:
        one = load(actor, content)
        assert (one.counts["customers_created"], one.counts["visits_created"]) == (0, 0)
    assert snapshot(actor) == before
    assert _entries(actor) == entries + 2  # that it was loaded, nothing else


def _entries(actor: Actor) -> int:
    with scope(actor):
        return Entry.objects.count()


def test_a_newer_export_updates_what_a_sheet_had_set(actor: Actor) -> None:
    load(actor, owners(LI))
    load(actor, owners((*LI[:6], "北京路 8 号", *LI[7:])))
    with scope(actor):
        assert Customer.objects.get().address == "北京路 8 号"
        assert Difference.objects.count() == 0


def test_a_hand_edit_wins_and_the_difference_is_listed_once(actor: Actor) -> None:
    load(actor, owners(LI))
    with scope(actor):
        Customer.objects.update(address="手工改的地址")
    newer = owners((*LI[:6], "北京路 8 号", *LI[7:]))
    one = load(actor, newer)
    load(actor, newer)
    with scope(actor):
        assert Customer.objects.get().address == "手工改的地址"
        found = Difference.objects.get()
        assert (found.source_id, found.field, found.ours, found.theirs) == (
            one.pk, "address", "手工改的地址", "北京路 8 号",
        )  # fmt: skip
    assert one.counts["differences"] == 1


def test_a_later_purchase_is_a_transfer_and_an_earlier_one_a_warning(actor: Actor) -> None:
    load(actor, owners(LI))
    buyer = ("赵新", "13955300003", *LI[2:5], "2025-01-02", "", "", "", "")
    assert load(actor, owners(buyer)).counts["codes"]["warn"] == {}
    other = ("钱旧", "13955300004", *LI[2:5], "2021-01-02", "", "", "", "")
    late = load(actor, owners(other))
    assert late.counts["codes"]["warn"] == {"other_owner": 1}
    assert [line["code"] for line in rows_of(actor, late)] == ["other_owner"]
    with scope(actor):
        assert Ownership.objects.get(role="owner", until=None).customer.name == "赵新"
        assert str(Ownership.objects.get(customer__name="李敏").until) == "2025-01-02"


def test_an_earlier_owner_of_a_sheet_leaves_the_days_of_the_car(actor: Actor) -> None:
    load(actor, owners((*LI[:5], "2024-03-12", *LI[6:])))
    other = ("钱旧", "13955300004", *LI[2:5], "2016-01-02", "", "", "", "")
    assert load(actor, owners(other)).counts["codes"]["warn"] == {"other_owner": 1}
    with scope(actor):
        assert str(Vehicle.objects.get().purchased_on) == "2024-03-12"
    load(actor, owners((*LI[:5], "2023-03-12", *LI[6:])))
    with scope(actor):
        assert str(Vehicle.objects.get().purchased_on) == "2023-03-12"


def test_a_policy_of_unknown_kind_is_not_added_beside_the_same_day_of_a_known_one(actor: Actor) -> None:
    load(actor, owners((*LI[:8], "", "")))
    with scope(actor):
        car = Vehicle.objects.get()
        Policy.objects.create(
            organisation_id=actor.organisation_id, vehicle=car, kind="commercial", ends_on="2026-03-11"
        )
    load(actor, owners(LI))
    with scope(actor):
        assert list(Policy.objects.values_list("kind", flat=True)) == ["commercial"]


def test_a_sheet_with_one_end_of_insurance_gives_a_policy(actor: Actor) -> None:
    load(actor, owners(LI))
    with scope(actor):
        assert [(p.kind, str(p.ends_on)) for p in Policy.objects.all()] == [("unknown", "2026-03-11")]


def test_visits_first_and_owners_after_come_together(actor: Actor) -> None:
    load(actor, visits(ORDER))
    load(actor, owners(LI))
    with scope(actor):
        assert Vehicle.objects.count() == 1
        assert Ownership.objects.get(role="owner").customer.name == "李敏"
        assert Visit.objects.count() == 1


def test_every_row_is_loaded_rejected_or_repeated(actor: Actor) -> None:
    bad = ("短", "13955300005", "LVVDB11B8MD00132", "", "", "", "", "", "", "")
    nobody = ("", "", "", "皖B00001", "", "", "", "", "", "")
    one = load(actor, owners(LI, LI, bad, nobody, WANG))
    counts = one.counts
    assert [counts[n] for n in ("rows", "loaded", "rejected", "repeated")] == [5, 2, 2, 1]
    assert counts["codes"]["reject"] == {"vin_illegal": 1, "no_name_no_phone": 1}


def test_rejected_rows_come_back_as_a_file_that_can_be_corrected_and_loaded(actor: Actor) -> None:
    live = "=HYPERLINK(\"http://x\")"
    one = load(actor, owners(LI, (live, "13955300005", "LVVDB11B8MD00132", "", "", "2024-01-02", "", "", "", "")))
    folder = Folder(actor.organisation_id, one.pk)
    back = step(actor, begin(actor, folder.rejected.read_bytes(), "未载入.xlsx"), State.READING)
    assert [c["heading"] for c in back.mapping["columns"]][-2:] == ["未载入的原因", "原来的行号"]
    assert back.kind == "owners"
    line = json.loads(Folder(actor.organisation_id, back.pk).rows.read_text().splitlines()[1])
    assert line[0] == live  # a text, no formula: calamine would show its result
    assert "VIN 有 16 位" in line[-2]
    assert line[-1] == 3
    assert step(actor, back, State.CHECKING).counts["rejected"] == 1


def test_files_are_for_the_product_alone(actor: Actor) -> None:
    one = load(actor, owners(LI, ("x", "", "短", "", "", "", "", "", "", "")))
    folder = Folder(actor.organisation_id, one.pk)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.path.iterdir()} == {
        "original": "0o600", "problems.jsonl": "0o600", "rejected.xlsx": "0o600",
    }  # fmt: skip
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.path.is_relative_to(settings.QIBU_FILES)


def test_phones_in_the_notes_are_masked(actor: Actor) -> None:
    one = checked(actor, owners(("李敏", "13955300001、139", "", "", "", "", "", "", "", "")))
    told = rows_of(actor, one)
    assert told
    assert "13955300001" not in json.dumps(told)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "wrong_type"),
        ("<html><body>请先登录</body></html>".encode(), "wrong_type"),
        (b"PK\x03\x04 broken", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence_and_leaves_nothing(
    actor: Actor, content: bytes, code: str
) -> None:
    with pytest.raises(UnreadableSheet) as refusal:
        begin(actor, content)
    assert refusal.value.code == code
    sentence = messages.failure({"code": code, "facts": refusal.value.facts})
    assert "请" in sentence
    assert "{" not in sentence
    with scope(actor):
        assert not Import.objects.exists()
    assert not any((Path(settings.QIBU_FILES) / "imports" / str(actor.organisation_id)).glob("*"))


def test_too_many_columns_are_a_failure_that_says_how_many(actor: Actor) -> None:
    one = step(actor, begin(actor, sheet([f"列{n}" for n in range(300)], range(300))), State.READING)
    assert one.state == State.FAILED
    assert messages.failure(one.error) == (
        "表里有 300 列，超过上限 200 列。请删去用不到的列（注意最右边的空列），另存后再上传。"
    )


def test_a_heading_without_rows_is_a_failure(actor: Actor) -> None:
    one = step(actor, begin(actor, owners()), State.READING)
    assert (one.state, one.error["code"]) == (State.FAILED, "no_rows")


def test_every_code_of_a_problem_and_failure_has_a_sentence(actor: Actor) -> None:
    for code in messages.CODES:
        assert code in messages.SENTENCES, code
    for sentence in messages.FAILURES:
        assert "{" not in messages.failure({"code": sentence, "facts": {}})


def test_stopping_leaves_nothing_behind(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one = checked(actor, owners(LI, WANG))
    before = snapshot(actor, journal=True)

    def stop(watch: Watch, phase: str, done: int = 0, total: int = 0) -> None:
        if phase == "search":
            raise Stopped

    monkeypatch.setattr(Watch, "tell", stop)
    one = step(actor, one, State.LOADING)
    assert (one.state, one.error["code"]) == (State.STOPPED, "stopped")
    assert snapshot(actor, journal=True) == before


def test_a_failure_in_the_middle_leaves_nothing_behind(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one = checked(actor, owners(LI, WANG))
    before = snapshot(actor, journal=True)
    monkeypatch.setattr("qibu.connect.services.loading.events.of_owners", lambda load: 1 / 0)
    one = step(actor, one, State.LOADING)
    assert (one.state, one.error["code"]) == (State.FAILED, "internal")
    assert snapshot(actor, journal=True) == before
    monkeypatch.undo()
    assert step(actor, one, State.LOADING).state == State.LOADED


def test_a_click_that_comes_twice_counts_once(actor: Actor) -> None:
    one = checked(actor, owners(LI))
    with scope(actor):
        imports.ask_load(actor=actor, import_id=one.pk)
        with pytest.raises(imports.OutOfTurn):
            imports.ask_load(actor=actor, import_id=one.pk)


def test_another_store_sees_and_feels_nothing(actor: Actor) -> None:
    other = store("HF01")
    load(other, owners(LI))
    before = snapshot(other, journal=True)
    load(actor, owners(LI, WANG))
    assert snapshot(other, journal=True) == before
    with scope(other):
        assert Import.objects.count() == 1


def test_a_saved_mapping_serves_the_next_file_of_the_layout(actor: Actor) -> None:
    content = sheet(("甲", "乙", "丙"), ("李敏", "x1", VIN))
    one = step(actor, begin(actor, content), State.READING)
    mapping = Mapping.from_json(one.mapping).with_target(0, "name").with_target(1, "remark")
    with scope(actor):
        imports.understand(actor=actor, import_id=one.pk, mapping=mapping)
        imports.remember(actor=actor, mapping=mapping, name="自己的表")
    two = step(actor, begin(actor, content), State.READING)
    assert {c["heading"]: (c["target"], c["reason"]) for c in two.mapping["columns"]} == {
        "甲": ("name", "saved"), "乙": ("remark", "saved"), "丙": ("vin", "saved"),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_samples_are_understood_without_help(actor: Actor, name: str) -> None:
    truth = TRUTH[name]
    one = step(actor, begin(actor, (SAMPLES / name).read_bytes(), name), State.READING)
    assert one.kind == truth["subject"]
    assert messages.missing(Mapping.from_json(one.mapping)) == ""


@pytest.mark.parametrize("owners_file", [n for n in sorted(TRUTH) if TRUTH[n]["subject"] == "owners"])
def test_samples_load_as_a_careful_person_would_count(actor: Actor, owners_file: str) -> None:
    pairs = dict(zip(sorted(n for n in TRUTH if TRUTH[n]["subject"] == "owners"),
                     sorted(n for n in TRUTH if TRUTH[n]["subject"] == "visits"), strict=True))  # fmt: skip
    first = load_file(actor, SAMPLES / owners_file)
    second = load_file(actor, SAMPLES / pairs[owners_file])
    for one, name in ((first, owners_file), (second, pairs[owners_file])):
        truth, more = TRUTH[name], SECOND_PHONE.get(name, 0)
        counted = {key: one.counts[key] for key in ("rows", "loaded", "rejected", "repeated")}
        assert counted == {
            "rows": truth["rows"], "loaded": truth["loaded"] + more, "rejected": truth["rejected"] - more,
            "repeated": truth["repeated"],
        }  # fmt: skip
    more = SECOND_PHONE.get(owners_file, 0)
    people = TRUTH[owners_file]["customers"]
    assert first.counts["customers_created"] in (people, people + more)
    assert first.counts["vehicles_created"] == TRUTH[owners_file]["vehicles"] + more
    assert second.counts["amount_total"] == TRUTH[pairs[owners_file]]["amount_total"]


@pytest.mark.django_db(transaction=True)
def test_progress_can_be_seen_and_a_stop_be_asked_while_the_work_is_under_way() -> None:
    actor = store()
    one = checked(actor, owners(LI))
    with watching(actor, one.pk) as watch:
        with scope(actor):  # as a load that has its transaction open
            watch.tell("people", 3, 9)
            assert at_work(one.pk)
        assert again(actor, one).progress["phase"] == "people"
        with pytest.raises(AlreadyAtWork), watching(actor, one.pk):
            pass
        with scope(actor):
            Import.objects.filter(pk=one.pk).update(stop_asked=True)
        with pytest.raises(Stopped):
            watch.tell("cars")
    assert not at_work(one.pk)
