"""Forms of the drive itself: licence, agreement, out, back, what the customer thought."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.drives import errors, forms, selectors, wording, words
from qibu.drives.models import Licence, Signature
from qibu.drives.rules import Unsigned
from qibu.drives.services import driving, feedbacks
from qibu.drives.views.acts import OfDrive
from qibu.drives.views.bookings import refused
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.vehicles.acts import gone


class SeeLicence(OfDrive):
    form_class = forms.LicenceForm
    body = "drives/forms/licence.html"
    title, done = gettext_lazy("查验驾驶证"), gettext_lazy("驾驶证登记好了。")

    def initial(self) -> dict[str, Any]:
        known = Licence.objects.filter(drive=self.drive).first()
        if known is None:
            return {"driver": str(self.drive.lead.customer), "licence_class": "C1"}
        return {
            "driver": known.driver, "licence_class": known.licence_class, "issued_on": known.issued_on,
            "expires_on": known.expires_on, "for_good": known.expires_on is None,
        }  # fmt: skip

    def act(self, form: Any) -> str:
        driving.see_licence(actor=self.actor, drive_id=self.drive.pk, shown=form.shown())
        return self.back()


class Leave(OfDrive):
    form_class = forms.LeaveForm
    body = "drives/forms/mileage.html"
    title, submit, done = gettext_lazy("出车"), gettext_lazy("出车"), gettext_lazy("出车了，一路平安。")

    def initial(self) -> dict[str, Any]:
        return {"km": self.drive.car.mileage or None}

    def act(self, form: Any) -> str:
        driving.leave(actor=self.actor, drive_id=self.drive.pk, km=form.cleaned_data["km"])
        return self.back()


class ComeBack(OfDrive):
    form_class = forms.BackForm
    body = "drives/forms/mileage.html"
    title, submit, done = gettext_lazy("还车"), gettext_lazy("还车"), gettext_lazy("试驾完成，线索进到「已试驾」。")

    def act(self, form: Any) -> str:
        driving.come_back(actor=self.actor, drive_id=self.drive.pk, **form.cleaned_data)
        return reverse("drives:feedback", args=[self.drive.pk])


class GiveFeedback(OfDrive):
    """The consultant hands over the phone: the questions alone, nothing else to press."""

    form_class = forms.FeedbackForm
    body = "drives/forms/feedback.html"
    title, submit, done = gettext_lazy("试驾感受"), gettext_lazy("提交"), gettext_lazy("谢谢，已经记下了。")

    def act(self, form: Any) -> str:
        feedbacks.give(actor=self.actor, drive_id=self.drive.pk, answers=form.answers())
        return self.back()


@require_POST
def invite(request: Request, pk: int) -> HttpResponse:
    """A link for the customer's phone, shown once."""
    request.actor.require(Capability.SALES_WORK)
    drive = selectors.drive_or_404(request.actor, pk)
    try:
        token = feedbacks.invite(actor=request.actor, drive_id=pk)
    except errors.DriveFault as fault:
        return refused(request, pk, fault)
    link = request.build_absolute_uri(reverse("drives:public-feedback", args=[token]))
    return render(request, "drives/link.html", {"drive": drive, "link": link, "heading": _("试驾感受的链接")})


# The agreement ----------------------------------------------------------------------------------
@require_GET
def agreement(request: Request, pk: int) -> HttpResponse:
    """As it is signed on the screen, or printed; once it is signed, as it was."""
    request.actor.require(Capability.SALES_VIEW)
    return _agreement(request, pk)


def _agreement(request: Request, pk: int, *, sentence: str = "", status: int = 200) -> HttpResponse:
    drive = selectors.drive_or_404(request.actor, pk)
    signed = Signature.objects.filter(drive=drive).defer("picture").select_related("witness").first()
    if signed:
        title, body = signed.title, signed.body
    else:
        title, unfilled = selectors.agreement(request.actor).row.words
        body = wording.filled(request.actor, drive, unfilled)
    may_sign = signed is None and drive.state == drive.State.BOOKED and request.actor.may(Capability.SALES_WORK)
    context = {
        "drive": drive, "signed": signed, "words_title": title, "words_body": body, "heading": title,
        "may_sign": may_sign, "sentence": sentence,
    }  # fmt: skip
    return render(request, "drives/agreement.html", context, status=status)


@require_POST
def sign(request: Request, pk: int) -> HttpResponse:
    """With a finger on the screen, or it was signed on paper."""
    on_paper = request.POST.get("way") == Signature.Way.PAPER
    try:
        driving.sign(
            actor=request.actor, drive_id=pk, strokes=request.POST.get("strokes", ""), on_paper=on_paper
        )  # fmt: skip
    except Unsigned:
        return _agreement(request, pk, sentence=_("没有看到签字。请在框里写下姓名，再按「签好」。"), status=422)
    except errors.DriveFault as fault:
        return _agreement(request, pk, sentence=words.refusal(fault)[1], status=422)
    return gone(request, reverse("drives:detail", args=[pk]), gettext_lazy("协议签好了。"))


@require_GET
def picture(request: Request, pk: int) -> HttpResponse:
    """The signature, drawn by us of numbers alone."""
    request.actor.require(Capability.SALES_VIEW)
    drive = selectors.drive_or_404(request.actor, pk)
    signed = Signature.objects.filter(drive=drive).first()
    if signed is None or not signed.picture:
        raise Http404
    answer = HttpResponse(str(signed.picture), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
