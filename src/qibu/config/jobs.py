"""What the worker does for the home as a whole."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from qibu.config.backups import nightly
from qibu.kernel import keeping, times
from qibu.kernel.jobs import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="qibu.config.jobs.back_up", queueing_lock="config-backup", lock="config-backup", pass_context=False)
def back_up(timestamp: int) -> None:
    """Where the operator said whereto; each ten minutes it is looked whether it is time."""
    if not settings.QIBU_BACKUP_TO:
        return
    known = keeping.backups(Path(settings.QIBU_HOME))
    if nightly.due(times.now().astimezone(times.ZONE), settings.QIBU_BACKUP_AT, known):
        nightly.back_up()
