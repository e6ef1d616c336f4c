"""A customer is erased: no mark of them is left in any column or file, what law keeps stays, and nobody finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import default_storage
from django.db import connection, models
from django.http import Http404
from django.urls import reverse

from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.connect import jobs as connect_jobs
from qibu.connect.mapping import Mapping
from qibu.connect.models import Import, SavedMapping, SheetSearch
from qibu.connect.services import imports, searching
from qibu.connect.storage import Folder
from qibu.connect.tests import loads
from qibu.contact.models import Message
from qibu.customers import erase_parts
from qibu.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    Erasure,
    Merge,
    MergeChange,
    Relation,
    SearchToken,
)
from qibu.customers.selectors import customer_or_404, search, visible
from qibu.customers.services import (
    consents,
    customers,
    erasures,
    fingerprints,
    holds,
    merges,
    notes,
    relations,
    tags,
)
from qibu.kernel import erasures as ledger
from qibu.kernel import keys, times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.fields import SealedTextField
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Export, ExportRow, SavedView
from qibu.network.rules import Capability, Role
from qibu.network.services import exports
from qibu.tasks.models import Attempt, Task
from qibu.tasks.services import results, tasks
from qibu.vehicles.models import Ownership
from qibu.vehicles.services import vehicles

NAME, OTHER_NAME, PHONE, SECOND = "诸葛抹去", "诸葛旧档", "13912340987", "13912340986"
IDENTITY, WORD = "110101199003078515", "只他一人用的话"
REASON = "客户书面要求"


@pytest.fixture
def actor(world: Any) -> Iterator[Any]:
    with scope(world.a.actor) as found:
        yield found


def lived(actor: Any) -> Customer:
    """Somebody of whom something stands wherever something can stand."""
    values = {
        "name": NAME, "identity": IDENTITY, "birthday": date(1990, 3, 7), "address": f"{WORD}路 1 号",
        "family": WORD, "hobbies": WORD, "taboos": WORD, "driving": WORD, "remark": WORD, "occupation": WORD,
    }  # fmt: skip
    one = customers.register(actor=actor, values=values, phones=[PHONE])
    old = customers.register(actor=actor, values={"name": OTHER_NAME, "remark": f"{WORD}，旧"}, phones=[SECOND])
    merges.merge(actor=actor, survivor_id=one.pk, merged_ids=[old.pk], chosen={"remark": "both"})
    other = Customer.objects.exclude(pk__in=[one.pk, old.pk]).filter(merged_into=None).first()
    assert other is not None
    relations.add(actor=actor, customer_id=one.pk, other_id=other.pk, kind="朋友")
    tags.put(actor=actor, customer_ids=[one.pk], names=["常客"])
    consents.record(
        actor=actor, customer_id=one.pk, purpose="marketing", channel="phone", state="refused", evidence=WORD
    )
    holds.place(actor=actor, customer_id=one.pk, reach="marketing", reason=WORD)
    notes.write(actor=actor, customer_id=one.pk, text=WORD)
    car = vehicles.register(actor=actor, owner_id=one.pk, plate="京A98Q71", purchased_on=date(2024, 3, 1))
    visits.record(
        actor=actor, vehicle_id=car.pk, number="RO-7788991", opened_on=date(2025, 3, 1), remark=WORD,
        sender=Sender(NAME, PHONE),
    )  # fmt: skip
    soon = times.now() + timedelta(days=3)
    tasks.create_todo(actor=actor, title=f"给{NAME}回电话", due_at=soon, customer_id=one.pk, detail=WORD)
    return one


def marks() -> list[str]:
    hashes = [*(fingerprints.phone_hash(n).hex() for n in (PHONE, SECOND)), fingerprints.identity_hash(IDENTITY).hex()]
    return [NAME, OTHER_NAME, PHONE, SECOND, IDENTITY, WORD, *hashes]


def found_in_tables() -> set[str]:
    """Every table and column as text, and what is sealed opened. The journal is the one that keeps what was written."""
    found = set()
    for model in apps.get_models():
        if model is Entry:
            continue
        for field in model._meta.local_fields:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT "{field.column}"::text FROM {model._meta.db_table}')  # noqa: S608
                texts = [text for (text,) in cursor.fetchall() if text]
            if isinstance(field, SealedTextField):
                texts = [keys.opened(bytes.fromhex(text[2:])) for text in texts]
            elif any("\\x" in text for text in texts):
                texts += [opened for text in texts for opened in _opened(text)]
            if any(mark in text for mark in marks() for text in texts):
                found.add(f"{model._meta.db_table}.{field.column}")
    return found


def _opened(text: str) -> Iterator[str]:
    for part in text.split('"'):
        sealed = part.replace("\\\\", "\\")
        try:
            yield keys.opened(bytes.fromhex(sealed.removeprefix("\\x"))) if sealed.startswith("\\x") else ""
        except (ValueError, IndexError):
            continue


def erase(actor: Any, one: Customer, **more: Any) -> Erasure:
    """To the end: with what the background does then."""
    made = erasures.erase(actor=actor, customer_id=one.pk, reason=REASON, **more)
    searching.work(actor=actor)
    return made


def test_no_mark_is_left_in_any_column(actor: Any) -> None:
    one = lived(actor)
    before = found_in_tables()
    assert {"customers_customer.name", "customers_contactpoint.value", "customers_mergechange.was",
            "customers_consent.evidence", "customers_hold.reason", "tasks_task.title",
            "aftersales_visit.remark"} <= before  # fmt: skip
    erase(actor, one)
    assert found_in_tables() == set()


def test_what_law_keeps_stays_without_the_person(actor: Any) -> None:
    one = lived(actor)
    visit = Visit.objects.get(number="RO-7788991")
    erase(actor, one)
    visit.refresh_from_db()
    assert (visit.customer_id, visit.opened_on, visit.contact_id, visit.contact_name) == (
        one.pk, date(2025, 3, 1), None, "",
    )  # fmt: skip
    assert list(Consent.objects.filter(customer=one).values_list("state", "evidence")) == [("refused", "")]
    assert not Ownership.objects.filter(customer=one, until__isnull=True).exists()
    assert not Task.objects.filter(customer=one, state__in=["open", "backlog"]).exists()
    one.refresh_from_db()
    assert str(one) == "已删除的客户" and one.erased_at is not None


def test_nobody_finds_them_any_more(world: Any) -> None:
    with scope(world.a.actor) as actor:
        one = lived(actor)
        assert [found.id for found in search(actor, NAME)] == [one.pk]
        erase(actor, one)
        for text in (NAME, OTHER_NAME, PHONE, PHONE[-4:], "京A98Q71", "98Q71", "已删除的客户"):
            assert one.pk not in [found.id for found in search(actor, text)], text
        assert not visible(actor).filter(pk=one.pk).exists()
        assert not SearchToken.objects.filter(customer=one).exists()
        with pytest.raises(Http404):
            customer_or_404(actor, one.pk)
    client = world.a.manager.client()
    for text in (NAME, PHONE):
        for address in ("/customers/", "/customers/search/"):
            assert f"/customers/{one.pk}/" not in client.get(address, {"q": text}).content.decode()


def test_pages_and_trail_say_nothing_of_what_was_written(world: Any) -> None:
    """The journal is never rewritten; nothing that reads it shows what people wrote about them."""
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        one = lived(actor)
        shown = client.get(reverse("network:audit"), {"customer": one.pk, "n": 100}).content.decode()
        assert WORD in shown
        erase(actor, one)
    page = client.get(f"/customers/{one.pk}/")
    text = page.content.decode()
    assert page.status_code == 200 and "这位客户的个人信息已按要求删除" in text and "工单、项目和金额" in text
    trail = client.get(reverse("network:audit"), {"customer": one.pk}).content.decode()
    assert "按要求删除了一位客户的个人信息" in trail and REASON in trail
    for mark in (NAME, OTHER_NAME, WORD, PHONE):
        assert mark not in text and mark not in trail
    assert client.get(f"/customers/{one.pk}/timeline/").status_code == 404
    assert client.get(f"/customers/{one.pk}/edit/").status_code == 404


def test_files_that_hold_them_go(actor: Any) -> None:
    one = lived(actor)
    export = Export.objects.create(
        organisation_id=actor.organisation_id, page="customers", query=f"q={NAME}", purpose="x", level=0, total=1,
        by_id=actor.staff_id, state="ready",
    )  # fmt: skip
    ExportRow.objects.create(organisation_id=actor.organisation_id, export=export, row=one.pk)
    path = exports.path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(NAME)
    erase(actor, one)
    export.refresh_from_db()
    assert not path.exists() and (export.state, export.query) == ("gone", "")
    holding = [one for one in Path(default_storage.path(".")).rglob("*") if one.is_file()]
    assert not [one for one in holding if NAME.encode() in one.read_bytes()]


def test_the_sheet_that_brought_them_goes_and_its_folder_stays(actor: Any) -> None:
    loads.load(actor, loads.owners((NAME, PHONE, *loads.LI[2:])))
    one = Customer.objects.get(name=NAME)
    folder = Path(default_storage.path(f"imports/{actor.organisation_id}/{one.import_id}"))
    assert [path.name for path in folder.iterdir()]
    erase(actor, one)
    assert folder.is_dir() and not list(folder.iterdir())


THEIRS = (NAME, "", loads.VIN, "京A·98Q71", "瑞虎8", "", "", "", "", "")
NAMESAKE = (NAME, "139-5530-0007", loads.VIN2, "皖B54321", "艾瑞泽5", "", "", "", "", "")
CALLED = ("诸葛某", "（139）1234－0987", "", "", "", "", "", "", "", "")


def lie_here(actor: Any) -> dict[str, Import]:
    """Sheets that no key leads from them to: uploaded, looked at, loaded without them, unreadable."""
    of = {
        "car": THEIRS, "phone": CALLED, "identity": ("某人", "13955300008", *[""] * 4, f"证 {IDENTITY}", "", "", ""),
        "namesake": NAMESAKE, "other": loads.WANG, "at work": CALLED, "broken": THEIRS,
    }  # fmt: skip
    made = {key: loads.begin(actor, loads.owners(loads.LI, row)) for key, row in of.items()}
    for key in ("car", "phone", "identity", "namesake", "other"):
        made[key] = loads.step(actor, made[key], Import.State.READING)
    made["rejected"] = loads.load(actor, loads.owners(loads.LI, ("", PHONE, "VIN?", *[""] * 7)))
    Import.objects.filter(pk=made["at work"].pk).update(state=Import.State.CHECKING)
    Import.objects.filter(pk=made["broken"].pk).update(state=Import.State.FAILED)
    original(made["broken"]).write_bytes(b"\x00\x01\x02")
    return made


def original(one: Import) -> Path:
    return Folder(one.organisation_id, one.pk).original


def test_sheets_to_which_no_key_leads_are_searched(actor: Any) -> None:
    one, made = lived(actor), lie_here(actor)
    erase(actor, one)
    there = {key for key, each in made.items() if original(each).exists()}
    assert there == {"namesake", "other", "at work"}
    told = {key: loads.again(actor, each) for key, each in made.items()}
    assert {key for key, each in told.items() if each.error.get("code") == "erased"} == {
        "car", "phone", "identity", "broken",
    }  # fmt: skip
    assert told["rejected"].state == Import.State.LOADED
    search = SheetSearch.objects.get(customer=one.pk)
    assert search.left == [made["at work"].pk] and search.marks
    Import.objects.filter(pk=made["at work"].pk).update(state=Import.State.STOPPED)
    assert not list(original(made["other"]).parent.glob("search-*"))
    searching.work(actor=actor)
    search.refresh_from_db()
    assert (search.left, search.marks, bool(search.ended_at)) == ([], None, True)
    assert not original(made["at work"]).exists()
    with pytest.raises(imports.OutOfTurn):
        imports.ask_again(actor=actor, import_id=made["car"].pk)


def test_what_a_killed_search_left_goes_by_night(actor: Any) -> None:
    one = loads.begin(actor, loads.owners(loads.LI))
    left = original(one).with_name("search-0a1b2c3d.jsonl")
    left.write_text(PHONE)
    connect_jobs._drop_rows(actor.organisation_id)
    assert original(one).exists() and not left.exists()


def test_the_page_of_who_was_erased_says_how_far_the_search_is(world: Any) -> None:
    with scope(world.a.actor) as actor:
        one, made = lived(actor), lie_here(actor)
        erasures.erase(actor=actor, customer_id=one.pk, reason=REASON)
    client = world.a.manager.client()
    page = client.get(f"/customers/{one.pk}/").content.decode()
    assert "正在逐份查找" in page
    with scope(world.a.actor) as actor:
        Import.objects.filter(pk=made["at work"].pk).update(state=Import.State.STOPPED)
    searching.work(actor=world.a.actor)
    page = client.get(f"/customers/{one.pk}/").content.decode()
    assert "正在逐份查找" not in page and "已整份删除" in page
    assert "整份删除，没有载入" in client.get(f"/imports/{made['car'].pk}/").content.decode()


def test_open_promises_are_not_forgotten_silently(actor: Any) -> None:
    one = lived(actor)
    tasks.create_promise(actor=actor, customer_id=one.pk, title="送钥匙", due_at=times.now())
    with pytest.raises(erasures.PromisesOpen):
        erase(actor, one)
    assert Customer.objects.get(pk=one.pk).name == NAME
    erase(actor, one, with_promises=True)
    assert not Task.objects.filter(customer=one, state="open").exists()


@pytest.mark.parametrize("reason", [f"{NAME} 要求", "电话 139 1234 0987 的客户", PHONE, "13800000000"])
def test_the_reason_names_nobody(actor: Any, reason: str) -> None:
    one = lived(actor)
    with pytest.raises(erasures.ReasonNames):
        erasures.erase(actor=actor, customer_id=one.pk, reason=reason)
    with pytest.raises(erasures.ReasonMissing):
        erasures.erase(actor=actor, customer_id=one.pk, reason="  ")
    assert Customer.objects.get(pk=one.pk).name == NAME


def test_who_may_write_files_may_not_erase(world: Any) -> None:
    with scope(world.a.actor) as actor:
        one = lived(actor)
    for role, may in ((Role.CARE_MANAGER, True), (Role.SERVICE_MANAGER, False), (Role.SERVICE_ADVISOR, False)):
        person = world.a.people[role]
        with scope(person.actor) as asking:
            if not may:
                with pytest.raises(PermissionRefused):
                    erasures.erase(actor=asking, customer_id=one.pk, reason=REASON)
        assert person.client().get(f"/customers/{one.pk}/erasure/").status_code == (200 if may else 403)


@pytest.mark.parametrize("lacking", [Capability.CUSTOMERS_ERASE, Capability.CUSTOMERS_EDIT])
def test_the_right_to_erase_is_none_without_the_right_to_write(world: Any, lacking: Capability) -> None:
    with scope(world.a.actor) as actor:
        one = lived(actor)
        less = replace(actor, capabilities=actor.capabilities - {lacking})
        with pytest.raises(PermissionRefused):
            erasures.erase(actor=less, customer_id=one.pk, reason=REASON)


def test_another_store_has_no_part_in_it(world: Any) -> None:
    with scope(world.a.actor) as actor:
        one = lived(actor)
    with scope(world.b.actor) as stranger, pytest.raises(Http404):
        erasures.erase(actor=stranger, customer_id=one.pk, reason=REASON)
    with scope(world.a.actor) as actor:
        before = Customer.objects.get(pk=one.pk)
        assert before.name == NAME
        erase(actor, one)
    assert world.b.manager.client().get(f"/customers/{one.pk}/").status_code == 404


def test_the_page_asks_for_a_reason_and_a_second_word(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        one = lived(actor)
    address = f"/customers/{one.pk}/erasure/"
    preview = client.get(address).content.decode()
    assert "会删除的" in preview and "工单、项目和金额" in preview and "联系方式" in preview
    assert f'href="{address}"' in client.get(f"/customers/{one.pk}/").content.decode()
    unsure = client.post(address, {"reason": REASON})
    assert unsure.status_code == 422 and REASON in unsure.content.decode()
    done = client.post(address, {"reason": REASON, "sure": "1"}, follow=True)
    assert done.status_code == 200 and "这位客户的个人信息已按要求删除" in done.content.decode()


def test_an_undo_of_the_sheet_brings_nobody_back(actor: Any) -> None:
    """What a load changed of them isn't known any more; taking the load back leaves or removes an empty file."""
    one = lived(actor)
    brought = loads.load(actor, loads.owners((NAME, PHONE, *loads.LI[2:6], WORD, *loads.LI[7:])))
    imports.remember(actor=actor, mapping=Mapping.from_json(brought.mapping), name="厂家表")
    assert WORD in str(SavedMapping.objects.get(name="厂家表").mapping)
    assert Entry.objects.filter(batch_id=brought.pk, customer_id=one.pk).exists()
    erase(actor, one)
    assert loads.step(actor, brought, "undoing").state == "undone"
    assert found_in_tables() == set()


def test_a_result_of_theirs_is_not_taken_back(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        one = lived(actor)
        task = Task.objects.filter(customer=one, state="open").first()
        assert task is not None
        results.record(actor=actor, task_ids=[task.pk], outcome="reached", note=WORD)
        attempt = Attempt.objects.get(task=task)
        erase(actor, one)
    answer = client.post(reverse("tasks:undo", args=[attempt.pk]), follow=True)
    assert answer.status_code in (200, 404, 409, 422)
    with scope(world.a.actor):
        assert Attempt.objects.get(pk=attempt.pk).undone_at is None
        assert found_in_tables() == set()


def test_a_merge_that_was_erased_is_not_taken_back(actor: Any) -> None:
    one = lived(actor)
    merge = Merge.objects.get(survivor=one)
    erase(actor, one)
    with pytest.raises(Http404):
        merges.undo(actor=actor, merge_id=merge.pk)
    assert not MergeChange.objects.filter(merge=merge).exists()
    assert not ContactPoint.objects.filter(customer_id__in=[merge.merged_id, one.pk]).exists()
    assert not Relation.objects.filter(customer=one).exists()
    assert not Message.objects.filter(text__contains=NAME).exists()
    assert not [view for view in SavedView.objects.all() if NAME in str(view.values)]


# Every column is answered for ----------------------------------------------------------------------------
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.DateField, ArrayField)
HOUSE = "of the house, its people, content or work: nothing of a customer is written there"
IDS = "numbers of rows alone"
CODE = "a code of the product, or a number of the house"
EXPLAINED = {
    "aftersales_visit.number": CODE, "aftersales_visit.kind": "what was done, for the books",
    "aftersales_visit.jobs": "what was done, for the books", "aftersales_visit.opened_on": "for the books",
    "aftersales_visit.closed_on": "for the books",
    "catalog_carmodel": HOUSE, "leads_source": HOUSE, "leads_stage": HOUSE, "leads_stagechange": CODE,
    "leads_lead": "what was wanted and what came of it, for the figures; words about people go (`leads.erasing`)",
    # catalog
    "catalog_extra": HOUSE, "catalog_ratetable": HOUSE,
    # leads
    "leads_lossreason": HOUSE, "leads_gradepace": HOUSE, "leads_tally": "sums over many, nothing of one customer",
    "leads_scoringrefusal": IDS,
    "leads_allocationrule": HOUSE, "leads_leadpolicy": HOUSE, "leads_sellergroup": HOUSE, "leads_duty": HOUSE,
    "leads_placement.code": CODE, "leads_placement.rule": HOUSE,
    # showroom
    "showroom_turnplace": HOUSE, "showroom_turnchange.kind": CODE,
    "showroom_visitor": "that somebody came, when and what for, for the head count; words go (`showroom.erasing`)",
    # drives
    "drives_agreementtext": HOUSE, "drives_democar": HOUSE, "drives_drivepolicy": HOUSE, "drives_route": HOUSE,
    "drives_drive.state": CODE, "drives_feedback.scores": "numbers for the figures",
    "drives_feedback.intention": CODE, "drives_feedback.by": CODE,
    # quotes
    "quotes_loanplan": HOUSE, "quotes_quoterules": HOUSE, "quotes_variant": "what was offered for how much",
    "quotes_quote.state": CODE, "quotes_quote.bought_on": "a day that taxes were reckoned with",
    "quotes_quote.valid_until": "how long the offer held", "quotes_appraisal.car": "what kind of car it was",
    "quotes_appraisal.condition": CODE, "quotes_appraisal.valid_until": "how long its price held",
    "quotes_linkanswer": "goes with its link",
    # spotchecks
    "spotchecks_samplerule": HOUSE, "spotchecks_question": HOUSE, "spotchecks_proposal": HOUSE,
    "spotchecks_ledgerentry": HOUSE, "spotchecks_draw": "the month, its lot, and numbers of rows alone",
    "spotchecks_check.state": CODE, "spotchecks_check.answers": "yes or no to questions of the house",
    "spotchecks_check.asked": "questions of the house",
    # nurturing
    "nurturing_piece": HOUSE, "nurturing_sequence": HOUSE, "nurturing_nurturingrules": HOUSE,
    "nurturing_illustration": HOUSE, "nurturing_edition": HOUSE, "nurturing_run.sequence": HOUSE,
    "nurturing_run.name": HOUSE, "nurturing_run.end": CODE, "nurturing_run.begun_on": "a day, for the figures",
    "nurturing_sending.piece": HOUSE,
    "nurturing_sending.channel": CODE, "nurturing_sending.state": CODE,
    # orders
    "orders_order": "what was sold for how much, for the books; words about people go (`orders.erasing`)",
    "orders_orderpolicy": HOUSE, "orders_stockcar": HOUSE,
    "orders_decision": "what for and whether; the words go (`orders.erasing`)",
    "orders_cancellation": "codes and sums, for the books; the words go (`orders.erasing`)",
    "orders_payment": "money and receipts, for the books; the words go (`orders.erasing`)",
    # deliveries
    "deliveries_listitem": HOUSE, "deliveries_warrantyterm": HOUSE,
    "deliveries_tick": "what was gone through: of the house",
    "deliveries_delivery": "when which car was handed over, for the books; the words go (`deliveries.erasing`)",
    # intake
    "intake_arrival": "by which door something came, and when; the words go (`intake.erasing`)",
    "intake_consentwording": HOUSE, "intake_leadsheet": "names of files and columns; the rows' words go with them",
    "intake_mailbox": HOUSE, "intake_takenletter": "fingerprints", "intake_webform": HOUSE,
    "network_apitoken": HOUSE,
    # funnel
    "funnel_sourcecost": HOUSE, "funnel_forecast": HOUSE,
    # care
    "care_carepolicy": HOUSE, "care_maintenanceinterval": HOUSE, "care_plan": HOUSE, "care_planoverride": HOUSE,
    "care_step": HOUSE, "care_reckoned": IDS,
    "connect_import": "names of files and columns; samples and the sheets themselves go (`connect.erasing`)",
    "connect_sheetsearch": "by what sheets are found; goes with the last of them (`connect.services.searching`)",
    "connect_savedmapping": "how columns are called; samples go (`connect.erasing`)",
    "connect_change": "rows of theirs go by their numbers (`connect.erasing`)",
    "connect_difference": "rows of theirs go by their numbers (`connect.erasing`)",
    "contact_mailaccount": HOUSE, "contact_wish": HOUSE, "contact_sendinghold": HOUSE, "contact_told": IDS,
    "contact_message": "letters that name them lose their words (`contact.erasing`)",
    "customers_consent.purpose": "proof that they agreed or refused", "customers_consent.channel": "the same",
    "customers_consent.state": "the same", "customers_consent.basis": "the same",
    "customers_customer.kind": CODE, "customers_customer.stage": CODE, "customers_hold.reach": CODE,
    "customers_erasure.reason": "names nobody (`rules.erasing`)",
    "customers_merge.marks": IDS, "customers_tag": "a word of the store, hung on many",
    "kernel_entry": "append-only and chained: the named remainder (docs/decisions/erasure.md), masked by every reader",
    "kernel_parked": "what a program complained of", "kernel_readerposition": IDS, "kernel_seal": "digests",
    "network_absence": HOUSE, "network_customfield": HOUSE, "network_once": "fingerprints and addresses",
    "network_batchact": "addresses of lists that looked for them lose them (`customers.erasing`)",
    "network_batchrow": "rows of theirs go (`customers.erasing`, `tasks.erasing`)",
    "network_export": "queries that name them lose their words (`customers.erasing`)", "network_exportrow": IDS,
    "network_savedview": "values that name them go (`customers.erasing`)",
    "network_handover": "of those who hand over and take; numbers", "network_handoveritem": IDS,
    "network_securitypolicy": HOUSE, "network_staff": HOUSE,
    "tasks_attempt.outcome": CODE, "tasks_attempt.token": "random", "tasks_calendarday": HOUSE,
    "tasks_workcalendar": HOUSE, "tasks_rung": HOUSE, "tasks_escalation": IDS, "tasks_clock.kind": CODE,
    "tasks_clock.breach_cause": CODE, "tasks_task.category": CODE, "tasks_task.kind": CODE, "tasks_task.state": CODE,
    "tasks_task.desk": CODE, "tasks_task.outcome": CODE, "tasks_task.key": "a plan's step and numbers",
    "tasks_task.title": "what people wrote goes (`tasks.erasing`); a plan's own names nobody",
    "vehicles_ownership": "when which part in a car began and ended: told of nobody any more",
    "vehicles_policy": "the car's cover", "vehicles_reading": "the car's mileage",
    "vehicles_transfer.reason": CODE, "vehicles_transfer.on": "a day of the car's",
    "vehicles_vehicle": "the car, which goes on to whoever owns it next",
}  # fmt: skip


def columns() -> set[str]:
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if any(field.attname == "organisation_id" for field in model._meta.local_fields)
        for field in model._meta.local_fields
        if isinstance(field, TEXTS) and not isinstance(field, models.DateTimeField)
    }


def erased_columns() -> set[str]:
    found = set()
    for part in erase_parts.PARTS.told:
        fields = part.model._meta.local_fields
        named = part.values or {field.name: None for field in fields}
        found |= {f"{part.model._meta.db_table}.{field.column}" for field in fields if field.name in named}
    return found


def test_every_column_is_erased_or_explained() -> None:
    left = {one for one in columns() - erased_columns() if one not in EXPLAINED and one.split(".")[0] not in EXPLAINED}
    assert left == set(), "say in the app's erasing.py what becomes of it, or here why it tells nothing of anybody"
    tables = {one.split(".")[0] for one in columns()}
    stale = {name for name in EXPLAINED if name not in columns() and name not in tables and "." in name}
    assert stale == set()


# The ledger ----------------------------------------------------------------------------------------------
KEY = ledger.key_of(b"k" * 32)


def line(number: int) -> ledger.Erased:
    return ledger.Erased(1, number, "2026-11-26T00:00:00+00:00", ledger.who(KEY, 1, number, times.now()))


def test_the_ledger_keeps_each_once_and_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "erasures" / "ledger"
    lines = [line(n) for n in (1, 2, 3)]
    ledger.add(path, KEY, lines[:2])
    ledger.add(path, KEY, lines)
    assert ledger.read(path, KEY) == lines
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_left_half_is_written_anew(tmp_path: Path) -> None:
    path, lines = tmp_path / "ledger", [line(n) for n in (1, 2)]
    ledger.add(path, KEY, lines)
    content = path.read_bytes()
    for cut in (3, len(content) - 10):
        path.write_bytes(content[:cut])
        ledger.add(path, KEY, lines)
        assert ledger.read(path, KEY) == lines


def test_an_altered_ledger_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger.add(path, KEY, [line(n) for n in (1, 2, 3)])
    rows = path.read_text().splitlines(keepends=True)
    other = rows[1].replace('"customer": 1', '"customer": 9')
    for broken in ([rows[0], *rows[2:]], [rows[0], other, *rows[2:]], rows[1:]):
        path.write_text("".join(broken))
        with pytest.raises(ledger.Forged):
            ledger.read(path, KEY)
    path.write_text("".join(rows))
    with pytest.raises(ledger.Forged):
        ledger.read(path, ledger.key_of(b"x" * 32))


def noted(world: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ledger of a home in which two people were erased, of a store each."""
    monkeypatch.setattr(erasures, "place", lambda: place)
    for store in (world.a, world.b):
        with scope(store.actor) as actor:
            erase(actor, customers.register(actor=actor, values={"name": "抹去的人"}, phones=[]))
        assert erasures.note(actor.organisation_id) == 1
    return place.read_text().splitlines(keepends=True)


def test_lines_that_were_cut_off_are_written_again(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ledger"
    lines = noted(world, place, monkeypatch)
    assert erasures.mend() == 0
    for left in (lines[:2], lines[:1], []):
        place.write_text("".join(left))
        assert erasures.mend() == 3 - max(1, len(left))
        assert place.read_text() == "".join(lines)
    place.unlink()
    assert erasures.mend() == 2


def test_a_ledger_that_was_altered_is_set_aside_and_written_anew(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ledger"
    lines = noted(world, place, monkeypatch)
    place.write_text("".join([lines[0], lines[2]]))
    assert erasures.mend() == 2
    assert place.read_text() == "".join(lines)
    assert [path.read_text() for path in tmp_path.glob("ledger.altered-*")] == ["".join([lines[0], lines[2]])]


def test_another_person_with_the_number_is_not_meant(actor: Any) -> None:
    """After a restore numbers are given again: the ledger means who was born when its line says."""
    one = lived(actor)
    key = ledger.key_of(keys.ring().lookup)
    now = times.now()
    other = ledger.Erased(actor.organisation_id, one.pk, now.isoformat(), ledger.who(key, 1, one.pk, now))
    assert erasures.again(actor=actor, lines=[other]) == 0
    mine = ledger.who(key, actor.organisation_id, one.pk, Customer.objects.get(pk=one.pk).created_at)
    mine_line = ledger.Erased(actor.organisation_id, one.pk, times.now().isoformat(), mine)
    assert erasures.again(actor=actor, lines=[mine_line, mine_line]) == 1
    searching.work(actor=actor)
    assert found_in_tables() == set()
