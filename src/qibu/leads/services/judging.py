"""After each act on a lead: its grade and its chance follow what is known now, in the same transaction."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.leads.models import Lead


def look(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: a held lead is judged anew; what somebody said by hand stays."""
    from qibu.leads.services import grading, scoring  # both act and end here

    grading.regrade(actor, lead)
    scoring.judge(actor, lead)
