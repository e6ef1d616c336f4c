"""Nearest first, shipped last, strangers never."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from qibu.network.inheritance import heirs, lineage, provenance, resolve
from qibu.network.models import Organisation


@dataclass(frozen=True)
class Row:
    organisation_id: int | None
    code: str
    text: str = ""


def code(row: Row) -> str:
    return row.code


def test_the_nearest_organisation_wins() -> None:
    rows = [Row(None, "a"), Row(3, "a"), Row(2, "a"), Row(None, "b"), Row(3, "b"), Row(None, "c")]
    found = resolve(rows, [1, 2, 3], code)
    assert {key: each.source_id for key, each in found.items()} == {"a": 2, "b": 3, "c": None}


def test_own_rows_know_that_they_replace_another() -> None:
    found = resolve([Row(1, "a"), Row(None, "a"), Row(1, "b")], [1, 2], code)
    assert (found["a"].own, found["a"].overrides) == (True, True)
    assert (found["b"].own, found["b"].overrides) == (True, False)


def test_nothing_is_found_in_nothing() -> None:
    assert resolve(list[Row](), [1], code) == {}


@pytest.mark.parametrize("seed", range(25))
def test_whatever_the_rows(seed: int) -> None:
    random = Random(seed)
    line = random.sample(range(1, 9), random.randint(1, 5))
    rows = [Row(random.choice([None, *range(1, 9)]), random.choice("abc"), str(n)) for n in range(30)]
    found = resolve(rows, line, code)
    order = [*line, None]
    for key, each in found.items():
        candidates = [row for row in rows if row.code == key and row.organisation_id in order]
        assert each.row in candidates
        assert order.index(each.source_id) == min(order.index(row.organisation_id) for row in candidates)
    shuffled = resolve(random.sample(rows, len(rows)), line, code)
    assert {k: v.source_id for k, v in shuffled.items()} == {k: v.source_id for k, v in found.items()}
    assert resolve([each.row for each in found.values()], line, code).keys() == found.keys()


@pytest.mark.django_db
def test_the_lineage_goes_from_the_store_up_and_what_is_below_down() -> None:
    top = Organisation.objects.create(code="M", name="主机厂", kind="manufacturer")
    region = Organisation.objects.create(code="R", name="华东大区", kind="region", parent=top)
    store = Organisation.objects.create(code="S", name="铜陵店", parent=region)
    sister = Organisation.objects.create(code="S2", name="芜湖店", parent=region)
    branch = Organisation.objects.create(code="S3", name="铜陵二店", parent=store)
    Organisation.objects.create(code="X", name="不相干的店")
    assert heirs(top.pk) == [region.pk, store.pk, sister.pk, branch.pk]
    assert heirs(store.pk) == [branch.pk] and heirs(sister.pk) == [] and heirs(0) == []
    assert lineage(store.pk) == [store.pk, region.pk, top.pk]
    assert lineage(0) == []
    words = provenance([None, top.pk, store.pk], store.pk)
    assert words == {None: "系统自带", top.pk: "来自：主机厂", store.pk: "本店自定"}
