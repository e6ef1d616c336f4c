"""What `bin/qibu` and `bin/test` share: the environment, made and refreshed when its sources changed.

Standard library only, and syntax that an old Python can read far enough to be told that it is too old.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

FULL = "No space left on device"
CHECKOUT = Path(__file__).resolve().parents[1]
BUILD = CHECKOUT / "build"
SOURCE = CHECKOUT / "src"
OLDEST = (3, 11)


class Trouble(Exception):
    """A sentence for the one at the keyboard."""


def venv():
    return Path(os.environ.get("QIBU_VENV") or CHECKOUT / ".venv").expanduser().absolute()


def python():
    return venv() / "bin" / "python"


def check_python():
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        raise Trouble(
            f"七步需要 Python 3.11 或更新的版本，这里是 {have}。"
            "在 Debian 12 及以上请执行：apt install python3 python3-venv\n"
            f"Qibu needs Python 3.11 or newer; this is {have}."
        )
    if python().exists():
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        number = ".".join(map(str, sys.version_info[:2]))
        raise Trouble(
            f"这里的 Python 缺少 venv 模块。请先执行：apt install python3-venv（或 python{number}-venv）\n"
            "The venv module is missing: install the package python3-venv."
        ) from None


def ready(kind, *, assets=True):
    """Have everything that the code of this checkout needs; `kind` names a file of locked requirements."""
    check_python()
    if not open_steps(kind, assets):
        return
    make_folder(BUILD)
    with (BUILD / "setup.lock").open("a") as lock:
        wait_for(lock)
        steps = open_steps(kind, assets)
        for number, (title, stamp, mark, work) in enumerate(steps, 1):
            with Progress(f"[{number}/{len(steps)}] {title}") as progress:
                work(progress)
            make_folder(stamp.parent)
            stamp.write_text(mark)


def open_steps(kind, assets):
    return [step for step in plan(kind, assets) if step[2] != read(step[1])]


def plan(kind, assets):
    """Steps as (title, stamp file, what the stamp must say, work)."""
    lock = CHECKOUT / "requirements" / f"{kind}.txt"
    wanted = f"{digest([lock])} {SOURCE}"
    steps = [
        ("准备 Python 环境 · Python environment", venv() / "qibu-python", usable_mark(), make_environment),
        ("安装依赖 · dependencies", venv() / f"qibu-{kind}", wanted, lambda seen: install(lock, seen)),
    ]
    if assets:
        words = states(SOURCE.glob("qibu/**/locale/**/*.po"))
        shaping = [SOURCE / "qibu/ui/assets.py", SOURCE / "qibu/config/collecting.py"]
        files = states([*SOURCE.glob("qibu/*/static/**/*"), *shaping, lock.with_name("base.txt")])
        compiling = ["-m", "qibu", "messages", "compile"]
        if words:
            steps.append(("编译翻译 · translations", BUILD / "messages.stamp", words, runner(compiling)))
        collecting = ["-m", "qibu.config.collecting"]
        steps.append(("收集静态文件 · static files", BUILD / "static.stamp", files, runner(collecting)))
    return steps


def usable_mark():
    """A home-made environment is used as it is; one whose Python has gone is made again."""
    works = python().exists() and subprocess.run([str(python()), "-c", ""], check=False).returncode == 0
    return read(venv() / "qibu-python") or "found" if works else f"made {time.time_ns()}"


def make_environment(progress):
    if not python().exists() or subprocess.run([str(python()), "-c", ""], check=False).returncode:
        run([sys.executable, "-m", "venv", "--clear", str(venv())], progress)


def install(lock, progress):
    """Exactly what is locked, by its hashes. From where is for pip's own configuration to say."""
    total = sum("==" in line for line in lock.read_text().splitlines() if not line.startswith((" ", "#")))
    command = [str(python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--require-hashes", "-r", str(lock)]
    run(command, progress, counts=("Collecting ", "Requirement already satisfied"), total=total)
    places = next((venv() / "lib").glob("python3*")) / "site-packages"
    (places / "qibu.pth").write_text(f"{SOURCE}\n")


def runner(arguments):
    return lambda progress: run([str(python()), *arguments], progress)


def run(command, progress, counts=(), total=0):
    """Run a program without its chatter; when it fails, its last words are shown."""
    words = []
    done = 0
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    program = subprocess.Popen(command, text=True, errors="replace", cwd=str(CHECKOUT), **streams)
    for line in program.stdout:
        words.append(line.rstrip())
        if counts and line.startswith(counts):
            done += 1
            progress.tell(f"{min(done, total)}/{total}")
    if program.wait():
        full = [no_room()] if any(FULL in line for line in words) else []
        raise Trouble("\n".join([*full, f"失败 · failed: {' '.join(command)}", *words[-25:]]))


def no_room(place=CHECKOUT):
    return (
        f"{place} 所在的磁盘满了，环境没有准备完。请清理磁盘，至少腾出 1 GB，再运行一次。\n"
        f"The disk of {place} is full: free some space, 1 GB at least, and run it again."
    )


class Progress:
    """A line that says what goes on and for how long; in a log only its beginning and end."""

    def __init__(self, title):
        self.title = title
        self.began = time.monotonic()
        self.live = sys.stderr.isatty()

    def __enter__(self):
        print(f"{self.title} …", end="" if self.live else "\n", file=sys.stderr, flush=True)
        return self

    def tell(self, text):
        if self.live:
            print(f"\r{self.title} … {text} {self.seconds()}", end="", file=sys.stderr, flush=True)

    def seconds(self):
        return f"({time.monotonic() - self.began:.1f} s)"

    def __exit__(self, kind, _error, _trace):
        start = "\r" if self.live else ""
        state = "✗" if kind else "✓"
        print(f"{start}{self.title} {state} {self.seconds()}          ", file=sys.stderr, flush=True)


def wait_for(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("另一个命令正在准备环境，等它完成 … · waiting for another set-up", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def make_folder(path):
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Trouble(no_room(path)) from error
        text = f"不能写入 {path}：{error.strerror}。请用有权限的用户运行。 · can't write {path}"
        raise Trouble(text) from error


def read(path):
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def states(paths):
    """A mark that changes when a file is added, removed or changed."""
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        found = path.stat()
        total.update(f"{path.relative_to(CHECKOUT)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return total.hexdigest()


def environment():
    """For the program itself: its text is UTF-8 whatever the terminal was set to, and what was compiled once is kept,
    since several processes start each time."""
    left = {"PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in left}
    return {**kept, "PYTHONUTF8": "1"}


def guarded(main):
    """Run the script; trouble ends in a sentence."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(no_room(error.filename or CHECKOUT), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
