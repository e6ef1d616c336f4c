"""The files in `keys/`: into a recovery file and back into a home without keys."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from qibu.config import keyfiles, keys_command
from qibu.config.home import Home
from qibu.config.postgres import EngineError
from qibu.kernel import keeping, keys, recovery
from qibu.kernel.recovery import Unusable

WORDS = "七步走稳，稳到冬天 2026"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(recovery, "COST", {"memory": 256, "passes": 1, "lanes": 1})
    (tmp_path / "words").write_text(WORDS + "\n")
    home = Home(tmp_path / "home")
    home.prepare()
    keys.create(home.keys / "data.json")
    return home


def asked(home: Home, act: str, **more: object) -> int:
    words = home.path.parent / "words"
    return keys_command.run(Namespace(home=home, act=act, passphrase_file=words, **more))


def test_a_home_without_keys_gets_all_of_them_back(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "recovery"
    assert asked(home, "recovery", out=out) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    kept = keyfiles.secrets_of(home)
    new = Home(tmp_path / "new")
    assert asked(new, "recover", file=out) == 0
    assert keyfiles.secrets_of(new) == kept
    assert set(kept.files) == set(keyfiles.ALL)
    assert all(path.stat().st_mode & 0o077 == 0 for path in new.keys.iterdir())
    assert not keeping.recovery(new.path).outdated


def test_a_home_with_keys_keeps_them(home: Home, tmp_path: Path) -> None:
    asked(home, "recovery", out=tmp_path / "recovery")
    before = keyfiles.secrets_of(home)
    with pytest.raises(EngineError, match="已经有密钥"):
        asked(home, "recover", file=tmp_path / "recovery")
    assert keyfiles.secrets_of(home) == before


def test_an_older_recovery_file_is_not_written_over(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "recovery"
    out.write_text("of last year")
    assert asked(home, "recovery", out=out) == 1
    assert "已经存在" in capsys.readouterr().err
    assert out.read_text() == "of last year"
    assert keeping.recovery(home.path).missing


def test_a_file_that_is_none_is_told(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff\xe0" * 100)
    assert asked(Home(tmp_path / "new"), "recover", file=tmp_path / "picture") == 1
    assert "不是七步的恢复文件" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_new_key_makes_the_recovery_file_outdated(home: Home, tmp_path: Path) -> None:
    asked(home, "recovery", out=tmp_path / "recovery")
    keys.add(home.keys / "data.json")
    assert keeping.recovery(home.path).outdated
    assert keyfiles.read_recovery(tmp_path / "recovery", WORDS).numbers == [1]
    asked(home, "recovery", out=tmp_path / "another")
    assert not keeping.recovery(home.path).outdated


def test_without_a_terminal_the_option_is_named(home: Home, tmp_path: Path) -> None:
    from qibu.config import passphrase

    with pytest.raises(Unusable, match="--passphrase-file"):
        passphrase.chosen(None)
