"""Leads by e-mail: ADF as the body or attached, plain letters for a person, each letter once, whatever falls over."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse

from qibu.intake.errors import ChangedMeanwhile, PasswordMissing
from qibu.intake.jobs import look_into_mailboxes
from qibu.intake.mail import Problem, Unreachable
from qibu.intake.mail import letters as post
from qibu.intake.mail.imap import LARGEST
from qibu.intake.models import Arrival, Mailbox, TakenLetter
from qibu.intake.services import documents, letters, mailboxes
from qibu.intake.tests.corpus import BAD, GOOD, PLAIN, document
from qibu.intake.tests.imapd import PASSWORD, USER, Server
from qibu.intake.tests.world import client_of, manager, person, store
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.addresses import networks
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead

VALUES = {
    "active": True, "host": "localhost", "port": 0, "security": "none", "username": USER, "folder": "INBOX",
    "source": "vertical",
}  # fmt: skip


def letter(name: str = "<1@portal.example>", body: str | None = None, **parts: Any) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Portal <leads@portal.example>", USER
    message["Subject"], message["Date"] = "新线索", "Wed, 25 Nov 2026 10:30:00 +0800"
    if name:
        message["Message-ID"] = name
    message.set_content(document(PLAIN).decode() if body is None else body)
    for file, content in parts.get("files", {}).items():
        message.add_attachment(content, maintype="application", subtype=parts.get("subtype", "xml"), filename=file)
    return message.as_bytes()


class Office:
    """A store with a mailbox at a server of this machine."""

    def __init__(self, port: int) -> None:
        self.boss: Actor = manager(store())
        with scope(self.boss):
            mailboxes.save(actor=self.boss, values={**VALUES, "port": port}, password=PASSWORD, version=0)

    def look(self) -> int:
        return letters.look(actor=self.boss)

    def count(self, model: Any = Lead) -> int:
        with scope(self.boss):
            return int(model.objects.count())

    def arrivals(self) -> list[Arrival]:
        with scope(self.boss):
            return list(Arrival.objects.order_by("pk"))


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.QIBU_MAIL_NETWORKS = networks("127.0.0.0/8,::1")
    with Server() as running:
        yield running


@pytest.fixture
def office(server: Server, transactional_db: None) -> Office:
    return Office(server.port)


def test_a_letter_becomes_a_lead_and_is_marked_as_seen(server: Server, office: Office) -> None:
    server.kept.add(letter())
    assert office.look() == 1
    (arrival,) = office.arrivals()
    assert (arrival.door, arrival.state, arrival.sender) == ("email", "new", "leads@portal.example")
    assert (office.count(), server.kept.seen) == (1, {1})
    assert office.look() == 0


def test_the_same_letter_again_makes_nothing(server: Server, office: Office) -> None:
    server.kept.add(letter())
    office.look()
    server.kept.seen.clear()  # as after a crash between the transaction and the mark, or a second copy
    server.kept.add(letter())
    assert office.look() == 0
    assert (office.count(), office.count(Arrival), server.kept.seen) == (1, 1, {1, 2})


@pytest.mark.parametrize("at", ["STORE", "BODY.PEEK", "SEARCH"])
def test_a_line_that_breaks_loses_nothing_and_doubles_nothing(server: Server, office: Office, at: str) -> None:
    for number in range(3):
        one = PLAIN.replace("K1", f"K{number}").replace("0001", f"000{number + 1}")
        server.kept.add(letter(f"<{number}@portal.example>", document(one).decode()))
    server.kept.drop_at, server.kept.drops = at, 2
    for _time in range(2):
        with pytest.raises(Unreachable):
            office.look()
    office.look()
    assert (office.count(), server.kept.seen) == (3, {1, 2, 3})
    with scope(office.boss):
        assert Mailbox.objects.get().problem == ""


def test_a_letter_whose_leads_could_not_be_written_is_taken_the_next_time(
    server: Server, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kept.add(letter())

    class Killed(BaseException):
        pass

    def dies(**_facts: Any) -> None:
        raise Killed

    monkeypatch.setattr(letters.arriving, "take", dies)
    monkeypatch.setattr(documents.arriving, "take", dies)
    with pytest.raises(Killed):
        office.look()
    assert (office.count(TakenLetter), server.kept.seen) == (0, set())
    monkeypatch.undo()
    office.look()
    assert (office.count(), server.kept.seen) == (1, {1})


def test_what_the_product_fails_with_waits_for_a_person_and_holds_up_nobody(
    server: Server, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kept.add(letter("<1@x>"))
    server.kept.add(letter("<2@x>", "您好，请联系 138 5553 0009"))

    def fails(**_facts: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(letters.documents, "take_adf", fails)
    assert office.look() == 2
    assert [one.reasons for one in office.arrivals()] == [["broken", "car"], ["words", "car"]]


def test_a_plain_letter_waits_with_its_telephone(server: Server, office: Office) -> None:
    server.kept.add(letter(body="您好，我想看追光，请打 138-5553-0009。"))
    office.look()
    (arrival,) = office.arrivals()
    assert (arrival.state, arrival.reasons) == ("quarantined", ["words", "car"])
    assert (arrival.draft.phone, "追光" in arrival.draft.remark) == ("13855530009", True)
    assert office.count() == 0


def test_adf_as_an_attachment_in_any_dress(server: Server, office: Office) -> None:
    one = GOOD["GBK that says nothing"].content.replace(b"K1", b"K7")
    server.kept.add(letter("<1@x>", "见附件", files={"lead.xml": document(PLAIN)}))
    files = {"lead.bin": one.replace(b"0001", b"0007")}
    server.kept.add(letter("<2@x>", "见附件", files=files, subtype="octet-stream"))
    office.look()
    assert [one.state for one in office.arrivals()] == ["new", "new"]


def test_words_around_the_document_do_not_spoil_it(server: Server, office: Office) -> None:
    server.kept.add(letter(body="您好：\n" + document(PLAIN).decode() + "\n--\n某某平台"))
    office.look()
    assert [one.state for one in office.arrivals()] == ["new"]


def test_a_broken_document_waits_with_what_stands_in_it(server: Server, office: Office) -> None:
    server.kept.add(letter("<1@x>", BAD["a thousand million laughs"][0].decode()))
    server.kept.add(letter("<2@x>", document(PLAIN)[:-60].decode()))
    office.look()
    found = office.arrivals()
    assert [one.reasons[0] for one in found] == ["broken", "broken"]
    assert found[1].draft.phone == "13855530001"


def test_a_hostile_header_holds_up_nobody(server: Server, office: Office) -> None:
    server.kept.add(b'From: "x\0y" <a\0b@x.example>\r\nSubject: \0\r\nMessage-ID: <\0@x>\r\n\r\nhallo\0')
    server.kept.add(letter("<2@x>"))
    office.look()
    assert [one.state for one in office.arrivals()] == ["quarantined", "new"]


def test_a_letter_far_too_big_is_left_alone(server: Server, office: Office) -> None:
    server.kept.add(b"Message-ID: <big@x>\r\n\r\n" + b"x" * (LARGEST + 1))
    assert office.look() == 0
    assert (office.count(Arrival), server.kept.fetched) == (0, [])


@pytest.mark.parametrize("content", [
    b"", b"\r\n\r\n", b"From: \xff\xfe\r\nMessage-ID: <\x00>\r\n\r\n\x00\x01",
    b"Content-Type: multipart/mixed\r\n\r\nx",
    b"Content-Type: text/plain; charset=klingon\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    b"Subject: =?utf-8?b?!!!?=\r\nDate: gestern\r\nFrom: <<>>\r\n\r\n<adf>",
])  # fmt: skip
def test_no_letter_breaks_the_reader(content: bytes) -> None:
    assert post.read(content).name


@pytest.mark.parametrize(("change", "problem"), [
    ({"username": "someone"}, Problem.SIGN_IN), ({"folder": "Leads"}, Problem.FOLDER),
    ({"security": "starttls"}, Problem.NO_STARTTLS), ({"security": "tls"}, Problem.CERTIFICATE),
    ({"port": 1}, Problem.UNREACHABLE), ({"host": "nobody.invalid"}, Problem.NO_NAME),
    ({"host": "169.254.169.254"}, Problem.FORBIDDEN), ({"host": "10.9.8.7"}, Problem.CLOSED_NETWORK),
])  # fmt: skip
def test_what_is_wrong_stands_beside_the_mailbox(
    server: Server, office: Office, change: dict[str, Any], problem: Problem
) -> None:
    with scope(office.boss):
        values = {**VALUES, "port": server.port, **change}
        mailboxes.save(actor=office.boss, values=values, password=PASSWORD, version=1)
    with pytest.raises(Unreachable):
        office.look()
    with scope(office.boss):
        assert Mailbox.objects.get().problem == problem
    page = client_of(office.boss).get(reverse("intake:mailbox"))
    assert page.context["trouble"]


def test_the_worker_looks_into_every_mailbox_that_is_switched_on(server: Server, office: Office) -> None:
    server.kept.add(letter())
    look_into_mailboxes.func(timestamp=0)
    assert office.count() == 1
    server.kept.add(letter("<2@x>", document(PLAIN.replace("K1", "K2")).decode()))
    with scope(office.boss):
        values = {**VALUES, "port": server.port, "active": False}
        mailboxes.save(actor=office.boss, values=values, password="", version=1)
    look_into_mailboxes.func(timestamp=0)
    assert office.count(Arrival) == 1


# The settings -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_password_is_not_led_to_another_server() -> None:
    boss = manager(store())
    with scope(boss):
        with pytest.raises(PasswordMissing):
            mailboxes.save(actor=boss, values=VALUES, password="", version=0)
        mailboxes.save(actor=boss, values=VALUES, password="x", version=0)
        mailboxes.save(actor=boss, values={**VALUES, "folder": "Leads"}, password="", version=1)
        with pytest.raises(PasswordMissing):
            mailboxes.save(actor=boss, values={**VALUES, "host": "other.example"}, password="", version=2)
        with pytest.raises(ChangedMeanwhile):
            mailboxes.save(actor=boss, values=VALUES, password="", version=1)
        assert Mailbox.objects.get().password == "x"
        told = [entry.data for entry in Entry.objects.filter(type="intake.MailboxChanged")]
    assert "x" not in str([one["changes"] for one in told if "host" not in one["changes"]])


@pytest.mark.django_db
def test_the_page_saves_looks_and_says_how_it_went() -> None:
    boss = client_of(manager(store()))
    told = {**VALUES, "port": "993", "security": "tls", "active": "on", "password": "geheim-7", "version": "0"}
    assert boss.post(reverse("intake:mailbox"), {**told, "password": ""}).status_code == 422
    assert boss.post(reverse("intake:mailbox"), told).status_code == 302
    page = boss.get(reverse("intake:mailbox")).content.decode()
    assert "geheim-7" not in page


@pytest.mark.django_db
def test_who_may_not_manage_sales_looks_into_no_mailbox() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    with pytest.raises(PermissionRefused):
        letters.look(actor=seller)
