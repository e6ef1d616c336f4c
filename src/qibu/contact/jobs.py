"""What the worker does for letters: once a minute it writes what is due and hands over what waits."""

from __future__ import annotations

from django.db import connection

from qibu.contact.services import delivering, writing
from qibu.kernel import times
from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.network.services import actors


@app.periodic(cron="* * * * *")
@app.task(name="contact.write", queueing_lock="contact.write", pass_context=False)
def write_letters(timestamp: int) -> int:
    """Each organisation that may write, in a scope of its own; gives the number of letters."""
    now, totals = times.now(), list[int]()

    def write(organisation_id: int) -> None:
        with scope(actors.system(organisation_id)) as actor:
            totals.append(writing.write_due(actor=actor, now=now))

    each(_numbers("contact_organisations_that_write()"), write)
    return sum(totals)


# The lock, too: with a slow mail server one turn may last longer than a minute, and must not take both hands.
@app.periodic(cron="* * * * *")
@app.task(name="contact.deliver", queueing_lock="contact.deliver", lock="contact.deliver", pass_context=False)
def deliver_letters(timestamp: int) -> None:
    each(
        _numbers("contact_organisations_with_due_messages(now())"),
        lambda organisation_id: delivering.deliver_all(actor=actors.system(organisation_id)),
    )


def _numbers(function: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}")  # noqa: S608  (a constant of this module)
        return [number for (number,) in cursor.fetchall()]
