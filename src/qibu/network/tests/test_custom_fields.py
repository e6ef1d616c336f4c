"""An organisation adds fields to its files, and those below it see them until they say otherwise."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import translation

from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import custom
from qibu.network.custom_pages import ValueField
from qibu.network.models import CustomField, Organisation
from qibu.network.rules import CAPABILITIES, Role
from qibu.network.services import custom_fields as services
from qibu.network.services.custom_fields import Draft

pytestmark = pytest.mark.django_db
CLUB = Draft(
    "车友会", "Club", kind="choice",
    options=({"label": "长江骑士", "label_en": "Yangtze Riders"}, {"label": "周末营地", "label_en": ""}),
)  # fmt: skip


def actor_of(organisation: Organisation, role: Role = Role.STORE_MANAGER) -> Actor:
    return Actor(organisation_id=organisation.pk, capabilities=frozenset(map(str, CAPABILITIES[role])))


@pytest.fixture
def region() -> Actor:
    return actor_of(Organisation.objects.create(code="R", name="华东", kind="region"))


@pytest.fixture
def store(region: Actor) -> Actor:
    return actor_of(Organisation.objects.create(code="S", name="弋江店", parent_id=region.organisation_id))


def define(actor: Actor, draft: Draft = CLUB) -> CustomField:
    with scope(actor):
        return services.define(actor=actor, record="customer", draft=draft)


def fields(actor: Actor) -> list[custom.Field]:
    with scope(actor):
        return custom.fields_of(actor.organisation_id, "customer")


@pytest.mark.parametrize(
    ("label", "english", "formula"),
    [("姓名", "", False), (" 电话 ", "", False), ("name", "", False), ("车牌号", "", False), ("茶", "Telephone", False),
     ("=1+1", "", True), ("茶", "@x", True), ("－1", "", True)],
)  # fmt: skip
def test_a_name_that_the_product_has_or_that_is_a_formula_is_refused(
    store: Actor, label: str, english: str, formula: bool
) -> None:
    with pytest.raises(services.Unusable) as refused:
        define(store, Draft(label, english))
    assert refused.value.formula == formula


def test_a_field_of_the_region_is_a_field_of_the_store_below(region: Actor, store: Actor) -> None:
    row = define(region)
    assert [(one.row.code, one.own) for one in fields(store)] == [(row.code, False)]


def test_the_store_may_reword_it_for_itself_and_go_back(region: Actor, store: Actor) -> None:
    row = define(region)
    keys = tuple(dict(one) for one in row.options)
    with scope(store):
        services.change(
            actor=store, record="customer", code=row.code, version=1, draft=Draft("俱乐部", kind="choice", options=keys)
        )
    assert [one.label for one in fields(store)] == ["俱乐部"]
    assert [one.label for one in fields(region)] == ["车友会"]
    with scope(store):
        services.inherit_again(actor=store, record="customer", code=row.code)
    assert [one.label for one in fields(store)] == ["车友会"]


def test_a_reworded_option_keeps_its_key_and_one_taken_away_is_still_read(store: Actor) -> None:
    row = define(store)
    first, second = row.options
    with scope(store):
        draft = Draft("车友会", kind="choice", options=({**first, "label": "江上骑士"}, {"label": "夜骑队"}))
        services.change(actor=store, record="customer", code=row.code, version=1, draft=draft)
    (field,) = fields(store)
    assert field.words(first["key"]) == "江上骑士"
    assert field.words(second["key"]) == "周末营地"
    assert [word for _key, word in field.choices] == ["江上骑士", "夜骑队"]


def test_the_kind_of_a_field_stays(store: Actor) -> None:
    row = define(store, Draft("里程碑", kind="number"))
    with scope(store):
        services.change(
            actor=store, record="customer", code=row.code, version=1, draft=Draft("里程碑", kind="text", unit="万公里")
        )
    assert [(one.row.kind, one.row.unit) for one in fields(store)] == [("number", "万公里")]


def test_who_changes_it_second_is_told(store: Actor) -> None:
    row = define(store)
    change = {"actor": store, "record": "customer", "code": row.code, "version": 1}
    with scope(store):
        services.change(**change, draft=Draft("甲"))
        with pytest.raises(services.ChangedMeanwhile):
            services.change(**change, draft=Draft("乙"))


def test_two_fields_of_one_name_are_refused_and_too_many_as_well(
    store: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(store)
    with pytest.raises(services.LabelTaken):
        define(store, Draft(" 车友会 "))
    monkeypatch.setattr(services, "MOST_FIELDS", 1)
    with pytest.raises(services.TooMany):
        define(store, Draft("再来一个"))


def test_a_field_is_removed_only_while_no_file_uses_it(store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    row = define(store)
    known = custom.RECORDS["customer"]
    monkeypatch.setitem(custom.RECORDS, "customer", custom.Record("customer", known.label, lambda _actor, _code: 3))
    remove = {"actor": store, "record": "customer", "code": row.code}
    with scope(store), pytest.raises(services.StillUsed):
        services.remove(**remove)
    monkeypatch.setitem(custom.RECORDS, "customer", known)
    with scope(store):
        services.remove(**remove)
        services.remove(**remove)
    assert fields(store) == []


def test_what_comes_from_above_is_not_the_stores_to_remove(region: Actor, store: Actor) -> None:
    row = define(region)
    with scope(store):
        services.remove(actor=store, record="customer", code=row.code)
    assert len(fields(store)) == 1


def test_a_switched_off_field_is_on_no_file(store: Actor) -> None:
    define(store, Draft("旧项目", active=False))
    assert fields(store) == []


def test_only_who_manages_the_organisation_may_and_only_known_files_take_fields(store: Actor) -> None:
    organisation = Organisation.objects.get(pk=store.organisation_id)
    with pytest.raises(PermissionRefused):
        define(actor_of(organisation, Role.SERVICE_ADVISOR))
    with scope(store), pytest.raises(Http404):
        services.define(actor=store, record="spaceship", draft=CLUB)


def test_each_change_is_in_the_journal(store: Actor) -> None:
    define(store)
    with scope(store):
        entry = Entry.objects.get(type="network.CustomFieldChanged")
    assert entry.data == {"record": "customer", "label": "车友会", "changes": ["created"]}


def test_a_value_is_read_in_either_language_and_refused_in_a_sentence(store: Actor) -> None:
    define(store)
    (field,) = fields(store)
    key = field.read("长江骑士")
    assert field.read("yangtze riders") == key
    with translation.override("en"):
        assert field.words(key) == "Yangtze Riders"
    with pytest.raises(ValidationError, match="选项里没有「滑雪」，可以选：长江骑士、周末营地"):
        ValueField(field).clean("滑雪")
