"""`qibu import` from the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from qibu.connect import command
from qibu.connect.models import Import
from qibu.connect.tests.loads import LI, ORDER, WANG, owners, store, visits
from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


def last(capsys: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def write(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_load_and_take_back_with_figures_on_the_last_line(tmp_path: Path, capsys: Any) -> None:
    actor: Actor = store()
    assert run("owners", write(tmp_path, "a.csv", owners(LI, WANG, LI)), "--org", "wh01", "--json") == 0
    first = last(capsys)
    assert (first["rows"], first["loaded"], first["repeated"], first["customers_created"]) == (3, 2, 1, 2)
    assert run("visits", write(tmp_path, "b.csv", visits(ORDER)), "--json") == 0
    second = last(capsys)
    assert (second["visits_created"], second["amount_total"]) == (1, 350.5)
    assert run("undo", str(second["import"]), "--json") == 0
    assert last(capsys)["removed"] == 1
    with scope(actor):
        assert Customer.objects.count() == 2


def test_a_dry_run_leaves_nothing(tmp_path: Path, capsys: Any) -> None:
    actor = store()
    assert run("owners", write(tmp_path, "a.csv", owners(LI)), "--dry-run", "--json") == 0
    assert last(capsys)["loaded"] == 1
    with scope(actor):
        assert (Import.objects.count(), Customer.objects.count()) == (0, 0)


def test_mistakes_are_sentences_and_codes(tmp_path: Path, capsys: Any) -> None:
    store()
    pdf = write(tmp_path, "x.xlsx", b"%PDF-1.7")
    for arguments, code, number in (
        (("owners", pdf, "--json"), "wrong_type", 1),
        (("owners", str(tmp_path / "none.csv"), "--json"), "file", 1),
        (("owners", pdf, "--org", "XX", "--json"), "unknown_organisation", 2),
        (("undo", "99", "--json"), "unknown_import", 2),
        (("owners", write(tmp_path, "c.csv", "甲,乙\n1,2\n".encode()), "--json"), "columns", 1),
    ):
        assert run(*arguments) == number
        said = capsys.readouterr()
        assert json.loads(said.out.splitlines()[-1])["error"]["code"] == code
        assert said.err.strip().endswith(("。", "指定。"))
