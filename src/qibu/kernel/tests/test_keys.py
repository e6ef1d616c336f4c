"""Keys of data at rest: a new one is used at once, old ones open what they sealed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from qibu.kernel import keys
from qibu.kernel.keys import UnreadableSecret


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> Path:
    settings.QIBU_KEYS = tmp_path / "keys"
    return Path(settings.QIBU_KEYS) / "data.json"


def test_a_new_key_seals_and_the_old_one_still_opens(own_keys: Path) -> None:
    before = keys.ring().seal("13912345678")
    assert keys.add(own_keys) == 2
    after = keys.ring().seal("13912345678")
    assert (before[0], after[0]) == (1, 2)
    assert {keys.opened(before), keys.opened(after)} == {"13912345678"}


def test_who_still_knows_the_old_keys_reads_what_was_sealed_this_second(own_keys: Path) -> None:
    old = keys.ring()
    keys.add(own_keys)
    sealed = keys.ring().seal("新")
    with pytest.raises(UnreadableSecret):
        old.open(sealed)
    keys._read.cache_clear()
    keys._read.__wrapped__(own_keys, 0)  # what a process holds that read the file before
    assert keys.opened(sealed) == "新"


def test_equal_values_stay_equal_under_the_new_key(own_keys: Path) -> None:
    one, other = keys.ring().seal("张三"), keys.ring().seal("张三")
    keys.add(own_keys)
    ring = keys.ring()
    assert ring.reseal(one) == ring.reseal(one) != ring.reseal(other)
    assert {ring.open(ring.reseal(one)), ring.open(ring.reseal(other))} == {"张三"}
    assert ring.reseal(one)[1:13] != one[1:13], "never the same nonce"


def test_the_current_key_is_never_forgotten(own_keys: Path) -> None:
    keys.add(own_keys)
    keys.retire(own_keys, 2)
    keys.retire(own_keys, 1)
    stored = json.loads(own_keys.read_text())
    assert (stored["current"], list(stored["keys"]), list(stored["made"])) == (2, ["2"], ["2"])


def test_the_file_of_an_older_version_has_no_times_and_works(own_keys: Path) -> None:
    keys.create(own_keys)
    stored = json.loads(own_keys.read_text())
    del stored["made"]
    own_keys.write_text(json.dumps(stored))
    assert keys.add(own_keys) == 2
    assert list(json.loads(own_keys.read_text())["made"]) == ["2"]


def test_many_who_add_a_key_at_once_get_one_each(own_keys: Path) -> None:
    keys.create(own_keys)
    made: list[int] = []
    crowd = [threading.Thread(target=lambda: made.append(keys.add(own_keys))) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(made) == [2, 3, 4, 5, 6, 7]
    assert set(json.loads(own_keys.read_text())["keys"]) == {str(number) for number in range(1, 8)}


def test_numbers_of_forgotten_keys_come_again_after_the_last(own_keys: Path) -> None:
    keys.create(own_keys)
    stored = json.loads(own_keys.read_text())
    stored["keys"] = {"255": stored["keys"]["1"]}
    stored["current"] = 255
    own_keys.write_text(json.dumps(stored))
    assert keys.add(own_keys) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from qibu.kernel import keys
def die(*_anything):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    keys._draft = die
else:
    whole = keys._draft
    keys._draft = lambda *given: (whole(*given), die())
keys.add(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("stage", ["before", "after"])
def test_who_is_killed_while_adding_a_key_leaves_the_old_file_whole(own_keys: Path, stage: str) -> None:
    keys.create(own_keys)
    before = own_keys.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, str(own_keys), stage], check=False)
    assert done.returncode == -signal.SIGKILL
    assert own_keys.read_bytes() == before
    assert keys.add(own_keys) == 2
