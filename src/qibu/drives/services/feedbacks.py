"""What the customer thought of the drive: said here, or on their own phone by a link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from qibu.contracts.drives import FeedbackAsked, FeedbackGiven
from qibu.drives import selectors
from qibu.drives.errors import AlreadyAnswered, NothingSaid, WrongState
from qibu.drives.models import Drive, Feedback, FeedbackLink
from qibu.drives.rules import ITEMS, average
from qibu.drives.tokens import fingerprint
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

LASTS = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Each item 1 to 5 or not at all."""

    scores: Mapping[str, int] = field(default_factory=dict)
    intention: str = ""
    competitor: str = ""
    words: str = ""


def give(*, actor: Actor, drive_id: int, answers: Answers) -> Feedback:
    """On the consultant's phone or at the desk, right after the drive."""
    actor.require(Capability.SALES_WORK)
    drive = selectors.drive_or_404(actor, drive_id, lock=True)
    return _keep(actor, drive, answers, Feedback.By.HERE)


def invite(*, actor: Actor, drive_id: int) -> str:
    """A link for the customer's phone; gives its token, which nobody can read again. An earlier one ends."""
    actor.require(Capability.SALES_WORK)
    drive = selectors.drive_or_404(actor, drive_id, lock=True)
    _check_open(drive)
    token, now = secrets.token_urlsafe(24), times.now()
    values = {
        "token": fingerprint(token), "made_at": now, "expires_at": now + LASTS, "opened_at": None
    }  # fmt: skip
    FeedbackLink.objects.update_or_create(
        organisation_id=actor.organisation_id, drive=drive, defaults=values
    )
    journal.record(FeedbackAsked(**drive.about()), actor=actor)
    return token


def opened(*, actor: Actor, drive_id: int) -> None:
    """For the page behind the link: when it was looked at first."""
    FeedbackLink.objects.filter(drive_id=drive_id, opened_at__isnull=True).update(opened_at=times.now())


def give_by_link(*, actor: Actor, drive_id: int, answers: Answers) -> Feedback:
    """For the page behind the link, which found the drive by its token; the product itself is the actor."""
    drive = Drive.objects.select_for_update(of=("self",)).select_related("lead").get(pk=drive_id)
    return _keep(actor, drive, answers, Feedback.By.LINK)


def _keep(actor: Actor, drive: Drive, answers: Answers, by: str) -> Feedback:
    _check_open(drive)
    scores = {item: answers.scores[item] for item in ITEMS if answers.scores.get(item)}
    if not (scores or answers.words.strip() or answers.intention):
        raise NothingSaid
    feedback = Feedback.objects.create(
        organisation_id=drive.organisation_id, drive=drive, scores=scores, average=average(scores),
        intention=answers.intention, competitor=answers.competitor.strip(), words=answers.words.strip(), by=by,
        at=times.now(),
    )  # fmt: skip
    event = FeedbackGiven(
        **drive.about(), average=str(feedback.average or ""), intention=feedback.intention, by=by
    )
    journal.record(event, actor=actor)
    return feedback


def _check_open(drive: Drive) -> None:
    if drive.state != Drive.State.DONE:
        raise WrongState(drive.state)
    if Feedback.objects.filter(drive=drive).exists():
        raise AlreadyAnswered
