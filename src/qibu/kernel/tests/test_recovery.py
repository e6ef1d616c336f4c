"""The recovery file opens with its passphrase, and says in a sentence when it doesn't."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qibu.kernel import recovery
from qibu.kernel.recovery import Secrets, Unusable, WrongPassphrase

DATA = {"current": 2, "keys": {"1": "YQ==", "2": "Yg=="}, "lookup": "Yw=="}
SECRETS = Secrets({"data.json": json.dumps(DATA), "backup": "ZA=="})
WORDS = "清晨七点开门 coffee"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "COST", {"memory": 256, "passes": 1, "lanes": 1})


def changed(text: str, **facts: Any) -> str:
    content = json.loads(text[text.index("{") :])
    return json.dumps({**content, **facts})


def test_what_was_wrapped_comes_out_again() -> None:
    assert recovery.unwrap(recovery.wrap(SECRETS, WORDS), f"  {WORDS}\n") == SECRETS


def test_keys_do_not_stand_in_the_open_and_two_files_differ() -> None:
    one, other = recovery.wrap(SECRETS, WORDS), recovery.wrap(SECRETS, WORDS)
    assert "Yg==" not in one and one != other
    assert '"keys": [\n  1,\n  2\n ]' in one


def test_a_wrong_passphrase_is_said_to_be_wrong() -> None:
    with pytest.raises(WrongPassphrase, match="恢复密码不对"):
        recovery.unwrap(recovery.wrap(SECRETS, WORDS), WORDS + "!")


def test_a_short_passphrase_is_refused_and_an_invented_one_is_long() -> None:
    with pytest.raises(Unusable, match="太短"):
        recovery.wrap(SECRETS, "kurz")
    made = {recovery.invented() for _ in range(50)}
    assert len(made) == 50 and {len(one) for one in made} == {29}


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text[: len(text) // 2], "不完整"),
        (lambda text: "", "不是七步的恢复文件"),
        (lambda text: changed(text, qibu="backup"), "选得对不对"),
        (lambda text: changed(text, version=2), "升级"),
        (lambda text: changed(text, sealed="%%%"), "坏了"),
        (lambda text: changed(text, kdf={"name": "argon2id"}), "坏了"),
        (lambda text: changed(text, keys=[1]), "被改过"),
        (lambda text: changed(text, kdf={"memory": 2**40, "passes": 1, "lanes": 1, "salt": "YWFhYWFh"}), "坏了"),
    ],
)
def test_a_damaged_file_says_so(damage: Any, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        recovery.unwrap(damage(recovery.wrap(SECRETS, WORDS)), WORDS)


def test_the_real_cost_works() -> None:
    assert {name: recovery.MOST[name] for name in recovery.COST}
    wanted = {"memory": 64 * 1024, "passes": 3, "lanes": 4}
    raw = recovery._stretched(WORDS, b"0123456789abcdef", wanted)
    assert len(raw) == 32 and raw != recovery._stretched(WORDS, b"0123456789abcdef", recovery.COST)
