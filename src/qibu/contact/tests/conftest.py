from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qibu.contact.models import MailAccount
from qibu.kernel.actors import Actor
from qibu.kernel.addresses import networks
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.services import actors
from qibu.tasks.tests import world


@dataclass
class Server:
    """A mail server in a process of its own."""

    folder: Path
    child: subprocess.Popen[bytes]
    port: int

    @property
    def letters(self) -> list[dict[str, Any]]:
        kept = self.folder / "letters"
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []


@pytest.fixture
def serve(tmp_path: Path, settings: Any) -> Iterator[Callable[..., Server]]:
    """Starts a mail server; this machine's own addresses are named by the operator."""
    settings.QIBU_MAIL_NETWORKS = networks("127.0.0.0/8,::1")
    begun: list[subprocess.Popen[bytes]] = []

    def start(*flags: str, folder: Path = tmp_path) -> Server:
        command = [sys.executable, "-m", "qibu.contact.tests.smtpd", str(folder), *flags]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        begun.append(child)
        while not (folder / "port").exists():
            assert child.poll() is None, "the mail server did not start"
            time.sleep(0.02)
        return Server(folder, child, int((folder / "port").read_text()))

    yield start
    for child in begun:
        child.kill()
        child.wait()


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()


@dataclass
class Store:
    """A store with people who have addresses, and an account."""

    code: str = "S1"
    id: int = 0
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = world.store(self.code)
        self.advisor = self.person("王芳", "service_advisor", "fang@example.com")
        self.lead = self.person("吴经理", "service_manager", "wu@example.com")
        self.boss = self.person("方总", "store_manager", "boss@example.com")
        self.system = actors.system(self.id)

    def person(self, name: str, role: str, email: str) -> Actor:
        made = world.person(self.id, name, role)
        with scope(actors.system(self.id)):
            Staff.objects.filter(pk=made.staff_id).update(email=email)
        self.people[name] = made
        return made

    def account(self, port: int, **facts: Any) -> MailAccount:
        values = {
            "host": "localhost", "port": port, "security": "none", "sender": "qibu@store.example",
            "sender_name": "弋江店", "site": "https://qibu.store.example/",
        }  # fmt: skip
        with scope(self.system):
            return MailAccount.objects.create(organisation_id=self.id, **{**values, **facts})


@pytest.fixture
def store(db: None) -> Store:
    return Store()
