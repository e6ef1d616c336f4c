"""What an app does when one of its tasks ends: it registers the beginning of its kinds.

    following.register("lead.", Following(ended=_plan_the_next, back=_take_the_next_back))

Both run in the transaction of what ended the task, so that there is no moment without a next step. `ended` gets tasks
that are closed by now, with the outcome of the call where there was one; `back` those that are open again. `barred`
says on which the actor may not work as things are, each with the sentence that says what to do first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qibu.kernel.actors import Actor
from qibu.tasks.models import Task

Then = Callable[[Actor, list[Task]], None]
Bars = Callable[[Actor, list[Task]], dict[int, str]]


def open_to_all(actor: Actor, tasks: list[Task]) -> dict[int, str]:
    return {}


@dataclass(frozen=True)
class Following:
    ended: Then
    back: Then
    barred: Bars = open_to_all


FOLLOWING: dict[str, Following] = {}


def register(beginning: str, following: Following) -> None:
    known = FOLLOWING.get(beginning)
    if known is not None and known.ended.__module__ != following.ended.__module__:
        raise ValueError(f"What follows tasks of the kind {beginning!r} is registered twice.")
    FOLLOWING[beginning] = following


def ended(actor: Actor, tasks: Iterable[Task]) -> None:
    for following, theirs in _of(tasks):
        following.ended(actor, theirs)


def back(actor: Actor, tasks: Iterable[Task]) -> None:
    for following, theirs in _of(tasks):
        following.back(actor, theirs)


def barred(actor: Actor, tasks: Iterable[Task]) -> dict[int, str]:
    """Tasks on which the actor may not work yet, by their ids, with why."""
    found: dict[int, str] = {}
    for following, theirs in _of(tasks):
        found |= following.barred(actor, theirs)
    return found


def _of(tasks: Iterable[Task]) -> list[tuple[Following, list[Task]]]:
    rows = list(tasks)
    found = [
        (following, [task for task in rows if task.kind.startswith(beginning)])
        for beginning, following in FOLLOWING.items()
    ]
    return [(following, theirs) for following, theirs in found if theirs]
