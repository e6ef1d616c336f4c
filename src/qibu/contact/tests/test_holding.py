"""After a restore nothing is sent until a person has looked at what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qibu.contact.models import MailAccount, Message, SendingHold
from qibu.contact.services import accounts, holding, outbox
from qibu.contact.services.outbox import Draft
from qibu.contact.tests.conftest import Store
from qibu.contact.tests.test_pages import client_of, plain_files, values  # noqa: F401  (a fixture)
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.restored import Moments
from qibu.kernel.scoping import scope
from qibu.network.models import Staff

pytestmark = pytest.mark.django_db
PAGE = "/settings/mail/hold/"


def letters(store: Store, *keys: str) -> list[Message]:
    boss = store.people["方总"]
    with scope(boss):
        if not SendingHold.objects.exists() and not Message.objects.exists():
            accounts.save(actor=boss, values=values(), password="geheim-7", version=0)
        person = Staff.objects.get(pk=boss.staff_id)
        account = MailAccount.objects.get()
        later = times.now() + timedelta(hours=4)
        drafts = [Draft("alarm", key, person, key, "text", "<p>", later) for key in keys]
        return outbox.write(actor=boss, account=account, drafts=drafts)


def held(store: Store) -> dict[str, int]:
    now = times.now()
    with scope(store.system) as actor:
        return dict(holding.begin(actor, Moments(now - timedelta(days=2), now)))


def claimed(store: Store) -> list[str]:
    return sorted(message.key for message in outbox.claim(actor=store.system, most=20))


def states(store: Store) -> dict[str, str]:
    with scope(store.system):
        return dict(Message.objects.values_list("key", "state"))


def test_what_waits_is_not_claimed_and_neither_is_what_comes_later(store: Store) -> None:
    letters(store, "old")
    assert held(store) == {"letters": 1}
    letters(store, "new")
    assert claimed(store) == []
    assert states(store) == {"old": "queued", "new": "queued"}


def test_without_a_hold_both_would_go(store: Store) -> None:
    letters(store, "old", "new")
    assert claimed(store) == ["new", "old"]


def test_a_person_says_which_go_and_the_rest_is_dropped(store: Store) -> None:
    first, second = letters(store, "first", "second")
    held(store)
    (after,) = letters(store, "written after the page was opened")
    boss = store.people["方总"]
    with scope(boss):
        done = holding.resume(actor=boss, send=[first.pk], seen=[first.pk, second.pk])
        dropped = Message.objects.get(pk=second.pk)
    assert (done.released, done.dropped, done.ended_by_id) == (1, 1, boss.staff_id)
    assert (dropped.state, dropped.text, dropped.due_at) == ("dropped", "", None)
    assert claimed(store) == sorted(["first", after.key])
    with scope(boss):
        said = Entry.objects.get(type="contact.SendingResumed")
        assert (said.data["released"], said.data["dropped"], said.actor_id) == (1, 1, boss.staff_id)


def test_the_second_of_two_who_decide_is_told(store: Store) -> None:
    letters(store, "one")
    held(store)
    boss = store.people["方总"]
    with scope(boss):
        holding.resume(actor=boss, send=[], seen=[])
        with pytest.raises(holding.NothingHeld):
            holding.resume(actor=boss, send=[], seen=[])


def test_who_may_not_manage_decides_nothing(store: Store) -> None:
    held(store)
    other = next(actor for name, actor in store.people.items() if name != "方总" and "system" not in name)
    with scope(other), pytest.raises(PermissionRefused):
        holding.resume(actor=other, send=[], seen=[])


def test_a_second_restore_keeps_the_hold(store: Store) -> None:
    held(store)
    held(store)
    with scope(store.system):
        assert SendingHold.objects.filter(ended_at=None).count() == 1


def test_the_page_shows_what_waits_and_ends_the_hold(store: Store) -> None:
    (one,) = letters(store, "one")
    held(store)
    boss = client_of(store, "方总")
    assert "恢复发信" in boss.get("/settings/mail/").content.decode()
    page = boss.get(PAGE).content.decode()
    assert f'value="{one.pk}"' in page and "方总" in page and "checked" not in page
    assert boss.post(PAGE, {"seen": [str(one.pk)], "id": []}).status_code == 302
    assert states(store) == {"one": "dropped"}
    assert "发信是正常的" in boss.get(PAGE).content.decode()
    assert boss.post(PAGE, {"seen": ["x", "9" * 30]}).status_code == 302
