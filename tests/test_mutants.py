"""Gates and filters of the product taken away in turn: a test notices.

Every run takes the gates of the acts away. All others are taken away when asked for by name, since that takes long:
`QIBU_MUTANTS=care/ bin/test tests/test_mutants.py` those of one app, shown to the pages of that app; `QIBU_MUTANTS=all`
everything, shown to the whole matrix. Which part of it a mutant is shown to is found out by listening who runs what.
`QIBU_MUTANTS_REPORT=file` writes down who noticed which.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import mutants
import test_crossings as crossings_tests
import test_doors as doors_tests
import test_gates as gates_tests
import test_isolation as matrix
from access import PAGES
from crossing import OWN_ONLY, Crossing
from gates import GATES
from mutants import Site
from qibu.network.rules import Capability
from survivors import SURVIVORS

Cell = Callable[[], None]
MOST_TRIED = 40  # cells that a mutant is shown to, where a function runs in very many
WHICH = os.environ.get("QIBU_MUTANTS", "").removeprefix("all")
BY_NAME = pytest.mark.skipif("QIBU_MUTANTS" not in os.environ, reason="takes long: asked for by QIBU_MUTANTS")


def cells(crossed: Crossing) -> dict[str, Cell]:
    """Parts of the matrix, each of which passes or raises; quick and telling ones first."""
    world, app = crossed.world, WHICH.partition("/")[0]
    found: dict[str, Cell] = {name: cell for name, cell in gates().items() if name.startswith(f"gate {app}")}
    for name in (name for name in PAGES if name.startswith(app)):
        found[f"roles {name}"] = partial(matrix.test_each_role_opens_what_it_may_and_nothing_else, world, name)
    for name in (name for name in doors_tests.OF_ADDRESS if name.startswith(app)):
        of_keys = doors_tests.test_what_is_anothers_is_answered_like_what_nobody_has
        found[f"keys {name}"] = partial(of_keys, crossed, name)
    for role in OWN_ONLY:
        found[f"pages {role}"] = partial(
            crossings_tests.test_no_page_shows_a_colleagues_customer_to_who_sees_their_own_alone, crossed, role
        )
    for name, one in vars(crossings_tests).items():
        if name.startswith("test_") and one.__code__.co_varnames[: one.__code__.co_argcount] == ("crossed",):
            found[f"crossing {name}"] = partial(one, crossed)
    return found


def gates() -> dict[str, Cell]:
    return {
        f"gate {name}": partial(gates_tests.test_an_act_refuses_before_it_looks_at_anything, name) for name in GATES
    }


@contextmanager
def heard(wanted: set[tuple[str, str, int]]) -> Iterator[set[tuple[str, str, int]]]:
    """Which of the wanted functions run meanwhile."""
    names: dict[CodeType, tuple[str, str, int]] = {}
    for functions in mutants.living().values():
        for one in functions:
            key = (one.__code__.co_filename, one.__code__.co_qualname, one.__code__.co_firstlineno)
            if key in wanted:
                names[one.__code__] = key
    ran: set[tuple[str, str, int]] = set()

    def note(frame: Any, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code in names:
            ran.add(names[frame.f_code])

    sys.setprofile(note)
    try:
        yield ran
    finally:
        sys.setprofile(None)


def passes(cell: Cell) -> bool:
    from personas import undone

    with undone():
        try:
            cell()
        except (Exception, pytest.fail.Exception):
            return False
    return True


Seen = dict[tuple[str, str, int], list[str]]


def seen_in(sites: list[Site], shown: dict[str, Cell]) -> Seen:
    """The cells in which each function with a site runs, the quickest first."""
    wanted = {key for site in sites for key in mutants.around(site)}
    found: dict[tuple[str, str, int], list[tuple[float, str]]] = {}
    for name, cell in shown.items():
        began = time.monotonic()
        with heard(wanted) as ran:
            assert passes(cell), f"{name} fails without any mutant"
        for key in ran:
            found.setdefault(key, []).append((time.monotonic() - began, name))
    return {key: [name for _time, name in sorted(rows)] for key, rows in found.items()}


def alive(sites: list[Site], shown: dict[str, Cell]) -> list[str]:
    """The mutants that no cell notices."""
    seen, living = seen_in(sites, shown), []
    for site in sites:
        names = list(dict.fromkeys(name for key in mutants.around(site) for name in seen.get(key, [])))
        killer = noticed(site, names[:MOST_TRIED], shown)
        living += [] if killer else [site.name]
        if report := os.environ.get("QIBU_MUTANTS_REPORT"):
            with Path(report).open("a", encoding="utf-8") as file:
                file.write(f"{killer or f'nobody of {len(names)}'}\t{site.name}\n")
    return living


def noticed(site: Site, names: list[str], shown: dict[str, Cell]) -> str:
    """The first cell that fails with the mutant in place."""
    with mutants.in_place(site):
        return next((name for name in names if not passes(shown[name])), "")


def asks_first(site: Site) -> bool:
    """Whether it is the first gate of an act; further ones hang on what is named."""
    wanted = GATES.get(f"{site.path[:-3].replace('/', '.')}.{site.function}")
    return wanted is not None and Capability(wanted).name in site.text


@pytest.mark.django_db
def test_an_act_without_its_gate_would_be_noticed() -> None:
    """Of every act that `gates` says asks first."""
    sites = [site for site in mutants.sites() if site.kind == "require" and asks_first(site)]
    assert len(sites) > 60
    assert alive(sites, gates()) == []


@BY_NAME
def test_every_mutant_is_noticed_or_explained(numbered: Crossing) -> None:
    sites = [site for site in mutants.sites() if site.path.startswith(WHICH)]
    unexplained = sorted(set(alive(sites, cells(numbered))) - SURVIVORS.keys())
    assert not unexplained, "nobody misses these; write a test, or why it is all the same: " + "\n".join(unexplained)


@pytest.mark.slow
def test_every_mutant_can_be_put_in_place_and_taken_out() -> None:
    for site in mutants.sites():
        swaps = mutants.replacements(site)
        before = [one.__code__ for one, _code in swaps]
        with mutants.in_place(site):
            assert [one.__code__ for one, _code in swaps] != before
        assert [one.__code__ for one, _code in swaps] == before


def test_no_explanation_is_of_something_gone() -> None:
    assert not SURVIVORS.keys() - {site.name for site in mutants.sites()}
