"""One logical message is sent once, whatever falls: with a real mail server, and workers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from qibu.contact import jobs
from qibu.contact.channels import Problem
from qibu.contact.models import MailAccount, Message
from qibu.contact.services import delivering, outbox
from qibu.contact.services.outbox import Draft, NotAgain
from qibu.contact.tests.conftest import Server, Store
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State


def write(store: Store, *addresses: str, **facts: Any) -> list[Message]:
    now = times.now()
    with scope(store.system):
        staff = Staff.objects.get(pk=store.advisor.staff_id)
        account = MailAccount.objects.get()
        drafts = []
        for number, address in enumerate(addresses):
            values = {"expires_at": now + timedelta(hours=4), "kind": "morning", "key": f"k{number}", **facts}
            staff.email = address
            drafts.append(Draft(staff=_copy(staff), subject="今天 3 件", text="三件事", html="<p>三件事</p>", **values))
        return outbox.write(actor=store.system, account=account, drafts=drafts)


def _copy(staff: Staff) -> Staff:
    return Staff(pk=staff.pk, organisation_id=staff.organisation_id, name=staff.name, email=staff.email)


def deliver(store: Store) -> None:
    delivering.deliver(actor=store.system)


def now_of(store: Store) -> Message:
    with scope(store.system):
        return Message.objects.get()


def time_passes(store: Store) -> None:
    """The pause or the lease is over."""
    with scope(store.system):
        Message.objects.filter(due_at__isnull=False).update(due_at=times.now() - timedelta(seconds=1))


def told(store: Store) -> list[tuple[str, str]]:
    with scope(store.system):
        rows = Entry.objects.filter(type="contact.MessageSettled").order_by("pk")
        return [(row.data["letter"], row.data["ended"]) for row in rows]


def test_a_letter_arrives_in_both_forms_and_its_words_are_not_kept(store, server):
    store.account(server.port)
    write(store, "fang@example.com")
    deliver(store)
    (letter,) = server.letters
    message = now_of(store)
    assert letter["to"] == "fang@example.com"
    assert letter["headers"]["From"] == "弋江店 <qibu@store.example>"
    assert letter["headers"]["To"] == "王芳 <fang@example.com>"
    assert letter["headers"]["Message-ID"] == message.reference
    assert letter["headers"]["Auto-Submitted"] == "auto-generated"
    assert letter["headers"]["Subject"] == "今天 3 件"
    assert letter["parts"]["text/plain"].strip() == "三件事"
    assert letter["parts"]["text/html"].strip() == "<p>三件事</p>"
    assert (message.state, message.answer, message.text, message.html) == (
        State.SENT, "250 2.0.0 queued as 7B", "", "",
    )  # fmt: skip
    assert told(store) == [("morning", "sent")]


def test_what_is_written_twice_is_sent_once(store, server):
    store.account(server.port)
    assert len(write(store, "fang@example.com")) == 1
    assert write(store, "fang@example.com") == []
    deliver(store)
    deliver(store)
    assert len(server.letters) == 1


@pytest.mark.parametrize(("address", "answer"), [
    ("busy@example.com", "451 4.3.2 try again later"), ("later@example.com", "452 4.2.2 mailbox full"),
])  # fmt: skip
def test_later_means_later_with_the_same_number(store, server, address, answer):
    store.account(server.port)
    (first,) = write(store, address)
    deliver(store)
    waiting = now_of(store)
    assert (waiting.state, waiting.tries, waiting.answer) == (State.QUEUED, 1, answer)
    assert timedelta(seconds=50) < waiting.due_at - times.now() <= timedelta(minutes=1)
    deliver(store)
    assert server.letters == []  # not before its time
    time_passes(store)
    deliver(store)
    assert [letter["headers"]["Message-ID"] for letter in server.letters] == [first.reference]
    assert now_of(store).state == State.SENT


@pytest.mark.parametrize(("address", "answer"), [
    ("gone@example.com", "550 5.1.1 no such mailbox"), ("spam@example.com", "554 5.7.1 not wanted"),
])  # fmt: skip
def test_never_means_never(store, server, address, answer):
    store.account(server.port)
    write(store, address)
    deliver(store)
    time_passes(store)
    deliver(store)
    failed = now_of(store)
    assert (failed.state, failed.tries, failed.answer, failed.problem) == (State.FAILED, 1, answer, Problem.REFUSED)
    assert server.letters == [] and told(store) == [("morning", "failed")]


def test_one_bad_address_does_not_keep_the_others_waiting(store, server):
    store.account(server.port)
    write(store, "a@example.com", "gone@example.com", "b@example.com")
    deliver(store)
    assert [letter["to"] for letter in server.letters] == ["a@example.com", "b@example.com"]


def test_a_big_store_s_morning_goes_out_in_one_turn(store, server):
    store.account(server.port)
    write(store, *[f"n{number}@example.com" for number in range(45)])
    jobs.deliver_letters(timestamp=0)
    assert len({letter["to"] for letter in server.letters}) == 45


def test_without_an_answer_nobody_knows_and_nothing_is_sent_again(store, server):
    store.account(server.port)
    write(store, "drop@example.com")
    deliver(store)
    time_passes(store)
    deliver(store)
    unknown = now_of(store)
    assert (unknown.state, unknown.problem) == (State.UNKNOWN, Problem.NO_ANSWER)
    assert len(server.letters) == 1
    with scope(store.boss):
        outbox.send_again(actor=store.boss, message_id=unknown.pk)
    deliver(store)
    assert len(server.letters) == 2  # a person decided so
    assert {letter["headers"]["Message-ID"] for letter in server.letters} == {unknown.reference}


def test_what_was_sent_is_not_sent_again_by_hand(store, server):
    store.account(server.port)
    (message,) = write(store, "fang@example.com")
    deliver(store)
    with scope(store.boss), pytest.raises(NotAgain):
        outbox.send_again(actor=store.boss, message_id=message.pk)


def test_a_server_that_is_away_is_tried_again_and_given_up_when_nobody_wants_the_letter_any_more(store, server):
    server.child.kill()
    server.child.wait()
    store.account(server.port)
    write(store, "fang@example.com", expires_at=times.now() + timedelta(minutes=3))
    deliver(store)
    assert (now_of(store).state, now_of(store).problem) == (State.QUEUED, Problem.UNREACHABLE)
    with scope(store.system):
        Message.objects.update(expires_at=times.now())
    time_passes(store)
    deliver(store)
    assert (now_of(store).state, now_of(store).text) == (State.EXPIRED, "") and told(store) == [("morning", "expired")]


def test_who_left_meanwhile_gets_nothing(store, server):
    store.account(server.port)
    write(store, "fang@example.com")
    with scope(store.system):
        Staff.objects.filter(pk=store.advisor.staff_id).update(left_on=times.today())
    deliver(store)
    assert server.letters == [] and (now_of(store).state, now_of(store).problem) == (State.FAILED, Problem.GONE)


def test_switched_off_nothing_goes_out(store, server):
    account = store.account(server.port)
    write(store, "fang@example.com")
    with scope(store.system):
        MailAccount.objects.filter(pk=account.pk).update(active=False)
    deliver(store)
    assert server.letters == [] and now_of(store).problem == Problem.GONE


def test_nothing_goes_over_the_network_inside_a_transaction(store, server):
    store.account(server.port)
    write(store, "fang@example.com")
    with transaction.atomic(), pytest.raises(delivering.InTransaction):
        deliver(store)
    assert server.letters == []


CHILD = """
import os, signal, sys
import django
django.setup()
from qibu.contact.channels.email import EmailSession
from qibu.contact.services import delivering, outbox
from qibu.network.services import actors
owner, name = {"claim": (outbox, "claim"), "offer": (EmailSession, "offer"), "attempt": (outbox, "attempt"),
               "hand_over": (EmailSession, "hand_over"), "sent": (outbox, "sent")}[sys.argv[1]]
real = getattr(owner, name)
def and_dies(*args, **kwargs):
    real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, and_dies)
delivering.deliver(actor=actors.system(int(sys.argv[2])))
"""


@pytest.mark.parametrize(("step", "state", "letters"), [
    ("claim", State.SENT, 1),  # nothing had gone out: another worker does it
    ("offer", State.SENT, 1),
    ("attempt", State.UNKNOWN, 0),  # it was about to: nobody can tell this from the next
    ("hand_over", State.UNKNOWN, 1),
    ("sent", State.SENT, 1),
])  # fmt: skip
def test_a_worker_killed_after_any_step_never_makes_it_two(
    store: Store, server: Server, step: str, state: str, letters: int
) -> None:
    store.account(server.port)
    write(store, "fang@example.com")
    environment = {**os.environ, "QIBU_MAIL_NETWORKS": "127.0.0.0/8,::1"}
    command = [sys.executable, "-c", CHILD, step, str(store.id)]
    killed = subprocess.run(command, env=environment, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    deliver(store)
    assert len(server.letters) <= 1
    for _again in range(3):
        time_passes(store)
        deliver(store)
    assert (now_of(store).state, len(server.letters)) == (state, letters)


def test_a_slow_worker_whose_lease_is_over_hands_nothing_over(store, server):
    store.account(server.port)
    write(store, "fang@example.com")
    (slow,) = outbox.claim(actor=store.system, most=5)
    assert outbox.claim(actor=store.system, most=5) == []  # it is somebody's
    time_passes(store)
    deliver(store)
    assert outbox.attempt(actor=store.system, message=slow) is False
    assert len(server.letters) == 1


def test_who_learns_late_that_it_was_sent_says_so(store, server):
    store.account(server.port)
    write(store, "fang@example.com")
    (slow,) = outbox.claim(actor=store.system, most=5)
    assert outbox.attempt(actor=store.system, message=slow)
    time_passes(store)
    deliver(store)
    assert now_of(store).state == State.UNKNOWN
    outbox.sent(actor=store.system, message=slow, answer="250 ok")
    assert now_of(store).state == State.SENT
