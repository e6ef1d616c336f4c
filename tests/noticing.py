"""Which of the tests that run anyway notice mutants that the matrix does not? A plugin for pytest:

`QIBU_UNNOTICED=names QIBU_NOTICED=found PYTHONPATH=tests bin/test -p noticing src/qibu/care/tests`

Each test runs once with marks at the sites that are named in the file, then again with each mutant that it comes by,
until one test has failed for it. What was found is written down as lines of site and test; `survivors.ELSEWHERE`
keeps one test for each. Where a line of the file names a test behind the site, after a tab, that test alone is asked.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

import mutants
from mutants import Site, Swaps

MOST_TRIED = 60  # tests that a mutant is shown to
_open: dict[str, list[Site]] = {}
_aimed: dict[str, str] = {}  # the one test that is asked about a site
_marks: list[Swaps] = []
_tried: Counter[str] = Counter()


def _begin() -> None:
    lines = Path(os.environ["QIBU_UNNOTICED"]).read_text(encoding="utf-8").splitlines()
    names = {name: test for name, _tab, test in (line.partition("\t") for line in lines)}
    _aimed.update({name: test for name, test in names.items() if test})
    for site in mutants.sites():
        if site.name in names:
            _open.setdefault(site.name, []).append(site)
    _marks.append(mutants.marks([site for found in _open.values() for site in found]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    if not _marks:
        _begin()
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    mutants.COME_BY.clear()
    with mutants.swapped(_marks[0]):
        reports = runtestprotocol(item, nextitem=item.parent)
    for name in sorted(mutants.COME_BY & _open.keys()) if not any(one.failed for one in reports) else ():
        if item.nodeid.startswith(_aimed.get(name, "")):
            _show(name, item)
    item.session._setupstate.teardown_exact(nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _show(name: str, item: pytest.Item) -> None:
    """It counts where the test fails for each such site and passes once more without: some can't be run twice."""
    _tried[name] += 1
    if all(_fails(item, mutants.replacements(site)) for site in _open[name]) and not _fails(item, []):
        del _open[name]
        with Path(os.environ["QIBU_NOTICED"]).open("a", encoding="utf-8") as file:
            file.write(f"{name}\t{item.nodeid}\n")
    elif _tried[name] >= MOST_TRIED:
        del _open[name]


def _fails(item: pytest.Item, swaps: Swaps) -> bool:
    with mutants.swapped(swaps):
        return any(one.failed for one in runtestprotocol(item, log=False, nextitem=item.parent))
