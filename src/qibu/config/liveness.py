"""Whether a process is alive, and whether it is still the one that was meant."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# Children are reaped through their Popen object; without it a dead child would look alive.
_children: dict[int, subprocess.Popen[bytes]] = {}


def remember(child: subprocess.Popen[bytes]) -> None:
    _children[child.pid] = child


def alive(number: int) -> bool:
    child = _children.get(number)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(number) != "Z"


def start_mark(number: int) -> str:
    """When the process began, in the kernel's own count; numbers are used again, this pair is not."""
    fields = _stat(number)
    return fields[19] if fields else _ps(number, "lstart=")


def command_line(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return _ps(number, "args=")


def _state(number: int) -> str:
    fields = _stat(number)
    return fields[0] if fields else ""


def _stat(number: int) -> list[str]:
    """The kernel's line about a process, after its name, which may itself hold spaces and brackets."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ps(number: int, column: str) -> str:
    if Path("/proc/self").exists():
        return ""
    command = ["ps", "-o", column, "-p", str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
