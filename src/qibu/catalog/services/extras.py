"""What is sold beside the car."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.catalog.models import Extra
from qibu.catalog.services import saying
from qibu.catalog.services.cars import CodeTaken
from qibu.contracts.catalog import CatalogueChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


def add(*, actor: Actor, code: str, values: Mapping[str, Any]) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.counting(actor, Extra, code) is not None:
        raise CodeTaken(code)
    _say(actor, code, values, None)


def change(
    *, actor: Actor, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Raises `Disputed` where somebody changed the same since the form was opened."""
    actor.require(Capability.SALES_MANAGE)
    _say(actor, code, values, seen)


def _say(actor: Actor, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None) -> None:
    changes = saying.say(actor, Extra, code, values, seen)
    if changes:
        journal.record(CatalogueChanged(what="extra", code=code, changes=tuple(changes)), actor=actor)


def inherit_again(*, actor: Actor, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.take_back(actor, Extra, code):
        journal.record(CatalogueChanged(what="extra", code=code, changes=("inherited",)), actor=actor)
