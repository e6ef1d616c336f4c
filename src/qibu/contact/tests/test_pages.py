"""The settings of mail, the test letter, the outbox and what a person wants to get."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from qibu.contact.models import MailAccount, Message, Wish
from qibu.contact.services import accounts, outbox
from qibu.contact.services.accounts import ChangedMeanwhile, PasswordMissing
from qibu.contact.services.outbox import Draft
from qibu.contact.tests.conftest import Store
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors

pytestmark = pytest.mark.django_db
FORM = {
    "active": "on", "host": "smtp.store.example", "port": "465", "security": "tls", "username": "qibu@store.example",
    "password": "geheim-7", "sender": "qibu@store.example", "sender_name": "弋江店",
    "site": "https://qibu.store.example/", "morning_lead": "20", "version": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}


def client_of(store: Store, name: str) -> Client:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    with scope(store.system):
        user = Staff.objects.select_related("user").get(pk=store.people[name].staff_id).user
    assert user is not None
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session["organisation"] = store.id
    session.save()
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


@pytest.fixture
def boss(store: Store) -> Client:
    return client_of(store, "方总")


def values(**facts: Any) -> dict[str, Any]:
    given = {**FORM, "active": True, "port": 465, "morning_lead": 20, **facts}
    return {name: given[name] for name in accounts.EDITED}


def page(client: Client, address: str = "/settings/mail/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_account_is_kept_and_its_password_is_sealed(store: Store, boss: Client) -> None:
    assert boss.post("/settings/mail/", FORM).status_code == 302
    with scope(store.system):
        row = MailAccount.objects.get()
        assert (row.password, row.morning_lead, row.organisation_id, row.version) == ("geheim-7", 20, store.id, 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT password FROM contact_mailaccount")
            assert b"geheim" not in bytes(cursor.fetchone()[0])
        entry = Entry.objects.get(type="contact.MailAccountChanged")
    assert "password" in entry.data["changes"] and "geheim" not in str(entry.data)
    assert "geheim-7" not in page(boss) and "smtp.store.example" in page(boss)


def test_an_empty_password_keeps_the_one_that_is_there(store: Store, boss: Client) -> None:
    boss.post("/settings/mail/", FORM)
    changed = {**FORM, "password": "", "sender_name": "新名", "version": "1"}
    assert boss.post("/settings/mail/", changed).status_code == 302
    with scope(store.system):
        row = MailAccount.objects.get()
    assert (row.password, row.sender_name) == ("geheim-7", "新名")


@pytest.mark.parametrize(("field", "value"), [
    ("host", "smtp.thief.example"), ("port", "587"), ("security", "starttls"), ("username", "other"),
])  # fmt: skip
def test_the_kept_password_goes_to_no_other_server(store: Store, boss: Client, field: str, value: str) -> None:
    boss.post("/settings/mail/", FORM)
    response = boss.post("/settings/mail/", {**FORM, "password": "", field: value, "version": "1"})
    assert response.status_code == 422 and "重新输入密码" in response.content.decode()
    with scope(store.system):
        assert MailAccount.objects.get().host == "smtp.store.example"


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_nothing(store: Store, boss: Client) -> None:
    boss.post("/settings/mail/", FORM)
    boss.post("/settings/mail/", {**FORM, "sender_name": "甲写的", "version": "1"})
    mine = {**FORM, "sender_name": "乙写的", "site": "https://b.example/", "version": "1"}
    second = boss.post("/settings/mail/", mine)
    text = second.content.decode()
    assert second.status_code == 422 and "甲写的" in text and text.count("乙写的") >= 2 and "https://b.example/" in text
    again = {**FORM, "sender_name": "乙写的", "version": "2"}
    assert 'name="version" value="2"' in text and boss.post("/settings/mail/", again).status_code == 302


def test_what_a_region_has_set_up_counts_for_its_stores_until_they_have_their_own(store: Store, boss: Client) -> None:
    above = Organisation.objects.create(code="R1", name="华东大区", kind="region")
    Organisation.objects.filter(pk=store.id).update(parent=above)
    with scope(actors.system(above)) as actor:
        accounts.save(actor=actor, values=values(sender="a@region.example"), password="oben", version=0)
    text = page(boss)
    assert "来自：华东大区" in text and "a@region.example" in text and "oben" not in text
    boss.post("/settings/mail/", FORM)
    assert "a@region.example" not in page(boss)
    boss.post("/settings/mail/inheritance/")
    assert "a@region.example" in page(boss)
    with scope(store.system):
        assert not MailAccount.objects.filter(organisation_id=store.id).exists()


def test_only_who_manages_the_organisation_may(store: Store) -> None:
    with scope(store.advisor), pytest.raises(PermissionRefused):
        accounts.save(actor=store.advisor, values=values(), password="x", version=0)
    with scope(store.advisor), pytest.raises(PermissionRefused):
        outbox.send_again(actor=store.advisor, message_id=1)
    with pytest.raises(PermissionRefused):
        accounts.trial(actor=store.advisor)


def test_services_refuse_what_the_form_would(store: Store) -> None:
    with scope(store.boss):
        with pytest.raises(PasswordMissing):
            accounts.save(actor=store.boss, values=values(), password="", version=0)
        accounts.save(actor=store.boss, values=values(username=""), password="", version=0)
        with pytest.raises(ChangedMeanwhile):
            accounts.save(actor=store.boss, values=values(username=""), password="", version=0)
        assert accounts.save(actor=store.boss, values=values(username=""), password="", version=1).version == 1


@pytest.mark.django_db(transaction=True)
def test_a_test_letter_shows_the_servers_own_answer(store: Store, boss: Client, server: Any) -> None:
    store.account(server.port)
    text = boss.post("/settings/mail/test/", follow=True).content.decode()
    assert "boss@example.com：服务器已收下：250 2.0.0 queued as 7B" in text
    assert server.letters[0]["headers"]["Subject"] == "七步的测试邮件"
    with scope(store.system):
        Staff.objects.filter(pk=store.boss.staff_id).update(email="gone@example.com")
    text = boss.post("/settings/mail/test/", follow=True).content.decode()
    assert "服务器没有收下这封信。 服务器说：550 5.1.1 no such mailbox" in text
    with scope(store.system):
        Staff.objects.filter(pk=store.boss.staff_id).update(email="busy@example.com")
    text = boss.post("/settings/mail/test/", follow=True).content.decode()
    assert "451 4.3.2 try again later" in text
    with scope(store.system):
        assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "failed", "failed"]


def test_without_an_address_or_an_account_the_page_says_what_is_missing(store: Store, boss: Client) -> None:
    assert "还没有启用邮件" in boss.post("/settings/mail/test/", follow=True).content.decode()
    store.account(587)
    with scope(store.system):
        Staff.objects.filter(pk=store.boss.staff_id).update(email="")
    assert "还没有您的邮箱" in boss.post("/settings/mail/test/", follow=True).content.decode()


def message(store: Store, state: str, **facts: Any) -> Message:
    with scope(store.system):
        account = MailAccount.objects.first() or store.account(587)
        staff = Staff.objects.get(pk=store.advisor.staff_id)
        draft = Draft("alarm", f"k{state}", staff, "逾期：回电王建国", "三件事", "<p>三件事</p>", times.now())
        (made,) = outbox.write(actor=store.system, account=account, drafts=[draft])
        Message.objects.filter(pk=made.pk).update(state=state, due_at=None, **facts)
    return made


def test_the_outbox_says_what_became_of_each_and_names_no_customer(store: Store, boss: Client) -> None:
    message(store, "failed", problem="refused", answer="550 no such mailbox")
    message(store, "unknown", problem="no_answer")
    text = page(boss, "/settings/mail/outbox/")
    assert "服务器说：550 no such mailbox" in text and "对方可能已经收到" in text and "王芳" in text
    assert "王建国" not in text and "三件事" not in text
    assert "有 2 封信没发出或不确定" in page(boss)


def test_what_failed_or_is_unknown_is_sent_again_by_hand_and_nothing_else(store: Store, boss: Client) -> None:
    made = [message(store, state) for state in ("failed", "unknown", "sent", "expired")]
    text = boss.post("/settings/mail/outbox/again/", {"id": [one.pk for one in made]}, follow=True).content.decode()
    assert "2 封信一分钟内再发" in text and "2 封已经发出或还在等" in text
    with scope(store.system):
        states = dict(Message.objects.values_list("pk", "state"))
        assert [states[one.pk] for one in made] == ["queued", "queued", "sent", "expired"]
        assert Entry.objects.filter(type="contact.MessageSentAgain").count() == 2


def test_a_person_chooses_what_to_get_where_letters_are_written_at_all(store: Store) -> None:
    client = client_of(store, "王芳")
    assert "早晨清单" not in page(client, "/settings/account/")
    store.account(587)
    assert "fang@example.com" in page(client, "/settings/account/")
    assert client.post("/settings/account/mail/", {"alarms": "on"}).status_code == 302
    with scope(store.system):
        wish = Wish.objects.get()
        assert (wish.staff_id, wish.morning, wish.alarms) == (store.advisor.staff_id, False, True)
        assert Entry.objects.get(type="contact.WishChanged").data["letters"] == ["alarm"]


def test_the_trail_reads_in_words(store: Store, boss: Client) -> None:
    boss.post("/settings/mail/", FORM)
    with scope(store.system):
        made = MailAccount.objects.get()
        staff = Staff.objects.get(pk=store.advisor.staff_id)
        draft = Draft("morning", "k", staff, "s", "t", "h", times.now())
        outbox.write(actor=store.system, account=made, drafts=[draft])
    outbox.claim(actor=store.system, most=1)  # it is out of date already
    text = page(boss, "/settings/audit/")
    assert "给 王芳 的早晨清单：过时未发" in text and "修改了邮件设置：" in text and "服务器" in text
