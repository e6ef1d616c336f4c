import argparse
import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from qibu.config import commands
from qibu.config.home import Home


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Home, int]]:
    """A command that only notes where it was told to work."""
    noted: list[tuple[Home, int]] = []
    module = SimpleNamespace(
        add_arguments=lambda parser: parser.add_argument("--twice", action="store_true"),
        run=lambda args: noted.append((args.home, args.port)),
    )
    monkeypatch.setattr(commands, "_module", lambda name: module)
    # What the command line puts into the environment is undone after the test.
    for name in ("QIBU_HOME", "QIBU_PORT", "QIBU_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    return noted


@pytest.mark.parametrize(
    "line",
    ["--home {0} --port 8123 stop", "stop --home {0} --port 8123", "--home {0} stop --twice --port 8123"],
)
def test_common_options_stand_before_or_after_the_command(
    seen: list[tuple[Home, int]], tmp_path_factory: pytest.TempPathFactory, line: str
) -> None:
    place = tmp_path_factory.mktemp("home")
    assert commands.main(line.format(place).split()) == 0
    assert [(home.path, port) for home, port in seen] == [(place, 8123)]


def test_common_options_stand_behind_the_commands_of_a_command(
    seen: list[tuple[Home, int]], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def nested(parser: argparse.ArgumentParser) -> None:
        one = parser.add_subparsers(dest="what", required=True).add_parser("owners")
        one.add_argument("file")
        one.add_argument("--json", action="store_true")

    noted: list[tuple[str, bool, Home]] = []
    module = SimpleNamespace(
        add_arguments=nested, run=lambda args: noted.append((args.file, args.json, args.home))
    )
    monkeypatch.setattr(commands, "_module", lambda name: module)
    place = tmp_path_factory.mktemp("home")
    assert commands.main(["stop", "owners", "a.csv", "--json", "--home", str(place)]) == 0
    assert [(file, json, home.path) for file, json, home in noted] == [("a.csv", True, place)]


def test_a_port_that_is_none_is_named(
    seen: list[tuple[Home, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["stop", "--port", "70000"]) == 1
    assert "70000" in capsys.readouterr().err
    assert seen == []


FULL_COPY = shutil.Error([("/from", "/to", "[Errno 28] No space left on device: '/to'")])  # has no number of its own


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "refused", "/some/place"), "/some/place 所在的磁盘满了"), (FULL_COPY, "所在的磁盘满了"),
        (psycopg.errors.DiskFull("could not extend file"), "所在的磁盘满了"),
        (OSError(errno.EACCES, "refused"), "没有权限"),
        (OSError(errno.EISDIR, "refused", "/some/place"), "文件夹"),
    ],
)  # fmt: skip
def test_everyday_trouble_ends_in_a_sentence(
    seen: list[tuple[Home, int]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    error: Exception, said: str,
) -> None:  # fmt: skip
    def refuse(_args: object) -> None:
        raise error

    module = SimpleNamespace(add_arguments=lambda parser: None, run=refuse)
    monkeypatch.setattr(commands, "_module", lambda name: module)
    assert commands.main(["stop"]) == 1
    assert said in capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOENT, "没有这个文件"), (errno.ENOTDIR, "不是文件夹"), (errno.EEXIST, "同名的文件")]
)
def test_a_path_that_was_mistyped_is_named_and_one_of_ours_is_a_fault(
    seen: list[tuple[Home, int]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    number: int, said: str,
) -> None:  # fmt: skip
    def refuse(args: argparse.Namespace) -> None:
        raise OSError(number, "refused", str(tmp_path / "there" / "file") if args.file else "/of/ours")

    module = SimpleNamespace(add_arguments=lambda parser: parser.add_argument("--file"), run=refuse)
    monkeypatch.setattr(commands, "_module", lambda name: module)
    for typed in ([f"--file={tmp_path}/there"], ["--file", f"{tmp_path}/there/file"]):
        assert commands.main(["stop", *typed]) == 1
        assert said in capsys.readouterr().err
    with pytest.raises(OSError, match="refused"):
        commands.main(["stop"])


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main([]) == 2
    said = capsys.readouterr().out
    assert "serve" in said
    assert "worker" not in said


def test_a_command_of_a_later_version_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(commands.COMMANDS, "fly", commands.Command("qibu.sky.flight", "", database=False))
    assert commands.main(["fly"]) == 2
    assert "fly" in capsys.readouterr().err
