"""Gates and filters of the product taken away in turn: a test notices.

Every run takes the gates of the acts away, and says of which gate or filter nobody has looked whether it would be
missed. All others are taken away with `--all`, or when asked for by name, since that takes minutes:
`QIBU_MUTANTS=all bin/test tests/test_mutants.py`, or beginnings of paths, `QIBU_MUTANTS=care/,leads/acts`. Each
question of the matrix is asked once with marks at all these places, which say that they are come by; a mutant is then
shown to the questions that come by it, first the one that noticed it last time (`noticed.json`, kept with
`QIBU_FREEZE=1`), then the most telling, until one is answered otherwise. `QIBU_MUTANTS_REPORT=file` writes down who
noticed which.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
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
from survivors import ELSEWHERE, SURVIVORS

HERE = Path(__file__).resolve().parent
Question = Callable[[], Any]  # says what is wrong, or raises
MOST_TRIED = 40  # questions that a mutant is shown to, where very many come by
WHICH = tuple(os.environ.get("QIBU_MUTANTS", "").removeprefix("all").split(","))  # beginnings of paths
ASKED = "QIBU_MUTANTS" in os.environ or os.environ.get("QIBU_TEST_ALL")
BY_NAME = pytest.mark.skipif(not ASKED, reason="takes long: asked for by --all or QIBU_MUTANTS")
NOTICED = HERE / "noticed.json"  # by the name of a site the question that noticed its mutant


def questions(crossed: Crossing) -> dict[str, Question]:
    """The matrix in its smallest parts: of the addresses of the app that is asked for, or of all, and those elsewhere
    that noticed something last time. A name begins with the kind, then comes the address."""
    apps, telling = tuple(one.partition("/")[0] for one in WHICH), set(remembered().values())
    shown = dict([*of_gates(), *of_keys(crossed), *of_pages(crossed), *of_roles(crossed), *of_ways(crossed)])
    return {
        name: one for name, one in shown.items()
        if name.startswith("way") or name in telling or name.split()[1].startswith(apps)
    }  # fmt: skip


def of_gates() -> Iterator[tuple[str, Question]]:
    for name in GATES:
        yield f"gate {name}", partial(gates_tests.test_an_act_refuses_before_it_looks_at_anything, name)


def of_keys(crossed: Crossing) -> Iterator[tuple[str, Question]]:
    for name, named in doors_tests.OF_ADDRESS.items():
        for asker in crossed.askers[:2]:
            for door, kind in named:
                ask = partial(fault_at, asker, door, kind)
                yield f"key {name} {door.method} {door.place} {door.key}={kind} as {asker.name}", ask


def fault_at(asker: Any, door: Any, kind: str) -> str:
    return next(doors_tests.faults_at(asker, door, kind, {}), "")


def of_pages(crossed: Crossing) -> Iterator[tuple[str, Question]]:
    for name in (name for name, page in PAGES.items() if page.get):
        for role in OWN_ONLY:
            yield f"page {name} {role}", partial(crossings_tests.shown_on, crossed, role, name)


def of_roles(crossed: Crossing) -> Iterator[tuple[str, Question]]:
    """Those who may most of all who are turned away, and those who may least of all who are let in."""
    world = crossed.world
    people = sorted(world.a.people.values(), key=lambda person: len(person.actor.capabilities))
    for name, page in PAGES.items():
        for method in matrix.methods(page):
            let_in, away = matrix.parted(people, page, method)
            for kind, chosen in (("refused", away[-3:]), ("entered", let_in[:3])):
                for person in chosen:
                    ask = partial(matrix.misjudged, world, name, method, person)
                    yield f"{kind} {name} {method} {person.role}", ask


def of_ways(crossed: Crossing) -> Iterator[tuple[str, Question]]:
    for name, one in vars(crossings_tests).items():
        if name.startswith("test_") and one.__code__.co_varnames[: one.__code__.co_argcount] == ("crossed",):
            yield f"way {name}", partial(one, crossed)


def well(question: Question) -> bool:
    from personas import undone

    with undone():
        try:
            return not question()
        except (Exception, pytest.fail.Exception):
            return False


def coming_by(sites: list[Site], shown: dict[str, Question]) -> dict[str, list[str]]:
    """The questions on whose way each site lies."""
    found: dict[str, list[str]] = {}
    with mutants.swapped(mutants.marks(sites)):
        for name, question in shown.items():
            mutants.COME_BY.clear()
            assert well(question), f"{name} is answered wrongly without any mutant"
            for site in mutants.COME_BY:
                found.setdefault(site, []).append(name)
    return found


# The most telling kinds of questions: of a gate, and of a filter.
AT_GATES = ("gate", "refused", "key", "page", "entered", "way")
AT_FILTERS = ("key", "page", "way", "refused", "entered", "gate")


@cache
def remembered() -> dict[str, str]:
    return dict(json.loads(NOTICED.read_text(encoding="utf-8")))


def keep(found: dict[str, str]) -> None:
    """Beside what is known of places that are still there."""
    known = {**remembered(), **found}
    still = {name: known[name] for name in sorted({site.name for site in mutants.sites()} & known.keys())}
    NOTICED.write_text(json.dumps(still, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def in_turn(site: Site, names: list[str]) -> list[str]:
    """The one that noticed it last time, then telling kinds, and of each kind one address after the other."""
    kinds, places = AT_GATES if site.kind in {"require", "may"} else AT_FILTERS, Counter[str]()
    turns = []
    for name in names:
        kind = next(kind for kind in kinds if name.startswith(kind))
        place = kind + name.removeprefix(kind).split()[0]
        places[place] += 1
        turns.append((name != remembered().get(site.name), places[place] // 4, kinds.index(kind), name))
    return [turn[-1] for turn in sorted(turns)]


def alive(sites: list[Site], shown: dict[str, Question]) -> list[str]:
    """The mutants that no question notices."""
    asked, living, found = coming_by(sites, shown), [], dict[str, str]()
    for site in sites:
        names = in_turn(site, asked.get(site.name, []))
        killer = noticed(site, names[:MOST_TRIED], shown)
        living += [] if killer else [site.name]
        found |= {site.name: killer} if killer else {}
        if report := os.environ.get("QIBU_MUTANTS_REPORT"):
            with Path(report).open("a", encoding="utf-8") as file:
                file.write(f"{killer or f'nobody of {len(names)}'}\t{site.name}\n")
    if os.environ.get("QIBU_FREEZE"):
        keep(found)
    return living


def noticed(site: Site, names: list[str], shown: dict[str, Question]) -> str:
    """The first question that is answered wrongly with the mutant in place."""
    with mutants.in_place(site):
        return next((name for name in names if not well(shown[name])), "")


def asks_first(site: Site) -> bool:
    """Whether it is the first gate of an act; further ones hang on what is named."""
    wanted = GATES.get(f"{site.path[:-3].replace('/', '.')}.{site.function}")
    return wanted is not None and Capability(wanted).name in site.text


@pytest.mark.django_db
def test_an_act_without_its_gate_would_be_noticed() -> None:
    """Of every act that `gates` says asks first."""
    sites = [site for site in mutants.sites() if site.kind == "require" and asks_first(site)]
    assert len(sites) > 60
    assert alive(sites, dict(of_gates())) == []


def test_of_every_gate_and_filter_somebody_has_looked_whether_it_would_be_missed() -> None:
    known = remembered().keys() | ELSEWHERE.keys() | SURVIVORS.keys()
    new = sorted({site.name for site in mutants.sites() if not asks_first(site)} - known)
    parts = ",".join(sorted({name.partition(":")[0] for name in new}))
    how = f"QIBU_FREEZE=1 QIBU_MUTANTS={parts} bin/test tests/test_mutants.py keeps who misses what in noticed.json"
    assert not new, f"{how}; what nobody misses belongs into survivors.py:\n" + "\n".join(new)


@BY_NAME
def test_every_mutant_is_noticed_or_explained(numbered: Crossing) -> None:
    sites = [site for site in mutants.sites() if site.path.startswith(WHICH) and not asks_first(site)]
    unexplained = sorted(set(alive(sites, questions(numbered))) - SURVIVORS.keys() - ELSEWHERE.keys())
    assert not unexplained, "nobody misses these; write a test, or why it is all the same: " + "\n".join(unexplained)


@BY_NAME
def test_what_the_matrix_leaves_is_noticed_by_the_test_that_is_named(tmp_path: Path) -> None:
    left = {name: test for name, test in ELSEWHERE.items() if name.startswith(WHICH)}
    names, found = tmp_path / "names", tmp_path / "found"
    names.write_text("\n".join(f"{name}\t{test}" for name, test in left.items()), encoding="utf-8")
    found.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QIBU_", "PYTEST_"))}
    own = {**kept, "QIBU_UNNOTICED": str(names), "QIBU_NOTICED": str(found), "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-m", "pytest", "-p", "noticing", *sorted(set(left.values()))]
    done = subprocess.run(command, cwd=HERE.parent, env=own, capture_output=True, text=True, check=False)
    noticed = {line.partition("\t")[0] for line in found.read_text(encoding="utf-8").splitlines()}
    assert left.keys() <= noticed, f"{sorted(left.keys() - noticed)}\n{done.stdout[-2000:]}"


@pytest.mark.slow
def test_every_mutant_can_be_put_in_place_and_taken_out() -> None:
    for site in mutants.sites():
        swaps = mutants.replacements(site)
        before = [one.__code__ for one, _code in swaps]
        with mutants.in_place(site):
            assert [one.__code__ for one, _code in swaps] != before
        assert [one.__code__ for one, _code in swaps] == before


def test_no_explanation_is_of_something_gone() -> None:
    assert not (SURVIVORS.keys() | ELSEWHERE.keys()) - {site.name for site in mutants.sites()}
    assert not SURVIVORS.keys() & ELSEWHERE.keys()
