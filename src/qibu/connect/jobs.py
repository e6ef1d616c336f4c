"""The import's work in the background. Each job carries its tenant; what was interrupted is begun anew."""

from __future__ import annotations

import logging
from datetime import timedelta

from qibu.connect.models import Import
from qibu.connect.services import imports, searching, steps, watching
from qibu.connect.storage import Folder
from qibu.kernel import times
from qibu.kernel.jobs import app, each, once_each
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

log = logging.getLogger(__name__)
UPLOADING = timedelta(minutes=10)  # longer than a file takes from the web server into its folder
TRIES = 2  # how often a step is begun anew by itself before a person is asked


@app.task(name=imports.WORK)
def work(organisation_id: int, import_id: int) -> None:
    try:
        steps.work(actor=steps.actor_of(organisation_id, import_id), import_id=import_id)
    except watching.AlreadyAtWork:
        log.info("import %s is being worked on already", import_id)


@app.periodic(cron="* * * * *")
@app.task(name="qibu.connect.jobs.recover", queueing_lock="connect-recover", pass_context=False)
def recover(timestamp: int) -> None:
    """A process that was killed leaves its import in a running state: begin the step anew, or say so."""
    each(Organisation.objects.values_list("pk", flat=True), _take_up_all)


@app.periodic(cron="40 3 * * *")
@app.task(name="qibu.connect.jobs.tidy", queueing_lock="connect-tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """A process that was killed behind the end of a step, or in a search, left the rows it had read: they hold
    personal data."""
    each(Organisation.objects.values_list("pk", flat=True), _drop_rows)


def _drop_rows(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)):
        for one in Import.objects.all():
            searching.tidy(one)
            if one.state in (Import.State.LOADED, Import.State.UNDONE):
                steps.forget_rows(one)


@app.task(name=searching.WORK)
def search_sheets(organisation_id: int) -> None:
    """For somebody who was erased, in the sheets that lie here."""
    searching.work(actor=actors.system(organisation_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="qibu.connect.jobs.search_on", queueing_lock="connect-search-on", pass_context=False)
def search_on(timestamp: int) -> None:
    """Sheets somebody was at, and searches that a killed worker left."""
    each(Organisation.objects.values_list("pk", flat=True), _search_on)


def _search_on(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)):
        if searching.unfinished().exists():
            once_each(searching.WORK, [organisation_id])


def _forget_upload(one: Import) -> None:
    """Who sent the file got no answer: the process that took it in was killed. The file may be half a one."""
    Folder(one.organisation_id, one.pk).remove()
    one.delete()


def _take_up_all(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)):
        for one in Import.objects.filter(state=Import.State.UPLOADED, created_at__lt=times.now() - UPLOADING):
            _forget_upload(one)
        for one in Import.objects.filter(state__in=Import.RUNNING):
            _take_up(one)


def _take_up(one: Import) -> None:
    if one.progress.get("phase") == "queued" or watching.at_work(one.pk):
        return
    tries = one.progress.get("tries", 0)
    if tries >= TRIES:
        steps.settle(one, Import.State.FAILED, error={"code": "interrupted", "facts": {}})
        return
    Import.objects.filter(pk=one.pk).update(progress=one.progress | {"phase": "queued", "tries": tries + 1})
    imports.enqueue(one.organisation_id, one.pk)
