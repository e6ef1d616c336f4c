"""`qibu audit verify`: reckon the chain over the journal anew, of one organisation or of all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from qibu.kernel import sealing
from qibu.network import words
from qibu.network.models import Organisation
from qibu.network.services import actors, chains


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["verify", "anchor"], help="verify 核对 · anchor 记下最新的校验码")
    parser.add_argument("--org", default="", help="门店代码，不给就是全部 · code of the organisation, otherwise all")
    parser.add_argument("--anchor", default="", help="以前抄下的校验码，要和 --org 一起给 · a digest noted earlier")


def run(args: argparse.Namespace) -> int:
    found = Organisation.objects.order_by("code")
    chosen = list(found.filter(code__iexact=args.org) if args.org else found)
    if not chosen:
        print(f"没有代码为 {args.org} 的机构。", file=sys.stderr)
        return 1
    if args.anchor and not args.org:
        print("--anchor 要和 --org 一起给。", file=sys.stderr)
        return 1
    try:
        return _anchor(chosen) if args.act == "anchor" else _verify(chosen, args.anchor)
    except KeyboardInterrupt:
        print("\n已停下，没有核对完。", file=sys.stderr)
        return 130


def _anchor(chosen: Iterable[Organisation]) -> int:
    for one in chosen:
        sealing.seal(actors.system(one))
        print(f"{one.code}  {chains.keep_anchor(actors.system(one)) or '还没有记录'}")
    return 0


def _verify(chosen: Iterable[Organisation], noted: str) -> int:
    good = True
    for one in chosen:
        actor = actors.system(one)
        finding = chains.verify(actor=actor, report=_Progress(one.code))
        where = f"，第 {finding.position} 条（编号 {finding.entry_id}）" if finding.broken else ""
        said = f"{one.code}  {finding.entries} 条，{words.CHAIN[finding.broken]}{where}"
        print(f"{said}  {finding.anchor}" if finding.anchor else said)
        good &= not finding.broken
        if noted:
            good &= _noted(actor.organisation_id, noted)
    return 0 if good else 1


class _Progress:
    """One line that is written over at a terminal; in a log it would only be in the way."""

    def __init__(self, code: str) -> None:
        self.code, self.live = code, sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if self.live:
            print(f"\r\033[K{self.code}  {done} / {total}\r", end="", file=sys.stderr, flush=True)


def _noted(organisation_id: int, text: str) -> bool:
    try:
        holds = sealing.holds(actors.system(organisation_id), chains.read(text))
    except ValueError as error:
        print(error, file=sys.stderr)
        return False
    print("抄下的校验码对得上。" if holds else "抄下的校验码对不上：它之前的记录被重写过。")
    return holds
