"""Plans and the working of the backlog among the content that is inherited."""

from __future__ import annotations

from dataclasses import asdict, astuple
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.care import words
from qibu.care.addresses import address_of, interval_address
from qibu.care.rules import ProductLine
from qibu.care.selectors.intervals import Intervals
from qibu.care.selectors.plans import OF_STEPS, Book, Living, LivingPlan, policy
from qibu.care.services import intervals, plans
from qibu.kernel.actors import Actor
from qibu.network.inherited import Below, Content, Difference, Kind, register, said_below
from qibu.network.rules import Capability
from qibu.network.words import FIELDS

SHOWN = 300  # of a script: the beginning tells which one it is
PLAN, POLICY, INTERVAL = "plan", "policy", "interval"
BELOW = "care_overridden_below"


# Plans ------------------------------------------------------------------------------------------
def of_plans(actor: Actor) -> list[Content]:
    """Each plan, and those that the organisation wants otherwise for a product line."""
    book = Book(actor.organisation_id)
    found: list[Content] = []
    for plan in book.plans():
        found.append(_of_plan(plan))
        of_lines = [book.living(plan.row.code, line) for line in book.lines(plan.row.code)]
        found += [_of_plan(one) for one in of_lines if one and one.own]
    return found


def _of_plan(plan: LivingPlan) -> Content:
    name = words.name_of(plan.row)
    return Content(
        key_of_plan(plan.row.code, plan.line), f"{name} · {words.line(plan.line)}" if plan.line else name,
        address_of(plan.row.code, plan.line), plan.source, _differences(plan, plan), plan.overrides, plan.row.code,
    )  # fmt: skip


def key_of_plan(code: str, line: ProductLine) -> str:
    asked = {name: value for name, value in asdict(line).items() if value}
    return f"{code}?{urlencode(asked)}" if asked else code


def _read(key: str) -> tuple[str, ProductLine]:
    code, _mark, asked = key.partition("?")
    return code, ProductLine(**dict(parse_qsl(asked)))


def _differences(living: Living, plan: LivingPlan | None = None) -> tuple[Difference, ...]:
    """In the order in which the page of the content has its fields."""
    steps = [f"{step.code}.{name}" for step in plan.steps for name in OF_STEPS] if plan else []
    return tuple(
        Difference(_label(name, plan), _short(living.value(name)), _short(living.above(name).value))
        for name in sorted(living.said, key=lambda name: steps.index(name) if name in steps else -1)
        if living.is_own(name) and len(living.said[name]) > 1
    )


def _label(name: str, plan: LivingPlan | None) -> str:
    code, dot, field = name.rpartition(".")
    step = next((words.title_of(step) for step in plan.steps if step.code == code), code) if plan else code
    label = str(FIELDS.get(dot + field, field))
    return _("{step}：{label}").format(step=step, label=label) if step else label


def _short(value: object) -> str:
    said = words.value(value)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def restore_plan(actor: Actor, key: str) -> None:
    code, line = _read(key)
    plans.inherit_again(actor=actor, code=code, line=line)


def effect_on_plan(actor: Actor, key: str) -> list[str]:
    code, line = _read(key)
    tried = plans.preview_inherit_again(actor=actor, code=code, line=line)
    rest = [_("还有 {n} 家没有算进去。").format(n=tried.rest)] if tried.rest else []
    return words.tried(tried) + rest


# The backlog ------------------------------------------------------------------------------------
def of_policy(actor: Actor) -> list[Content]:
    living = policy(actor)
    address = reverse("care:policy")
    return [Content(POLICY, _("积压和时限"), address, living.source, _differences(living), living.own)]


def restore_policy(actor: Actor, key: str) -> None:
    plans.inherit_policy_again(actor=actor)


def effect_on_policy(actor: Actor, key: str) -> list[str]:
    return [_("从下一次安排起，按上级的数目放出积压；已经放出的任务不变。")]


# Intervals --------------------------------------------------------------------------------------
def of_intervals(actor: Actor) -> list[Content]:
    book = Intervals(actor.organisation_id)
    found = [book.living(line) for line in book.lines()]
    return [
        Content(
            key_of_line(one.line), words.line(one.line), interval_address(one.line), one.source, _differences(one),
            one.own,
        )
        for one in found
    ]  # fmt: skip


def key_of_line(line: ProductLine) -> str:
    return "|".join(astuple(line))


def restore_interval(actor: Actor, key: str) -> None:
    intervals.inherit_again(actor=actor, line=ProductLine(*key.split("|")))


def effect_on_interval(actor: Actor, key: str) -> list[str]:
    return [_("这些车的保养日在后台重新推算，未完成的保养任务跟着改期。")]


def intervals_below(actor: Actor) -> Below:
    return said_below(BELOW, INTERVAL)


def plans_below(actor: Actor) -> Below:
    return said_below(BELOW, PLAN)


def policies_below(actor: Actor) -> Below:
    return said_below(BELOW, POLICY)


MAY = Capability.CARE_EDIT
register(
    Kind(PLAN, gettext_lazy("关怀计划"), MAY, of_plans, restore_plan, effect_on_plan, plans_below, order=10)
)
register(
    Kind(
        POLICY, gettext_lazy("积压和时限"), MAY, of_policy, restore_policy, effect_on_policy, policies_below, order=30
    )
)
register(
    Kind(
        INTERVAL, gettext_lazy("保养周期"), MAY, of_intervals, restore_interval, effect_on_interval, intervals_below,
        order=20,
    )
)  # fmt: skip
