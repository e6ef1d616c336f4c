"""Work of the background for customers."""

from __future__ import annotations

from qibu.customers.services import erasures
from qibu.kernel.jobs import app, each
from qibu.network.models import Organisation


@app.periodic(cron="* * * * *")
@app.task(name="qibu.customers.jobs.note_erasures", queueing_lock="customers-note-erasures", pass_context=False)
def note_erasures(timestamp: int) -> None:
    """Who was erased while the process died before it was written down outside the database."""
    each(list(Organisation.objects.values_list("pk", flat=True)), erasures.note)


@app.periodic(cron="7 * * * *")
@app.task(name="qibu.customers.jobs.mend_ledger", queueing_lock="customers-mend-ledger", pass_context=False)
def mend_ledger(timestamp: int) -> None:
    """Lines that the ledger of erasures has lost: cut off at its end, or the whole file."""
    erasures.mend()
