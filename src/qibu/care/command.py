"""`qibu plan`: what is due on a day becomes tasks."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date

from qibu.care.services import planner
from qibu.care.services.planner import Planned
from qibu.kernel import relay, times
from qibu.network.models import Organisation
from qibu.network.services import actors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", default="", help="计划哪一天，默认今天，例如 2026-12-01 · the day, today by default")
    parser.add_argument("--org", default="", help="门店代码，默认全部 · code of one store, all by default")
    parser.add_argument("--json", action="store_true", help="结果用 JSON 输出 · answer in JSON")


def run(args: argparse.Namespace) -> int:
    try:
        on, organisations = _day(args.on), _organisations(args.org)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    done = [_plan(organisation, on) for organisation in organisations]
    answer = _sum(on, organisations, done)
    print(json.dumps(answer, ensure_ascii=False) if args.json else _words(answer))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else times.today()
    except ValueError:
        raise ValueError(f"--on {text} 不是日期，请写成 2026-12-01 这样。") from None


def _organisations(code: str) -> list[Organisation]:
    found = list(Organisation.objects.filter(code__iexact=code) if code else Organisation.objects.order_by("pk"))
    if code and not found:
        raise ValueError(f"没有代码是 {code} 的门店，请核对 --org。")
    return found


def _plan(organisation: Organisation, on: date) -> Planned:
    actor = actors.system(organisation)
    relay.catch_up(actor, patience=20)
    return planner.plan(actor=actor, on=on)


def _sum(on: date, organisations: Sequence[Organisation], done: Sequence[Planned]) -> dict[str, object]:
    total: Counter[str] = Counter()
    by_plan: Counter[str] = Counter()
    for one in done:
        total.update(one.counts())
        by_plan.update(one.by_plan)
    counts = {name: total[name] for name in Planned(on).counts()}
    codes = [organisation.code for organisation in organisations]
    return {"on": on.isoformat(), "organisations": codes, **counts, "by_plan": dict(sorted(by_plan.items()))}


def _words(answer: dict[str, object]) -> str:
    return (
        "{on}：新计划 {planned} 件（今天要做 {opened}，积压 {backlog}），放出积压 {released} 件，"
        "改期 {moved} 件，取消 {cancelled} 件，过期 {expired} 件。"
    ).format(**answer)
