"""A form for one act on a delivery."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from qibu.deliveries import errors, selectors, words
from qibu.deliveries.models import Delivery
from qibu.orders.acts import SalesAct


class DeliveryAct(SalesAct):
    delivery: Delivery
    faults = words.FAULTS
    main: str | None = None  # the field that a refusal stands beside, where it has none of its own

    def prepare(self) -> None:
        self.delivery = selectors.delivery_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("deliveries:detail", args=[self.delivery.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"delivery": self.delivery, "order": self.delivery.order}

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.NotReady):
            for lack in fault.lacking:
                form.add_error(words.FIELDS.get(lack), words.LACKS[lack])
            return
        field, sentence = words.sentence(fault)
        form.add_error(field if field in form.fields else self.main, sentence)
        if isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), "version": fault.version}
