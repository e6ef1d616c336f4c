"""What the worker does at the doors: looks into mailboxes, lets in the rows of sheets."""

from __future__ import annotations

from django.db import connection

from qibu.intake.mail import Unreachable
from qibu.intake.models import LeadSheet
from qibu.intake.services import letters, sheets
from qibu.kernel import times
from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors


# The lock, too: a slow server must not take both hands of the worker.
@app.periodic(cron="* * * * *")
@app.task(name="intake.mailboxes", queueing_lock="intake.mailboxes", lock="intake.mailboxes", pass_context=False)
def look_into_mailboxes(timestamp: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM intake_organisations_with_mailboxes()")
        numbers = [number for (number,) in cursor.fetchall()]
    each(numbers, _look)


def _look(organisation_id: int) -> None:
    """What is wrong with the server stands beside the mailbox, where its owner sees it."""
    try:
        letters.look(actor=actors.system(organisation_id))
    except Unreachable:
        return


@app.task(name=sheets.WORK)
def load_sheet(organisation_id: int, sheet_id: int) -> None:
    sheets.work(actor=actors.system(organisation_id), sheet_id=sheet_id)


@app.periodic(cron="* * * * *")
@app.task(name="qibu.intake.jobs.take_up", queueing_lock="intake-take-up", pass_context=False)
def take_up(timestamp: int) -> None:
    """Sheets that stand still because their process was killed go on behind their last piece."""
    each(Organisation.objects.values_list("pk", flat=True), _take_up)


def _take_up(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)):
        still = LeadSheet.objects.filter(state=LeadSheet.State.LOADING, beat__lt=times.now() - sheets.STANDS_STILL)
        for one in still.select_for_update(skip_locked=True):
            one.beat = times.now()
            one.save(update_fields=["beat"])
            app.configure_task(sheets.WORK).defer(organisation_id=organisation_id, sheet_id=one.pk)
