"""Backups of another PostgreSQL, whose administrator is no superuser: the owner makes them, and they come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.homes import qibu, words_in

from qibu.config.home import Home
from qibu.config.postgres import Engine, connect_super

pytestmark = pytest.mark.slow
ROLES = ("qibu_app", "qibu_owner", "qibu_backup")


def test_a_backup_of_another_postgresql_comes_back(fresh_home: Home, tmp_path: Path) -> None:
    with Engine(fresh_home, throw_away=True).used():
        with connect_super(fresh_home, "qibu") as root:
            root.execute("DROP OWNED BY qibu_backup")
        with connect_super(fresh_home) as root:
            root.execute("DROP DATABASE qibu")
            root.execute(f"DROP ROLE {', '.join(ROLES)}")
            root.execute("CREATE ROLE keeper LOGIN CREATEROLE CREATEDB PASSWORD 'word'")
        url = f"postgresql://keeper:word@/{{}}?host={fresh_home.socket_folder}"
        first, second = Home(tmp_path / "first"), Home(tmp_path / "second")
        (tmp_path / "secret").write_text("ein-langes-Passwort-7\n")
        found = ["--code", "S1", "--name", "一店", "--admin", "li", "--password-file", str(tmp_path / "secret")]
        code, said = qibu(first, "init", *found, QIBU_DATABASE_URL=url.format("store"))
        assert code == 0 and "恢复文件" in said, said
        words, recovery = words_in(tmp_path), tmp_path / "recovery"
        way = ["--passphrase-file", str(words)]
        code, said = qibu(first, "keys", "recovery", "--out", str(recovery), *way)
        assert code == 0, said
        code, said = qibu(first, "backup", "--to", str(tmp_path / "b"), QIBU_DATABASE_URL=url.format("store"))
        assert code == 0, said
        (backup,) = (tmp_path / "b").glob("*.qibu")
        restore = ["restore", str(backup), "--recovery", str(recovery), *way]
        code, said = qibu(second, *restore, QIBU_DATABASE_URL=url.format("store"))
        assert (code, "已经有表" in said) == (1, True), said
        code, said = qibu(second, *restore, QIBU_DATABASE_URL=url.format("again"))
        assert code == 0 and "逐行一致" in said, said
        with connect_super(fresh_home, "again") as root:
            assert root.execute("SELECT code FROM network_organisation").fetchall() == [("S1",)]
            owner = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            assert root.execute(owner).fetchall() == [("qibu_owner",)]
