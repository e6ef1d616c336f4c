"""The content library: what there is to read, said here or inherited, and how sequences go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qibu.catalog.services import saying
from qibu.catalog.services.cars import CodeTaken
from qibu.contracts.nurturing import NurturingRulesChanged, PieceChanged, SequenceChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.images import read_picture
from qibu.network.rules import Capability
from qibu.nurturing import selectors, storage
from qibu.nurturing.errors import NothingToSend, UnknownPieces
from qibu.nurturing.models import Illustration, NurturingRules, Piece, Sequence

Values = Mapping[str, Any]
WORDS = {
    "title": "heading",
    "body": "text",
}  # of what others call by the same names, the audit trail says otherwise
RULES = "rules"


# Pieces -----------------------------------------------------------------------------------------
def add_piece(*, actor: Actor, code: str, values: Values) -> None:
    """Raises `CodeTaken`."""
    actor.require(Capability.SALES_MANAGE)
    if saying.counting(actor, Piece, code) is not None:
        raise CodeTaken(code)
    _say_piece(actor, code, values, None)


def change_piece(*, actor: Actor, code: str, values: Values, seen: Values | None = None) -> None:
    """What was sent of it stays as it was sent. Raises `Disputed` where somebody changed the same meanwhile."""
    actor.require(Capability.SALES_MANAGE)
    _say_piece(actor, code, values, seen)


def inherit_piece_again(*, actor: Actor, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.take_back(actor, Piece, code):
        journal.record(PieceChanged(piece=code, changes=("inherited",)), actor=actor)


def keep_picture(*, actor: Actor, content: bytes) -> Illustration:
    """What it tells of place and time is taken out. Raises `BadImage`."""
    actor.require(Capability.SALES_MANAGE)
    picture = read_picture(content)
    image = Illustration.objects.create(
        organisation_id=actor.organisation_id, extension=picture.extension, bytes=len(picture.content)
    )
    storage.keep(image, picture.content)
    return image


def _say_piece(actor: Actor, code: str, values: Values, seen: Values | None) -> None:
    if changes := saying.say(actor, Piece, code, values, seen):
        title = values.get("title") or code
        journal.record(PieceChanged(piece=title, changes=_named("piece", changes)), actor=actor)


def _named(what: str, changes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{what}.{WORDS.get(name, name)}" for name in changes)


# Sequences --------------------------------------------------------------------------------------
def add_sequence(*, actor: Actor, code: str, values: Values) -> None:
    """Raises `CodeTaken`, `UnknownPieces`, `NothingToSend`."""
    actor.require(Capability.SALES_MANAGE)
    if saying.counting(actor, Sequence, code) is not None:
        raise CodeTaken(code)
    _say_sequence(actor, code, values, None)


def change_sequence(*, actor: Actor, code: str, values: Values, seen: Values | None = None) -> None:
    """Who goes through it goes on by the new steps; no piece twice. Raises `Disputed`, `UnknownPieces`,
    `NothingToSend`."""
    actor.require(Capability.SALES_MANAGE)
    _say_sequence(actor, code, values, seen)


def inherit_sequence_again(*, actor: Actor, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.take_back(actor, Sequence, code):
        journal.record(SequenceChanged(sequence=code, changes=("inherited",)), actor=actor)


def _say_sequence(actor: Actor, code: str, values: Values, seen: Values | None) -> None:
    steps = values.get("steps", [])
    known = selectors.resolved_pieces(actor)
    if unknown := [one["piece"] for one in steps if one["piece"] not in known]:
        raise UnknownPieces(unknown)
    if values.get("active") and not steps:
        raise NothingToSend
    if changes := saying.say(actor, Sequence, code, values, seen):
        name = values.get("name") or code
        journal.record(SequenceChanged(sequence=name, changes=_named("sequence", changes)), actor=actor)


# The numbers ------------------------------------------------------------------------------------
def change_rules(*, actor: Actor, values: Values, seen: Values | None = None) -> None:
    actor.require(Capability.SALES_MANAGE)
    if changes := saying.say(actor, NurturingRules, RULES, values, seen):
        journal.record(NurturingRulesChanged(changes=_named("rules", changes)), actor=actor)


def inherit_rules_again(*, actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.take_back(actor, NurturingRules, RULES):
        journal.record(NurturingRulesChanged(changes=("inherited",)), actor=actor)
