"""The backup of every night, in a process of its own: the worker stays small, a killed one leaves nothing half."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import datetime, time, timedelta

from qibu.kernel.keeping import Backups

log = logging.getLogger(__name__)
AGAIN = timedelta(hours=1)  # after a failure


def due(now: datetime, at: time, known: Backups) -> bool:
    """Once a day from `at` on, in the zone of `now`; a machine that slept then makes it up when it wakes."""
    moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    begins = moment if now >= moment else moment - timedelta(days=1)
    if known.last and known.last.made_at >= begins:
        return False
    return not known.failed or now - known.failed.happened_at >= AGAIN


def back_up() -> int:
    """Where to and how many to keep stand in the environment."""
    done = subprocess.run([sys.executable, "-m", "qibu", "backup"], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    log.log(logging.WARNING if done.returncode else logging.INFO, "nightly backup: %s", said)
    return done.returncode
