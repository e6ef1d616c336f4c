"""The editor of a quotation: what holds for all, and up to four variants side by side, reckoned while one types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.errors import Closed, Unclaimed
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.quotes import selectors, words
from qibu.quotes.errors import BadOffer, ChangedMeanwhile, NotNow
from qibu.quotes.forms import HeaderForm, VariantForm, initial_of, initials_of
from qibu.quotes.models import Appraisal, Quote
from qibu.quotes.services import drafts
from qibu.quotes.services.book import Book, Reckoned
from qibu.quotes.sheets import Column, sheet_of

MOST = drafts.MOST_VARIANTS


class Typed:
    """The forms of a quotation as they were sent."""

    def __init__(self, actor: Actor, lead: Lead, data: QueryDict, quote: Quote | None = None) -> None:
        self.data, self.lead, self.book = data, lead, Book(actor)
        self.appraisals = selectors.appraisals_of(lead.pk)
        kept = selectors.variants_of([quote])[quote.pk] if quote else []
        self.kept = dict(enumerate(kept))
        self.header = HeaderForm(data, appraisals=self.appraisals)
        self.variants = [self._variant(number) for number in range(self.count)]

    @property
    def count(self) -> int:
        said = self.data.get("variants", "1")
        return min(max(int(said), 1), MOST) if said.isdecimal() and len(said) < 3 else 1

    def _variant(self, number: int) -> VariantForm:
        return VariantForm(self.data, prefix=f"v{number}", book=self.book, kept=self.kept.get(number))

    @property
    def valid(self) -> bool:
        return all([self.header.is_valid(), *(one.is_valid() for one in self.variants)])

    @property
    def appraisal(self) -> Appraisal | None:
        wanted = self.header.cleaned_data["appraisal"]
        return next((one for one in self.appraisals if one.pk == wanted), None)

    def reckoned(self) -> list[Reckoned]:
        """Raises `BadOffer`."""
        header, appraisal = self.header.header(), self.appraisal
        return [
            self.book.reckon(number, form.offer(), header, appraisal) for number, form in enumerate(self.variants)
        ]

    def refuse(self, fault: BadOffer) -> None:
        field, sentence = words.bad_offer(fault)
        self.variants[fault.number].add_error(field, sentence)

    def rearranged(self) -> list[VariantForm]:
        """One column more, like the last one, or one less; nothing that was typed is lost or complained of."""
        typed = [_as_typed(form) for form in self.variants]
        removed = self.data.get("remove", "")
        if removed.isdecimal() and len(typed) > 1:
            typed = [one for number, one in enumerate(typed) if number != int(removed)]
        elif "add" in self.data and len(typed) < MOST:
            typed.append({**typed[-1], "name": ""})
        return columns_of(self.book, typed)


def _as_typed(form: Form) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def columns_of(book: Book, initials: list[dict[str, Any]]) -> list[VariantForm]:
    return [VariantForm(initial=one, prefix=f"v{number}", book=book) for number, one in enumerate(initials)]


class Editor(View):
    """Shows the forms and keeps what was typed as a draft."""

    lead: Lead
    quote: Quote | None = None  # which is changed
    like: Quote | None = None  # which the new one begins from
    title: Any = ""

    @property
    def actor(self) -> Actor:
        found: Actor = self.request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.actor.require(Capability.SALES_WORK)
        self.prepare()
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return answer

    def prepare(self) -> None:
        raise NotImplementedError

    def keep(self, typed: Typed) -> Quote:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        begun = self.quote or self.like
        book = Book(self.actor)
        kept = selectors.variants_of([begun])[begun.pk] if begun else []
        first = drafts.first_offer(book, self.lead)
        initials = initials_of(kept) or ([initial_of(first)] if first else [{}])
        columns = [
            VariantForm(initial=one, prefix=f"v{number}", book=book, kept=kept[number] if kept else None)
            for number, one in enumerate(initials)
        ]
        header = HeaderForm(initial=self._header(begun), appraisals=selectors.appraisals_of(self.lead.pk))
        return self._shown(header, columns)

    def _header(self, begun: Quote | None) -> Mapping[str, Any]:
        today, days = times.today(), selectors.quote_rules(self.actor).valid_days
        until = today + timedelta(days=days)
        if begun is None:
            holding = [one for one in selectors.appraisals_of(self.lead.pk) if one.valid_until >= today]
            appraisal = holding[0].pk if holding else ""
            return {"bought_on": today, "valid_until": until, "appraisal": appraisal}
        return {
            "bought_on": begun.bought_on if self.quote else max(begun.bought_on, today),
            "valid_until": max(begun.valid_until, today) if self.quote else until, "company": begun.company,
            "appraisal": begun.appraisal_id or "", "remark": begun.remark, "edits": begun.edits,
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = Typed(self.actor, self.lead, request.POST, self.quote)
        if "add" in request.POST or "remove" in request.POST:
            header = HeaderForm(initial=_as_typed(typed.header), appraisals=typed.appraisals)
            return self._shown(header, typed.rearranged())
        if typed.valid:
            try:
                quote = self.keep(typed)
            except BadOffer as fault:
                typed.refuse(fault)
            except Closed:
                typed.header.add_error(None, _("这条线索已经结束，不能再报价。要继续跟进，请先重新打开它。"))
            except Unclaimed:
                typed.header.add_error(None, _("这条线索在公海，请先领取，再报价。"))
            except NotNow:
                typed.header.add_error(None, _("这份报价刚刚发出或送审了，不能再改。要改请做一个新版本。"))
            except ChangedMeanwhile as fault:
                typed.header.data = {**typed.header.data.dict(), "edits": fault.edits}  # type: ignore[attr-defined]
                typed.header.add_error(None, _("这份报价刚被同事改过。请核对后再保存一次，以您填的为准。"))
            else:
                messages.success(request, _("报价已保存。"))
                return HttpResponseRedirect(reverse("quotes:detail", args=[quote.pk]))
        return self._shown(typed.header, typed.variants, 422)

    def _shown(self, header: HeaderForm, columns: list[VariantForm], status: int = 200) -> HttpResponse:
        context = {
            "header": header, "columns": columns, "lead": self.lead, "quote": self.quote, "heading": self.title,
            "may_add": len(columns) < MOST, "back": self.back, "draft": f"quote-{self.lead.pk}-{self._which}",
        }  # fmt: skip
        return render(self.request, "quotes/editor.html", context, status=status)

    @property
    def _which(self) -> str:
        return f"{self.quote.pk}-{self.quote.edits}" if self.quote else "new"

    @property
    def back(self) -> str:
        begun = self.quote or self.like
        return reverse("quotes:detail", args=[begun.pk]) if begun else reverse("leads:detail", args=[self.lead.pk])


class Create(Editor):
    @property
    def title(self) -> str:
        return _("新报价")

    def prepare(self) -> None:
        self.lead = leads.lead_or_404(self.actor, self.kwargs["lead_id"])

    def keep(self, typed: Typed) -> Quote:
        offers = [one.offer() for one in typed.variants]
        replaces = self.like.pk if self.like else None
        return drafts.write(
            actor=self.actor, lead_id=self.lead.pk, header=typed.header.header(), offers=offers, replaces_id=replaces
        )


class Revise(Create):
    """A further version of one that was sent: it begins with what that one said."""

    @property
    def title(self) -> str:
        return _("新版本")

    def prepare(self) -> None:
        self.like = selectors.quote_or_404(self.actor, self.kwargs["pk"])
        self.lead = self.like.lead


class Edit(Editor):
    @property
    def title(self) -> str:
        return _("编辑报价 {number}").format(number=self.quote)

    def prepare(self) -> None:
        self.quote = selectors.quote_or_404(self.actor, self.kwargs["pk"])
        self.lead = self.quote.lead

    def keep(self, typed: Typed) -> Quote:
        assert self.quote is not None
        return drafts.change(
            actor=self.actor, quote_id=self.quote.pk, edits=typed.header.cleaned_data["edits"] or 0,
            header=typed.header.header(), offers=[one.offer() for one in typed.variants],
        )  # fmt: skip


@require_POST
def reckon(request: Request, lead_id: int) -> HttpResponse:
    """What stands in the editor, reckoned; nothing is kept. As long as something is missing, the table waits."""
    request.actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(request.actor, lead_id)
    typed = Typed(request.actor, lead, request.POST)
    context: dict[str, Any] = {"sheet": None, "trouble": ""}
    if typed.valid:
        try:
            context["sheet"] = sheet_of([_column(number, one) for number, one in enumerate(typed.reckoned(), 1)])
        except BadOffer as fault:
            context["trouble"] = words.bad_offer(fault)[1]
    return render(request, "quotes/parts/reckoned.html", context)


def _column(order: int, one: Reckoned) -> Column:
    plan = str(one.plan) if one.plan else ""
    return Column(order, one.offer.name, str(one.car), one.offer.colour, one.parts, one.terms, plan)
