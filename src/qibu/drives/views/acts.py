"""The frame of every form of this app: who may, what it is about, how a refusal stands beside its field."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from qibu.drives import errors, selectors, words
from qibu.drives.models import Drive
from qibu.leads.errors import Unclaimed
from qibu.network.rules import Capability
from qibu.vehicles.acts import FormAct


class Act(FormAct):
    capability: str = Capability.SALES_WORK
    faults = (errors.DriveFault, Unclaimed)

    def refuse(self, form: Any, fault: Any) -> None:
        field, sentence = words.refusal(fault)
        if isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), self.counter: fault.version}
        form.add_error(field if field in form.fields else None, sentence)

    counter = "version"  # the hidden field that says which state the form was opened with


class OfDrive(Act):
    """About one drive; afterwards its page shows what came of it."""

    drive: Drive

    def prepare(self) -> None:
        self.drive = selectors.drive_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("drives:detail", args=[self.drive.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"drive": self.drive}
