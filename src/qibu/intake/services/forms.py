"""Web forms of campaigns: made and edited by the store, filled in by strangers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import connection
from django.http import Http404
from django.utils import translation

from qibu.contracts.intake import WebFormChanged
from qibu.intake.errors import ChangedMeanwhile
from qibu.intake.models import ConsentWording, WebForm
from qibu.intake.rules import Draft, Reason
from qibu.intake.services import arriving
from qibu.intake.services.arriving import Brought, Outcome
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.leads.rules import Door
from qibu.network.rules import Brake, Capability
from qibu.network.services import brakes
from qibu.network.services.brakes import Marks, Origin

# Everybody in a show-room shares one address: a campaign of an afternoon gets through, a machine soon waits.
SAME_SOURCE = Brake(free=20, first=timedelta(seconds=30), longest=timedelta(minutes=15))
ANYWHERE = Brake(free=600, first=timedelta(seconds=10), longest=timedelta(minutes=5))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a form is, as the store edits it."""

    name: str
    source: str
    campaign: str = ""
    headline: str
    intro: str = ""
    thanks: str = ""
    cars: Sequence[Sequence[str]] = ()
    asks: Sequence[str] = ()
    sites: Sequence[str] = ()
    consent: str = ""
    active: bool = True


@dataclass(frozen=True)
class Filled:
    """What a stranger sent. `opening`: which opened page it was."""

    draft: Draft
    agreed: bool
    opening: str
    trapped: bool = False


def make(*, actor: Actor, plan: Plan) -> WebForm:
    actor.require(Capability.SALES_MANAGE)
    secret = secrets.token_urlsafe(16)
    form = WebForm(organisation_id=actor.organisation_id, token=secret, token_hash=hash_of(secret))
    _fill(form, plan)
    form.save()
    _reword(form, plan.consent)
    journal.record(WebFormChanged(subject_id=form.pk, form_name=form.name, changes=("new",)), actor=actor)
    return form


def change(*, actor: Actor, form_id: int, version: int, plan: Plan) -> WebForm:
    actor.require(Capability.SALES_MANAGE)
    form = _held(form_id)
    if form.version != version:
        raise ChangedMeanwhile(form.version)
    changes = _fill(form, plan)
    if _reword(form, plan.consent):
        changes.append("consent")
    if changes:
        form.version += 1
        form.save()
        event = WebFormChanged(subject_id=form.pk, form_name=form.name, changes=tuple(changes))
        journal.record(event, actor=actor)
    return form


def _held(form_id: int) -> WebForm:
    found: WebForm | None = WebForm.objects.select_for_update().filter(pk=form_id).first()
    if found is None:
        raise Http404
    return found


def _fill(form: WebForm, plan: Plan) -> list[str]:
    values = {name: value for name, value in asdict(plan).items() if name != "consent"}
    values |= {"cars": [list(car) for car in plan.cars], "asks": list(plan.asks), "sites": list(plan.sites)}
    changes = [name for name, value in values.items() if getattr(form, name) != value]
    for name in changes:
        setattr(form, name, values[name])
    return changes


def _reword(form: WebForm, words: str) -> bool:
    """Other words get a number of their own; what was agreed to before stays what it was."""
    last = ConsentWording.objects.filter(form=form).order_by("-number").first()
    if last is not None and last.words == words:
        return False
    ConsentWording.objects.create(
        organisation_id=form.organisation_id, form=form, number=last.number + 1 if last else 1, words=words
    )
    return True


# The stranger's side ----------------------------------------------------------------------------
def hash_of(secret: str) -> bytes:
    return keys.ring().fingerprint("web-form", secret)


def behind(secret: str) -> tuple[int, int] | None:
    """Organisation and form of a secret; asked outside any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, form_id FROM intake_form(%s)", [hash_of(secret)])
        row: tuple[int, int] | None = cursor.fetchone()
    return row


def stranger(organisation_id: int) -> Actor:
    """Whoever fills in a form may hand in a lead, and nothing else."""
    return Actor(organisation_id=organisation_id, capabilities=frozenset({Capability.SALES_RECEIVE}))


def slow_down(*, form_id: int, origin: Origin) -> None:
    """Count a form that was sent; raises `Refused` where they come too fast. Outside any scope."""
    ring = keys.ring()
    marks = Marks(
        name=ring.fingerprint("form-brake", str(form_id)), known=False, here=SAME_SOURCE, anywhere=ANYWHERE,
        source=ring.fingerprint("form-source", brakes.network_of(origin.address)),
    )  # fmt: skip
    brakes.claim(marks)


def submit(*, actor: Actor, form_id: int, filled: Filled) -> Outcome:
    """What is sent twice from one opened page is one lead; who goes back and types something else means that."""
    actor.require(Capability.SALES_RECEIVE)
    form = WebForm.objects.get(pk=form_id)
    wording = ConsentWording.objects.filter(form=form).order_by("-number").first() if filled.agreed else None
    draft = filled.draft
    if not draft.language and translation.get_language() == "en":
        draft = draft.but(language="en")
    raw = json.dumps({"form": form.name, **draft.facts()}, ensure_ascii=False, indent=1)
    brought = Brought(
        door=Door.FORM, source=form.source, campaign=form.campaign or form.name, draft=draft, raw=raw, at=times.now(),
        sender=form.name, opening=filled.opening, form_id=form.pk, wording_id=wording.pk if wording else None,
        reasons=(Reason.TRAP,) if filled.trapped else (),
    )  # fmt: skip
    return arriving.take(actor=actor, brought=brought)
