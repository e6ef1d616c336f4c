"""Tokens of other systems: made and shown once, known by their hash, dead when revoked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import token_command
from qibu.network.models import ApiToken, Organisation, SignInAttempt
from qibu.network.rules import CAPABILITIES, Capability, Role
from qibu.network.services import tokens
from qibu.network.services.brakes import Origin, Refused
from qibu.network.tests.test_pages import enter, found
from qibu.network.tokens import Scope, capabilities_of, may_give

pytestmark = pytest.mark.django_db
HERE = Origin("203.0.113.9")


@pytest.fixture
def store() -> Actor:
    return found("A")


def made(store: Actor, *scopes: Scope) -> tokens.Made:
    with scope(store):
        return tokens.create(actor=store, name="官网", scopes=scopes or [Scope.LEADS_WRITE])


def test_a_token_stands_for_its_organisation_with_what_its_scopes_give(store: Actor) -> None:
    bearer = tokens.bearer(secret=made(store).secret, origin=HERE)
    assert (bearer.actor.organisation_id, bearer.name) == (store.organisation_id, "官网")
    assert bearer.actor.capabilities == {Capability.SALES_RECEIVE}
    assert bearer.actor.staff_id is None


def test_the_secret_is_kept_nowhere(store: Actor) -> None:
    secret = made(store).secret
    with scope(store):
        row = ApiToken.objects.get()
        told = json.dumps([str(vars(row)), list(map(str, Entry.objects.values_list("data", flat=True)))])
    assert secret not in told
    assert secret.startswith(row.begins)
    assert len(secret) > 40


def test_a_revoked_token_is_good_for_nothing_from_then_on(store: Actor) -> None:
    one = made(store)
    with scope(store):
        for _time in range(2):  # twice is once
            tokens.revoke(actor=store, token_id=one.token.pk)
        assert Entry.objects.filter(type="network.ApiTokenRevoked").count() == 1
    with pytest.raises(tokens.Unknown):
        tokens.bearer(secret=one.secret, origin=HERE)


def test_when_it_was_used_is_known_to_the_minute(store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one, begun = made(store), times.now()
    for after in (0, 20, 90):
        monkeypatch.setattr(times, "now", lambda after=after: begun + timedelta(seconds=after))
        tokens.bearer(secret=one.secret, origin=HERE)
        with scope(store):
            wanted = begun + timedelta(seconds=90 if after == 90 else 0)
            assert ApiToken.objects.get().used_at == wanted


def test_guessing_is_slowed_down_and_a_right_one_never_is(store: Actor) -> None:
    one = made(store)
    for _time in range(tokens.WRONG.free + 1):
        with pytest.raises(tokens.Unknown):
            tokens.bearer(secret="qibu_wrong", origin=HERE)
    with pytest.raises(Refused) as refused:
        tokens.bearer(secret="qibu_wrong", origin=HERE)
    assert refused.value.wait > timedelta(0)
    with pytest.raises(tokens.Unknown):
        tokens.bearer(secret="qibu_wrong", origin=Origin("203.0.113.10"))
    assert tokens.bearer(secret=one.secret, origin=HERE).token_id == one.token.pk
    assert SignInAttempt.objects.count() == tokens.WRONG.free + 2


def test_nobody_gives_away_what_they_may_not_see() -> None:
    admin = Actor(organisation_id=1, capabilities=frozenset(CAPABILITIES[Role.SYSTEM_ADMINISTRATOR]))
    manager = frozenset(CAPABILITIES[Role.STORE_MANAGER])
    assert not may_give(Scope.LEADS_READ, admin.capabilities)
    assert may_give(Scope.LEADS_WRITE, admin.capabilities)
    assert all(may_give(one, manager) for one in Scope)
    with pytest.raises(tokens.NotYours):
        tokens.create(actor=admin, name="x", scopes=[Scope.LEADS_READ])


def test_an_unknown_scope_gives_nothing() -> None:
    assert capabilities_of(["leads:everything", "admin"]) == frozenset()


def test_there_is_an_end_to_the_number_of_tokens(store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_LIVING", 1)
    made(store)
    with pytest.raises(tokens.TooMany):
        made(store)


def test_another_store_does_not_find_it(store: Actor) -> None:
    one, other = made(store), found("B")
    with scope(other), pytest.raises(Http404):
        tokens.revoke(actor=other, token_id=one.token.pk)


def test_the_page_shows_the_secret_once(store: Actor) -> None:
    client = enter(Client(), store)
    answer = client.post(reverse("network:tokens"), {"name": "官网", "scopes": ["leads:write"]})
    secret = answer.context["made"].secret
    assert secret in answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0")
    again = client.get(reverse("network:tokens")).content.decode()
    assert secret not in again
    assert secret[:12] in again


def test_what_is_missing_is_said_at_the_field(store: Actor) -> None:
    answer = enter(Client(), store).post(reverse("network:tokens"), {"name": "官网"})
    assert answer.status_code == 422
    assert "scopes" in answer.context["form"].errors
    assert 'value="官网"' in answer.content.decode()


# The command ------------------------------------------------------------------------------------
def obeyed(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    token_command.add_arguments(parser)
    return token_command.run(parser.parse_args(words))


def test_the_command_prints_the_token_and_nothing_else(store: Actor, capsys: Any) -> None:
    code = Organisation.objects.get(pk=store.organisation_id).code
    assert obeyed("create", "--org", code, "--scope", "leads:write", "--name", "门户") == 0
    secret = capsys.readouterr().out.strip()
    assert tokens.bearer(secret=secret, origin=HERE).name == "门户"
    assert obeyed("list", "--org", code, "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["scopes"], row["revoked"]) == ("门户", ["leads:write"], False)
    assert obeyed("revoke", "--org", code, str(row["id"])) == 0
    with pytest.raises(tokens.Unknown):
        tokens.bearer(secret=secret, origin=HERE)
    assert obeyed("list", "--org", code) == 0
    assert "已撤销" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(store: Actor, capsys: Any) -> None:
    assert obeyed("list", "--org", "NIEMAND") == 2
    assert "NIEMAND" in capsys.readouterr().err
    code = Organisation.objects.get(pk=store.organisation_id).code
    assert obeyed("revoke", "--org", code, "99999") == 1
    assert "99999" in capsys.readouterr().err
