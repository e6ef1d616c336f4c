"""The start from a bare checkout, as far as it can be tried without making an environment."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "bin" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BUILD", tmp_path)
    return module


def test_an_old_python_is_told_what_to_install(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.Trouble, match=r"3\.9\.2.*apt install"):
        bootstrap.check_python()


def test_a_missing_venv_module_is_named_with_its_package(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QIBU_VENV", str(tmp_path / "none"))
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.Trouble, match="python3-venv"):
        bootstrap.check_python()


def test_what_was_done_is_not_done_again(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    steps = [("step", bootstrap.BUILD / "stamp", "mark", done.append)]
    monkeypatch.setattr(bootstrap, "plan", lambda kind, assets: steps)
    bootstrap.ready("base")
    bootstrap.ready("base")
    assert len(done) == 1


def test_a_step_that_fails_is_tried_again_and_says_why(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = bootstrap.runner(["-c", "raise SystemExit('no space left')"])
    monkeypatch.setattr(bootstrap, "plan", lambda kind, assets: [("s", bootstrap.BUILD / "s", "m", failing)])
    for _ in range(2):
        with pytest.raises(bootstrap.Trouble, match="no space left"):
            bootstrap.ready("base")


def test_a_full_disk_is_told_before_the_program_s_words(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = bootstrap.runner(["-c", "raise OSError(28, 'No space left on device')"])
    monkeypatch.setattr(bootstrap, "plan", lambda kind, assets: [("s", bootstrap.BUILD / "s", "m", failing)])
    with pytest.raises(bootstrap.Trouble, match=r"^\S+ 所在的磁盘满了.*\n.*is full"):
        bootstrap.ready("base")


def test_a_full_disk_that_bars_the_set_up_itself_is_told(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_arguments: list[str]) -> None:
        raise OSError(28, "No space left on device", "/some/place")

    with pytest.raises(SystemExit, match="1"):
        bootstrap.guarded(refuse)
    assert "/some/place 所在的磁盘满了" in capsys.readouterr().err


def test_the_locks_name_no_address() -> None:
    locks = [path.read_text() for path in (CHECKOUT / "requirements").glob("*.txt")]
    assert locks
    assert not [lock for lock in locks if re.search(r"https?://|--(extra-)?index-url|--find-links", lock)]


def test_the_development_lock_holds_the_versions_of_the_product() -> None:
    base, dev = (pinned(f"{name}.txt") for name in ("base", "dev"))
    assert base.items() <= dev.items()


def pinned(name: str) -> dict[str, str]:
    text = (CHECKOUT / "requirements" / name).read_text()
    return dict(re.findall(r"^([\w.\[\],-]+)==(\S+)", text, re.MULTILINE))
