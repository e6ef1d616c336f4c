"""Founding by command, and the race of two who set up at once."""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from qibu.kernel.scoping import scope
from qibu.network import command
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors, organisations
from qibu.network.services.accounts import Credentials
from qibu.network.services.organisations import AlreadyFounded, Founder, Profile

PASSWORD = "七步铜陵店-2026"


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nsecond line\n")
    file.chmod(0o600)
    return file


def init(file: Path | None, *further: str, code: str = "TL01", admin: str = "wangqiang") -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    given = ["--code", code, "--name", "铜陵店", "--admin", admin]
    return command.run(parser.parse_args([*given, *(["--password-file", str(file)] if file else []), *further]))


@pytest.mark.django_db
def test_init_founds_a_store_and_answers_in_json(password_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(password_file, "--json", "--city", "铜陵", "--admin-name", "王强") == 0
    organisation = Organisation.objects.get()
    out, err = capsys.readouterr()
    assert json.loads(out) == {"organisation": organisation.pk, "code": "TL01", "admin": "wangqiang"}
    assert err == ""
    user = User.objects.get(username="wangqiang")
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)
    with scope(actors.system(organisation)):
        assert Staff.objects.get().name == "王强"


@pytest.mark.django_db
def test_init_may_run_again_for_another_store(password_file: Path) -> None:
    assert init(password_file) == 0
    assert init(password_file, "--parent", "tl01", "--kind", "branch", code="TL02", admin="zhouting") == 0
    assert Organisation.objects.get(code="TL02").parent == Organisation.objects.get(code="TL01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "admin", "further", "said"),
    [
        ("tl01", "neu-er", (), "--code 代码 tl01 已经有门店在用"),
        ("TL02", "WANGQIANG", (), "--admin 登录名「WANGQIANG」已经有人用了"),
        ("TL 2", "neu-er", (), "--code 代码用字母"),
        ("TL02", "neu-er", ("--parent", "XX"), "没有代码为 XX 的上级机构"),
    ],
)
def test_init_says_what_is_wrong(
    password_file: Path, capsys: pytest.CaptureFixture[str], code: str, admin: str, further: Any, said: str
) -> None:
    init(password_file)
    capsys.readouterr()
    assert init(password_file, *further, code=code, admin=admin) == 1
    assert said in capsys.readouterr().err
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_init_warns_of_a_password_file_that_others_can_read(
    password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password_file.chmod(0o644)
    assert init(password_file) == 0
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["missing", "empty", "none"])
def test_init_without_a_password_founds_nothing(tmp_path: Path, trouble: str) -> None:
    file = tmp_path / "password"
    if trouble == "empty":
        file.write_text("")
    assert init(None if trouble == "none" else file) == 1
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_set_up_at_once_exactly_one_wins() -> None:
    together = Barrier(4)

    def found(number: int) -> bool:
        founder = Founder("某人", Credentials(f"user{number}", "!"))
        together.wait()
        try:
            organisations.found(code=f"S{number}", profile=Profile(f"{number} 店"), founder=founder, first=True)
        except AlreadyFounded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(found, range(4))) == [False, False, False, True]
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)
