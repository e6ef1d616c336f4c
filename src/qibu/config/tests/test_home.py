import stat
from pathlib import Path

import pytest

from qibu.config.home import LONGEST_SOCKET_FOLDER, Home


def test_the_keys_are_closed_to_everybody_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.keys.iterdir()}
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o700
    assert modes == {0o600}


def test_a_key_stays_what_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    first = home.key("django")
    home.prepare()
    assert home.key("django") == first
    assert len(first) > 40


def test_the_socket_of_a_deep_home_gets_a_short_folder() -> None:
    deep = Home(Path("/srv") / ("长" * 40) / "home")
    other = Home(Path("/srv") / ("长" * 40) / "other")
    assert len(str(deep.socket_folder).encode()) <= LONGEST_SOCKET_FOLDER
    assert deep.socket_folder != other.socket_folder


def test_settings_can_be_read_before_there_is_a_home(tmp_path: Path) -> None:
    assert Home(tmp_path / "none").database_settings("app")["PASSWORD"] == ""
    assert not (tmp_path / "none").exists()


def test_another_postgresql_is_reached_by_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIBU_DATABASE_NAME", raising=False)
    monkeypatch.setenv("QIBU_HOME", str(tmp_path))
    monkeypatch.setenv("QIBU_DATABASE_URL", "postgresql://root:pw@db.example:5433/store?sslmode=require")
    settings = Home.from_environment().database_settings("app")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "store")
    assert settings["USER"] == "qibu_app"
    assert settings["OPTIONS"] == {"sslmode": "require"}
