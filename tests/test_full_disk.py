"""A disk that is full while a file is written: clear words, nothing half-written, and it goes on once there is room.

Files stand in the place of `/dev/full`, which takes nothing (Linux); what the database says is in `test_trouble.py`."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from personas import World
from qibu.connect import messages
from qibu.connect.models import Import
from qibu.connect.storage import Folder
from qibu.connect.tests.loads import LI, State, again, begin, owners, step
from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import jobs
from qibu.network.models import Export
from qibu.network.services import exports

pytestmark = [
    pytest.mark.django_db,
    # Buffers that could not be written are met once more when they are forgotten.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine"),
]
SHEET = owners(LI, ("", "", "LVVDB", "", "", "", "", "", "", ""))  # one row is rejected


@contextmanager
def full(path: Path) -> Iterator[None]:
    """Whatever is written there meets a full disk."""
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/full")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def customers(actor: Actor) -> int:
    with scope(actor):
        return Customer.objects.count()


@pytest.mark.parametrize(
    ("state", "name", "after"),
    [
        (State.READING, "rows.jsonl", State.READ), (State.CHECKING, "problems.jsonl.draft", State.CHECKED),
        (State.LOADING, "rejected.xlsx.draft", State.LOADED),
    ],
)  # fmt: skip
def test_an_import(world: World, state: str, name: str, after: str) -> None:
    actor = world.a.actor
    before = customers(actor)
    one = begin(actor, SHEET)
    for earlier in (State.READING, State.CHECKING):
        if earlier == state:
            break
        one = step(actor, one, earlier)
    with full(Folder(actor.organisation_id, one.pk).path / name):
        one = step(actor, one, state)
    assert (one.state, one.error["code"]) == (State.FAILED, "disk_full")
    assert "磁盘满了" in messages.failure(one.error)
    assert customers(actor) == before
    assert step(actor, one, state).state == after
    assert again(actor, one).error == {}


def test_an_upload(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, *given: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    client = world.a.manager.client()
    client.raise_request_exception = False
    with scope(world.a.actor):
        before = Import.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", fail)
        answer = client.post("/imports/new/", {"file": SimpleUploadedFile("客户.csv", SHEET)})
    page = answer.content.decode()
    assert (answer.status_code, "磁盘满了" in page, "还在浏览器里" in page) == (503, True, True)
    with scope(world.a.actor):
        assert Import.objects.count() == before
    assert client.post("/imports/new/", {"file": SimpleUploadedFile("客户.csv", SHEET)}).status_code == 302


def test_an_export(world: World) -> None:
    manager = world.a.manager
    with scope(manager.actor):
        asked = exports.Asked("customers", Customer.objects.all(), "view=all")
        export = exports.ask(actor=manager.actor, asked=asked, purpose="年底答谢")
    path = exports.path_of(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with full(path.with_suffix(".part")):
        jobs.export(export.organisation_id, export.pk)
    with scope(manager.actor):
        export = Export.objects.get(pk=export.pk)
    assert (export.state, path.exists()) == (Export.State.FAILED, False)
    assert "没有写成" in manager.client().get(f"/exports/{export.pk}/").content.decode()
