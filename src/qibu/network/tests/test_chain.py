"""The chain over the journal as the auditor has it: page, command, digests kept outside the database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from qibu.kernel import sealing
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry, Seal
from qibu.kernel.scoping import scope
from qibu.network import chain_command, jobs, standing
from qibu.network.models import Verification
from qibu.network.services import actors, chains
from qibu.network.tests.test_pages import enter, found, join

CHAIN = "/settings/audit/chain/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction, which is never below the horizon: here its own rows count as settled."""
    monkeypatch.setattr(sealing, "horizon", lambda: 2**62)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    settings.QIBU_FILES = tmp_path
    return tmp_path / "audit" / "anchors.jsonl"


@pytest.fixture
def store() -> Actor:
    return found("A")


def written(store: Actor) -> list[dict[str, Any]]:
    with scope(actors.system(store.organisation_id)):
        return list(Entry.objects.filter(type="network.AuditVerified").order_by("id").values_list("data", flat=True))


def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the database had other rows than were sealed."""
    monkeypatch.setattr(sealing, "CANONICAL", "''")
    monkeypatch.setattr(sealing, "ROWS", sealing.ROWS.replace("timeline, data)", "timeline, data, 1)"))


def test_a_verification_is_itself_in_the_trail(store: Actor) -> None:
    finding = chains.verify(actor=store)
    assert (finding.entries, finding.waiting, finding.broken) == (2, 0, "")
    assert written(store) == [
        {"entries": 2, "waiting": 0, "broken": "", "entry_id": 0, "position": 0, "anchors": 0}
    ]
    assert chains.verify(actor=store).entries == 3


def test_the_nightly_job_keeps_the_digest_outside_and_the_next_night_compares(
    store: Actor, files: Path
) -> None:
    jobs.anchor(0)
    jobs.anchor(0)
    lines = [json.loads(line) for line in files.read_text().splitlines()]
    assert [line["organisation"] for line in lines] == [store.organisation_id] * 2
    assert files.stat().st_mode & 0o777 == 0o600
    assert [each["anchors"] for each in written(store)] == [0, 1]
    assert list(chains.anchors(store.organisation_id)) == [chains.read(line["anchor"]) for line in lines]


def test_a_chain_that_was_rewritten_does_not_meet_its_anchor(store: Actor, files: Path) -> None:
    chains.verify(actor=store)
    kept = chains.keep_anchor(store)
    assert kept
    files.write_text(files.read_text().replace(kept.digest[:8], "00000000"))
    finding = chains.verify(actor=store)
    assert (finding.broken, finding.position) == ("anchor", kept.total)


def test_only_the_auditor_has_it_reckoned(store: Actor) -> None:
    advisor = actors.of_staff(join(store, "周婷", "service_advisor"))
    for act in (chains.verify, chains.ask):
        with pytest.raises(PermissionRefused):
            act(actor=advisor)


# -- the page


def test_the_page_shows_the_digest_and_asks_for_a_verification_once(client: Client, store: Actor) -> None:
    sealing.seal(store)
    enter(client, store)
    anchor = sealing.newest(store)
    assert str(anchor) in client.get(CHAIN).content.decode()
    for _n in range(2):
        assert client.post(CHAIN).status_code == 302
    assert "从第一条起重新核对" in client.get(f"{CHAIN}state/").content.decode()
    assert chains.waiting(store.organisation_id)


def test_the_job_verifies_in_the_name_of_who_asked(client: Client, store: Actor) -> None:
    jobs.verify(store.organisation_id, store.staff_id)
    enter(client, store)
    page = client.get(f"{CHAIN}state/").content.decode()
    assert "完好" in page
    assert "核对了操作记录的校验链，2 条：完好" in client.get("/settings/audit/").content.decode()
    with scope(store):
        assert Entry.objects.get(type="network.AuditVerified").actor_id == store.staff_id


def test_the_page_shows_how_far_it_is_and_stops_it(
    client: Client, store: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, told = [], sealing.verify

    def halfway(actor: Actor, report: sealing.Report) -> Any:
        seen.append(client.get(f"{CHAIN}state/").content.decode())
        report(1, 4)
        seen.append(client.get(f"{CHAIN}state/").content.decode())
        assert client.post(f"{CHAIN}stop/").status_code == 302
        seen.append(client.get(f"{CHAIN}state/").content.decode())
        return told(actor, report)

    monkeypatch.setattr(chains, "OFTEN", -1.0)
    monkeypatch.setattr(sealing, "verify", halfway)
    enter(client, store)
    client.post(CHAIN)
    chains.work(actor=store)
    assert ["<progress" in page and f"{CHAIN}stop/" in page for page in seen] == [True] * 3
    assert ["1 / 4" in page for page in seen] == [False, True, True]
    assert "这一段就停" in seen[2]
    assert written(store) == []  # neither good nor bad
    ProcrastinateJob.objects.all().delete()  # the worker's own end of it
    assert "没有核对完" in client.get(CHAIN).content.decode()


def test_asked_for_again_it_is_not_stopped_any_more(client: Client, store: Actor) -> None:
    enter(client, store)
    for address in (CHAIN, f"{CHAIN}stop/", CHAIN):
        client.post(address)
    with scope(store):
        assert Verification.objects.get().stop_asked is False
    chains.work(actor=store)
    assert [each["broken"] for each in written(store)] == [""]
    ProcrastinateJob.objects.all().delete()
    assert "没有核对完" not in client.get(CHAIN).content.decode()


def test_a_broken_link_is_named_with_what_the_entry_says(
    client: Client, store: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing.seal(store)
    spoil(monkeypatch)
    chains.verify(actor=store)
    with scope(store):
        first = Entry.objects.order_by("xid", "id").values_list("pk", flat=True)[0]
    page = enter(client, store).get(CHAIN).content.decode()
    assert f"最早在第 1 条，编号 {first}。" in page
    assert "建立了 A店" in page
    assert "有一条被改过" in client.get("/settings/audit/").content.decode()


@pytest.mark.parametrize(
    ("noted", "status"), [("{}", 302), ("{:.30}", 302), ("{:.10}", 422), ("x", 422), ("3:abcdefgh", 422)]
)
def test_a_digest_from_paper_is_compared(client: Client, store: Actor, noted: str, status: int) -> None:
    sealing.seal(store)
    enter(client, store)
    assert client.post(CHAIN, {"anchor": noted.format(str(sealing.newest(store)))}).status_code == status


def test_a_digest_is_compared_for_who_reads_the_trail(client: Client, store: Actor) -> None:
    sealing.seal(store)
    enter(client, join(store, "钱静", "finance"))
    assert client.post(CHAIN, {"anchor": str(sealing.newest(store))}).status_code == 403


def test_a_digest_of_another_history_does_not_hold(client: Client, store: Actor) -> None:
    sealing.seal(store)
    answer = enter(client, store).post(CHAIN, {"anchor": "1:" + "ab" * 32})
    assert answer.status_code == 422
    assert "对不上" in answer.content.decode()


# -- the command


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    chain_command.add_arguments(parser)
    return chain_command.run(parser.parse_args(arguments))


def test_the_command_verifies_one_or_all(store: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    found("B")
    assert command("verify") == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [["A", "2"], ["B", "2"]]
    assert command("verify", "--org", "a") == 0
    assert "3 条，完好" in capsys.readouterr().out
    assert command("verify", "--org", "nowhere") == 1


def test_the_command_says_where_it_is_broken(
    store: Actor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing.seal(store)
    spoil(monkeypatch)
    assert command("verify") == 1
    assert "有一条被改过，第 1 条（编号 " in capsys.readouterr().out


def test_the_command_compares_a_digest_from_paper(store: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("anchor", "--org", "A") == 0
    noted = capsys.readouterr().out.split()[1]
    assert command("verify", "--org", "A", "--anchor", noted) == 0
    assert command("verify", "--org", "A", "--anchor", noted[:-4] + "0000") == 1
    assert command("verify", "--anchor", noted) == 1
    assert command("verify", "--org", "A", "--anchor", "unfug") == 1


def test_an_upgraded_store_is_sealed_from_its_first_entry_by_the_first_minute(store: Actor) -> None:
    jobs.seal(0)
    with scope(store):
        (piece,) = Seal.objects.all()
        assert piece.entries == list(Entry.objects.order_by("xid", "id").values_list("pk", flat=True))


def test_who_keeps_security_sees_that_the_chain_is_broken(store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def audit() -> standing.Line:
        with scope(store):
            return next(line for line in standing.lines(store) if line.clause == "8.1.4.3")

    sealing.seal(store)
    chains.verify(actor=store)
    assert audit().met
    spoil(monkeypatch)
    chains.verify(actor=store)
    assert not audit().met
