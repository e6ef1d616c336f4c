"""The last step of a restore, in a process of its own, since settings belong to one home: nothing old goes out.

Jobs that waited are dropped: what they were for is found again from the rows by the clock, or was stopped and is begun
anew by a person. Everybody signs in again: who was signed out since the backup would be signed in otherwise.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime

from django.db import connection, transaction

from qibu.config.loading import set_up_django
from qibu.config.migrating import bring_up_to_date

# Nobody works at them: the database has just been filled.
JOBS = "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status IN ('todo', 'doing')"


def settle(snapshot_at: datetime) -> dict[str, int]:
    """Once, in one transaction: after a crash it is as if nothing had been settled."""
    from qibu.contracts.network import HomeRestored
    from qibu.kernel import journal, restored, times
    from qibu.kernel.scoping import scope
    from qibu.network.models import Organisation
    from qibu.network.services import actors

    found: Counter[str] = Counter()
    moments = restored.Moments(snapshot_at, times.now())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            found["jobs"] = cursor.rowcount
            cursor.execute("DELETE FROM django_session")
            found["sessions"] = cursor.rowcount
        for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
            with scope(actors.system(organisation_id)) as actor:
                for act in restored.acts():
                    found.update(act(actor, moments))
                journal.record(HomeRestored(snapshot_at=snapshot_at.isoformat()), actor=actor)
    return dict(found)


def main() -> None:
    """For `restoring`: the home of the environment, whose database is running."""
    set_up_django()
    bring_up_to_date(lambda text: print(text, file=sys.stderr), content=True)
    print(json.dumps(settle(datetime.fromisoformat(sys.argv[1]))))


if __name__ == "__main__":
    main()
