"""The lists are gone through, a photo is taken, the customer signs."""

from __future__ import annotations

from django.http import Http404

from qibu.contracts.deliveries import DeliveryFileKept, DeliveryTicked
from qibu.deliveries import selectors, storage
from qibu.deliveries.errors import NoConsent
from qibu.deliveries.models import Delivery, DeliveryFile, Tick
from qibu.deliveries.rules import Picture, read_picture
from qibu.deliveries.services.holding import planned
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

Kind = DeliveryFile.Kind


def tick(*, actor: Actor, delivery_id: int, tick_id: int, done: bool) -> Tick:
    """Says how it is, not that it turned over: sent again over a bad line it changes nothing."""
    actor.require(Capability.SALES_WORK)
    delivery = planned(actor, delivery_id)
    line: Tick | None = delivery.ticks.select_for_update().filter(pk=tick_id).first()
    if line is None:
        raise Http404
    if (line.done_at is not None) == done:
        return line
    line.done_at, line.by_id = (times.now(), actor.staff_id) if done else (None, None)
    line.save(update_fields=["done_at", "by"])
    journal.record(DeliveryTicked(**delivery.about(), item=line.name, done=done), actor=actor)
    return line


def keep_photo(*, actor: Actor, delivery_id: int, content: bytes, agreed: bool) -> DeliveryFile:
    """Only with the customer's consent (民法典 art. 1019; PIPL art. 13). What it tells of place and time goes."""
    actor.require(Capability.SALES_WORK)
    delivery = planned(actor, delivery_id)
    if not agreed:
        raise NoConsent
    picture = read_picture(content)
    if delivery.photo_agreed_at is None:
        delivery.photo_agreed_at = times.now()
        delivery.save(update_fields=["photo_agreed_at"])
    return _kept(actor, delivery, Kind.PHOTO, picture)


def keep_signature(*, actor: Actor, delivery_id: int, content: bytes, name: str) -> DeliveryFile:
    """The customer's hand on the screen; a new one takes the place of an earlier one."""
    actor.require(Capability.SALES_WORK)
    delivery = planned(actor, delivery_id)
    picture = read_picture(content)
    for former in delivery.files.filter(kind=Kind.SIGNATURE):
        _gone(former)
    delivery.signed_by, delivery.signed_on_paper = name, False
    delivery.save(update_fields=["signed_by", "signed_on_paper"])
    return _kept(actor, delivery, Kind.SIGNATURE, picture)


def remove_file(*, actor: Actor, delivery_id: int, file_id: int) -> None:
    """While nothing is handed over yet; a photo also afterwards, when the customer takes the consent back."""
    actor.require(Capability.SALES_WORK)
    delivery = selectors.delivery_or_404(actor, delivery_id, lock=True)
    file: DeliveryFile | None = delivery.files.filter(pk=file_id).first()
    if file is None or (file.kind == Kind.SIGNATURE and not delivery.planned):
        raise Http404
    _gone(file)
    journal.record(DeliveryFileKept(**delivery.about(), kind=file.kind, removed=True), actor=actor)


def _kept(actor: Actor, delivery: Delivery, kind: str, picture: Picture) -> DeliveryFile:
    file: DeliveryFile = DeliveryFile.objects.create(
        organisation_id=actor.organisation_id, delivery=delivery, kind=kind, extension=picture.extension,
        bytes=len(picture.content), by_id=actor.staff_id,
    )  # fmt: skip
    storage.keep(file, picture.content)
    journal.record(DeliveryFileKept(**delivery.about(), kind=kind), actor=actor)
    return file


def _gone(file: DeliveryFile) -> None:
    storage.drop_later(file)
    DeliveryFile.objects.filter(pk=file.pk).delete()
