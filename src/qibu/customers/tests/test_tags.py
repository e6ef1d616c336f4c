"""The store keeps its tags in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from qibu.customers.models import Tag
from qibu.customers.selectors import tags_of
from qibu.customers.selectors.customers import counted_tags
from qibu.customers.services import tags
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope


@pytest.fixture
def tagged(store: Store, manager: Actor) -> dict[str, int]:
    """甲 carries both tags, 乙 the second one; tags by name."""
    first, second = store.register("甲"), store.register("乙")
    with scope(manager):
        tags.put(actor=manager, customer_ids=[first.pk], names=["常客", "老客户"])
        tags.put(actor=manager, customer_ids=[second.pk], names=["老客户"])
        return dict(Tag.objects.values_list("name", "pk"))


def names(actor: Actor) -> list[list[str]]:
    with scope(actor):
        found = tags_of(Tag.objects.values_list("taggings__customer_id", flat=True))
        return sorted([name for _tag, name in carried] for carried in found.values())


def counted(actor: Actor) -> list[tuple[str, int]]:
    with scope(actor):
        return list(counted_tags().values_list("name", "carried"))


def test_a_renamed_tag_stays_on_its_customers(tagged: dict[str, int], manager: Actor) -> None:
    with scope(manager):
        tags.rename(actor=manager, tag_id=tagged["常客"], name="每月来")
    assert counted(manager) == [("老客户", 2), ("每月来", 1)]


def test_the_name_of_another_tag_is_taken_only_to_make_them_one(tagged: dict[str, int], manager: Actor) -> None:
    with scope(manager), pytest.raises(tags.NameTaken):
        tags.rename(actor=manager, tag_id=tagged["常客"], name="老客户")
    with scope(manager):
        tags.rename(actor=manager, tag_id=tagged["常客"], name="老客户", merge=True)
    assert names(manager) == [["老客户"], ["老客户"]]
    with scope(manager):
        assert Entry.objects.filter(type="customers.TagChanged").get().data == {
            "tag": "常客", "into": "老客户", "customers": 1,
        }  # fmt: skip


def test_a_discarded_tag_goes_from_everybody_and_twice_is_once(tagged: dict[str, int], manager: Actor) -> None:
    with scope(manager):
        tags.discard(actor=manager, tag_id=tagged["老客户"])
        tags.discard(actor=manager, tag_id=tagged["老客户"])
    assert counted(manager) == [("常客", 1)]


def test_who_only_works_with_customers_does_not_tidy_up(tagged: dict[str, int], advisor: Actor) -> None:
    with scope(advisor), pytest.raises(PermissionRefused):
        tags.discard(actor=advisor, tag_id=tagged["常客"])


def test_the_page_asks_before_two_become_one(
    tagged: dict[str, int], manager: Actor, sign_in: Callable[[Actor], Client]
) -> None:
    page = sign_in(manager)
    asked = page.post(f"/customers/tags/{tagged['常客']}/", {"name": "老客户"})
    assert (asked.status_code, "合并成一个" in asked.text) == (422, True)
    page.post(f"/customers/tags/{tagged['常客']}/", {"name": "老客户", "merge": "1"})
    assert counted(manager) == [("老客户", 2)]
