"""Spreadsheets that the store brought in itself: one with rows that can't be loaded, one by mistake, taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File

from qibu.connect.models import Import
from qibu.connect.services import imports, steps
from qibu.demo import exports
from qibu.demo.clockwork import told
from qibu.demo.exports import Dialect
from qibu.demo.records import Organisation, Role
from qibu.demo.shop import Shop, at
from qibu.demo.world import World
from qibu.kernel import relay
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

State = Import.State
ROWS, FEW = 130, 24


def bring(shop: Shop, day: date) -> None:
    """Owners and visits as a dealer system exports them, and another store's list that was taken for one's own."""
    actor, (titled, semicolon, _other, flat, *_more) = shop.one(Role.CARE_MANAGER), exports.DIALECTS
    with TemporaryDirectory() as folder:
        wrong = shop.world.stores[1]
        taken = [_load(shop, wrong, semicolon, FEW, actor, Path(folder), at(day, 10, 12))]
        _load(shop, shop.described, titled, ROWS, actor, Path(folder), at(day, 16, 35))
        _load(shop, shop.described, flat, ROWS // 2, actor, Path(folder), at(day, 16, 52))
    for one in taken:
        with told(at(day, 10, 31)):
            _work(actor, one, State.UNDOING)
    with told(at(day, 17)):
        relay.catch_up(shop.system, patience=20)


def begin_one(shop: Shop, now: datetime) -> None:
    """A file of this morning whose columns nobody has looked at yet."""
    with TemporaryDirectory() as folder, told(now):
        dialect = exports.DIALECTS[4]
        exports.write(World(shop.world.seed, shop.world.today, customers=FEW), shop.described, dialect, Path(folder))
        actor = shop.one(Role.CARE_MANAGER)
        _work(actor, _kept(actor, Path(folder) / dialect.file), State.READING)


def _kept(actor: Actor, path: Path) -> Import:
    with path.open("rb") as stream:
        return imports.begin(actor=actor, file=File(stream, name=path.name), name=path.name)


def _load(
    shop: Shop, store: Organisation, dialect: Dialect, rows: int, actor: Actor, folder: Path, moment: datetime
) -> Import:
    whole = shop.world
    small = World(whole.seed, whole.today, customers=min(rows, whole.customer_count))
    small.attendance = whole.attendance  # the same people with the same visits
    exports.write(small, store, dialect, folder)
    with told(moment):
        one = _kept(actor, folder / dialect.file)
        for place, state in enumerate((State.READING, State.CHECKING, State.LOADING)):
            with told(moment + timedelta(minutes=2 * place)):
                _work(actor, one, state)
    return one


def _work(actor: Actor, one: Import, state: str) -> None:
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(
            state=state, basis=Import.Basis.CONTRACT, evidence="售车合同与服务协议",
            progress=imports.QUEUED | {"step": state},
        )  # fmt: skip
    steps.work(actor=actor, import_id=one.pk)
