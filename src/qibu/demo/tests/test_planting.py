"""The command that plants: stores side by side, each in a process of its own."""

from __future__ import annotations

import argparse
from subprocess import CompletedProcess
from typing import Any

import pytest

from qibu.demo import planting, seed

AT = "2026-11-26T10:24:00+08:00"


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    planting.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is done, in its order."""
    done: list[Any] = []
    monkeypatch.setattr(seed, "exists", lambda: False)
    monkeypatch.setattr(seed, "found", lambda world, now: done.append("found"))
    monkeypatch.setattr(seed, "close", lambda world, now: done.append("close"))
    monkeypatch.setattr(
        seed, "settle", lambda report, world, store, now: done.append((store.code, now.isoformat()))
    )
    return done


def run_by(monkeypatch: pytest.MonkeyPatch, done: list[Any], failing: str = "") -> None:
    def run(command: list[str]) -> CompletedProcess[bytes]:
        done.append(command[command.index("plant") :])
        return CompletedProcess(command, 1 if failing in command else 0)

    monkeypatch.setattr(planting.subprocess, "run", run)


def test_the_network_comes_first_then_each_store_at_the_same_moment(
    monkeypatch: pytest.MonkeyPatch, said: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run_by(monkeypatch, said)
    assert planting.run(asked("--customers", "60", "--visits", "350", "--at", AT)) == 0
    first, *stores, last = said
    assert (first, last) == ("found", "close")
    how = ["--customers=60", "--visits=350", f"--at={AT}"]
    assert sorted(stores) == [["plant", "--store", code, *how] for code in ("HF01", "NJ01", "WH01")]
    assert seed.PASSWORD in capsys.readouterr().out


def test_a_process_plants_the_one_store_it_is_asked_for(said: list[Any]) -> None:
    assert planting.run(asked("--store", "HF01", "--at", AT)) == 0
    assert said == [("HF01", AT)]


def test_where_a_store_fails_nobody_is_asked_in(
    monkeypatch: pytest.MonkeyPatch, said: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run_by(monkeypatch, said, failing="NJ01")
    assert planting.run(asked("--at", AT)) == 1
    assert "close" not in said and seed.PASSWORD not in capsys.readouterr().out
