"""Registering, changing, and who may see what of it."""

from __future__ import annotations

import pytest
from django.http import Http404

from qibu.customers import selectors
from qibu.customers.models import ContactPoint, Customer, Tagging
from qibu.customers.services import assignments, customers, holds, notes, points, relations, reveal, tags
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role

pytestmark = pytest.mark.django_db
WANG, LI, LANDLINE = "15412345678", "15487654321", "05533876543"
CODE = "34020219800422123X"


def entries(kind: str) -> list[Entry]:
    return list(Entry.objects.filter(type=f"customers.{kind}").order_by("id"))


def test_registering_seals_the_number_and_tells_the_journal(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国", WANG, LANDLINE, by=advisor, source="车展")
    with scope(advisor):
        first, second = ContactPoint.objects.order_by("id")
        assert (first.value, first.masked, first.primary) == (WANG, "154****5678", True)
        assert (second.masked, second.primary) == ("0553****543", False)
        assert wang.sort_key.startswith("wang jian guo")
        assert [(e.customer_id, e.data["source"]) for e in entries("CustomerRegistered")] == [(wang.pk, "车展")]


def test_whoever_registers_a_customer_looks_after_them(store: Store, advisor: Actor, seller: Actor) -> None:
    served = store.register("王建国", by=advisor)
    sold = store.register("李敏", by=seller)
    public = store.register("孙伟")
    assert (served.advisor_id, served.seller_id) == (advisor.staff_id, None)
    assert (sold.advisor_id, sold.seller_id) == (None, seller.staff_id)
    assert (public.advisor_id, public.seller_id) == (None, None)


def test_an_identity_number_is_sealed_and_found_by_its_hash(store: Store, manager: Actor) -> None:
    store.register("王建国", identity=CODE)
    with scope(manager) as actor:
        assert Customer.objects.get().identity == CODE
        assert selectors.duplicates(actor, identity=CODE)[0].likeness == "identity"
        assert "identity" not in Customer.objects.defer("identity").get().__dict__


def test_a_technician_reads_and_does_not_write(store: Store) -> None:
    technician = store.hire("李强", Role.TECHNICIAN)
    with scope(technician), pytest.raises(PermissionRefused):
        customers.register(actor=technician, values={"name": "王建国"})


def test_a_change_is_recorded_by_the_names_of_its_fields(store: Store, manager: Actor) -> None:
    wang = store.register("王建国", WANG)
    with scope(manager) as actor:
        customers.change(
            actor=actor, customer_id=wang.pk, version=1,
            values={"name": "王建过", "identity": CODE}, seen={"name": "王建国"},
        )  # fmt: skip
        assert entries("CustomerChanged")[0].data == {"changes": ["identity", "name"]}
        assert Customer.objects.get().version == 2
        assert [found.name for found in selectors.search(actor, "wjg")] == ["王建过"]


def test_changes_to_different_fields_both_hold(store: Store, manager: Actor) -> None:
    wang = store.register("王建国", hobbies="", taboos="")
    with scope(manager) as actor:
        for field, value in (("hobbies", "钓鱼"), ("taboos", "别叫老王")):
            customers.change(
                actor=actor, customer_id=wang.pk, version=1, values={field: value}, seen={"hobbies": "", "taboos": ""}
            )
        kept = Customer.objects.get()
        assert (kept.hobbies, kept.taboos) == ("钓鱼", "别叫老王")


def test_a_change_to_the_same_field_is_shown_with_the_others_value(store: Store, manager: Actor) -> None:
    wang = store.register("王建国")
    with scope(manager) as actor:
        first = {"actor": actor, "customer_id": wang.pk, "version": 1, "seen": {"hobbies": ""}}
        customers.change(**first, values={"hobbies": "钓鱼"})
        with pytest.raises(customers.Conflict) as caught:
            customers.change(**first, values={"hobbies": "羽毛球"})
        assert caught.value.theirs == {"hobbies": "钓鱼"}
        assert Customer.objects.get().hobbies == "钓鱼"
        customers.change(**{**first, "version": caught.value.version}, values={"hobbies": "羽毛球"})
        assert Customer.objects.get().hobbies == "羽毛球"


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.STORE_MANAGER, {"公共", "别人的", "自己卖的", "自己管的"}),
        (Role.SERVICE_ADVISOR, {"公共", "别人的", "自己卖的", "自己管的"}),
        (Role.SALES_CONSULTANT, {"公共", "自己卖的", "自己管的"}),
        (Role.TECHNICIAN, {"公共", "自己卖的", "自己管的"}),
        (Role.TRAINER, set()),
        (Role.SYSTEM_ADMINISTRATOR, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_each_role_sees_its_customers(
    store: Store, other_store: Store, seller: Actor, manager: Actor, role: Role, names: set[str]
) -> None:
    someone = store.hire("某人", role)
    own = {"自己卖的": "seller", "自己管的": "advisor"}
    kept = {name: store.register(name) for name in ("公共", "别人的", *own)}
    other_store.register("别店的")
    with scope(manager) as actor:
        assignments.assign(actor=actor, customer_ids=[kept["别人的"].pk], role="seller", staff_id=seller.staff_id)
        for name, part in own.items():
            assignments.assign(actor=actor, customer_ids=[kept[name].pk], role=part, staff_id=someone.staff_id)
    with scope(someone) as actor:
        assert {customer.name for customer in selectors.visible(actor)} == names


def test_acts_on_a_hidden_customer_find_nothing(store: Store, advisor: Actor, seller: Actor) -> None:
    wang = store.register("王建国", WANG, by=advisor)
    with scope(seller) as actor:
        point_id = ContactPoint.objects.get().pk
        for act in (
            lambda: customers.change(actor=actor, customer_id=wang.pk, version=1, values={}, seen={}),
            lambda: notes.write(actor=actor, customer_id=wang.pk, text="看到了"),
            lambda: holds.place(actor=actor, customer_id=wang.pk, reach="marketing", reason="x"),
            lambda: points.remove(actor=actor, customer_id=wang.pk, point_id=point_id),
            lambda: reveal.phone(actor=actor, point_id=point_id, reason="来电核对"),
        ):
            with pytest.raises(Http404):
                act()
        assert tags.put(actor=actor, customer_ids=[wang.pk], names=["爱钓鱼"]) == {}


def test_a_number_is_shown_for_a_reason_that_is_kept(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国", WANG, by=advisor)
    with scope(advisor) as actor:
        point_id = ContactPoint.objects.get().pk
        assert reveal.phone(actor=actor, point_id=point_id, reason="来电核对") == WANG
        assert reveal.phone(actor=actor, point_id=point_id, task_id=7) == WANG
        kept = [(e.customer_id, e.subject_id, e.actor_id, e.data) for e in entries("PhoneRevealed")]
        assert kept == [
            (wang.pk, point_id, advisor.staff_id, {"reason": "来电核对", "task_id": None}),
            (wang.pk, point_id, advisor.staff_id, {"reason": "", "task_id": 7}),
        ]


def test_no_number_without_a_reason_or_the_right(store: Store, advisor: Actor) -> None:
    store.register("王建国", WANG)
    technician = store.hire("李强", Role.TECHNICIAN)
    with scope(advisor) as actor, pytest.raises(reveal.MissingReason):
        reveal.phone(actor=actor, point_id=ContactPoint.objects.get().pk, reason="  ")
    with scope(technician) as actor:
        with pytest.raises(PermissionRefused):
            reveal.phone(actor=actor, point_id=ContactPoint.objects.get().pk, reason="好奇")
        assert entries("PhoneRevealed") == []


def test_the_first_usable_number_is_the_primary_one(store: Store, manager: Actor) -> None:
    wang = store.register("王建国", WANG, LI)
    with scope(manager) as actor:
        first, second = ContactPoint.objects.order_by("id")
        points.mark_unusable(actor=actor, customer_id=wang.pk, point_id=first.pk)
        assert selectors.phones_of([wang.pk])[wang.pk].id == second.pk
        points.make_primary(actor=actor, customer_id=wang.pk, point_id=first.pk)
        shown = selectors.phones_of([wang.pk])[wang.pk]
        assert (shown.id, shown.primary, shown.unusable) == (first.pk, True, False)
        points.remove(actor=actor, customer_id=wang.pk, point_id=first.pk)
        assert ContactPoint.objects.get().primary


def test_a_number_is_kept_once_and_found_no_more_when_removed(store: Store, manager: Actor) -> None:
    wang = store.register("王建国")
    with scope(manager) as actor:
        point = points.add(actor=actor, customer_id=wang.pk, kind="phone", value=WANG, person="李敏", role="爱人")
        with pytest.raises(points.KnownPoint):
            points.add(actor=actor, customer_id=wang.pk, kind="phone", value=WANG)
        assert [found.name for found in selectors.search(actor, "李敏")] == ["王建国"]
        points.remove(actor=actor, customer_id=wang.pk, point_id=point.pk)
        assert selectors.search(actor, "李敏") == selectors.search(actor, "5678") == []


def test_a_shared_number_is_told_and_nothing_is_merged(store: Store, seller: Actor, advisor: Actor) -> None:
    wang = store.register("王建国", WANG, by=advisor)
    with scope(advisor) as actor:
        told = selectors.duplicates(actor, phones=[WANG], name="王建国")
        assert [(one.likeness, one.customer) for one in told] == [("phone", wang)]
    with scope(seller) as actor:
        hidden = selectors.duplicates(actor, phones=[WANG], name="王建国")
        assert [(one.likeness, one.customer) for one in hidden] == [("phone", None)]


def test_a_leader_gives_many_customers_to_another(store: Store, manager: Actor, advisor: Actor) -> None:
    kept = [store.register(name).pk for name in ("王建国", "李敏", "孙伟")]
    with scope(manager) as actor:
        one = {"actor": actor, "role": "advisor", "staff_id": advisor.staff_id}
        assert len(assignments.assign(**one, customer_ids=kept[:1])) == 1
        assert len(assignments.assign(**one, customer_ids=kept)) == 2
        assert [e.data["staff_name"] for e in entries("AdvisorChanged")] == ["周婷"] * 3


def test_others_take_only_whom_nobody_looks_after(store: Store, seller: Actor, advisor: Actor) -> None:
    public, taken = store.register("王建国"), store.register("李敏", by=seller)
    with scope(advisor) as actor:
        mine = {"actor": actor, "role": "advisor", "staff_id": advisor.staff_id}
        assert list(assignments.assign(**mine, customer_ids=[public.pk])) == [public.pk]
        with pytest.raises(PermissionRefused):
            assignments.assign(**mine, customer_ids=[taken.pk])
        with pytest.raises(PermissionRefused):
            assignments.assign(**{**mine, "staff_id": seller.staff_id}, customer_ids=[public.pk])


def test_tags_are_made_once_and_hung_once(store: Store, manager: Actor) -> None:
    kept = [store.register(name).pk for name in ("王建国", "李敏")]
    with scope(manager) as actor:
        assert len(tags.put(actor=actor, customer_ids=kept, names=["爱钓鱼", "怕等"])) == 2
        assert tags.put(actor=actor, customer_ids=kept, names=["爱钓鱼"]) == {}
        (tag_id, _name), _other = selectors.tags_of(kept)[kept[0]]
        tags.remove(actor=actor, customer_id=kept[0], tag_id=tag_id)
        assert Tagging.objects.count() == 3


def test_a_relation_is_seen_from_both_sides(store: Store, manager: Actor) -> None:
    from qibu.customers.selectors.files import relations_of

    wang, li = store.register("王建国"), store.register("李敏")
    with scope(manager) as actor:
        relations.add(actor=actor, customer_id=wang.pk, other_id=li.pk, kind="爱人")
        assert [one.other for one in relations_of(actor, wang.pk)] == [li]
        (seen,) = relations_of(actor, li.pk)
        assert (seen.kind, seen.other) == ("爱人", wang)
        relations.remove(actor=actor, customer_id=li.pk, relation_id=seen.id)
        assert relations_of(actor, wang.pk) == []
        with pytest.raises(relations.SamePerson):
            relations.add(actor=actor, customer_id=wang.pk, other_id=wang.pk, kind="自己")
