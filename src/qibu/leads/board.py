"""The pipeline as a board: a column for each stage, a card for each open lead. It shares its filters with the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors as catalog
from qibu.customers import selectors as customers
from qibu.customers.selectors import Point
from qibu.kernel import times
from qibu.leads import selectors, words
from qibu.leads.lists import LeadList
from qibu.leads.models import Lead, Stage
from qibu.network.rules import Capability
from qibu.ui.lists import Action

PAGE = 20  # cards of a column before "more"
SOON = timedelta(hours=2)


@dataclass
class Card:
    lead: Lead
    point: Point | None
    price: Decimal | None
    source: str
    days: int
    stale: bool


@dataclass
class Column:
    code: str
    name: str
    stale_days: int = 0
    known: bool = True  # a stage of the line; leads may stand where the line has none any more
    count: int = 0
    worth: Decimal = Decimal(0)
    cards: list[Card] = field(default_factory=list)
    after: int = 0

    @property
    def more(self) -> int:
        return self.count - self.after


class Board(LeadList):
    key = "leads-board"
    title = gettext_lazy("销售看板")
    presets = ()
    template = "leads/board.html"
    shown_filters = 9

    filters = tuple(one for one in LeadList.filters if one.key not in {"state", "stage"})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = bool(getattr(request, "htmx", False)) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
        template = "leads/board/board.html" if part and not request.htmx.boosted else self.template  # type: ignore[attr-defined]
        response = render(request, template, self.shown_board())
        patch_vary_headers(response, ("HX-Request", "Cookie"))
        return response

    def shown_board(self) -> dict[str, Any]:
        return {
            "page": self, "heading": self.title, "columns": self.columns_of_board, "total": self.sum,
            "tallies": self.tallies(), "may_work": self.actor.may(Capability.SALES_WORK),
            "may_assign": self.actor.may(Capability.SALES_ASSIGN),
            "grades": [(grade.value, words.within(pace)) for grade, pace in selectors.pace_of(self.actor).items()],
            "beside": self.beside(),
        }  # fmt: skip

    # Rows ---------------------------------------------------------------------------------------
    @cached_property
    def open_rows(self) -> QuerySet[Lead]:
        return self.filtered().order_by().filter(state=Lead.State.OPEN)

    @cached_property
    def stages(self) -> list[Stage]:
        series = self.query.get("series", "")
        brand = next((brand for brand, name in catalog.series_of(self.actor) if name == series), "") if series else ""
        return selectors.stages_for(self.actor, brand, series)

    @cached_property
    def columns_of_board(self) -> list[Column]:
        columns = [Column(row.code, str(row), row.stale_days) for row in self.stages]
        by_code = {one.code: one for one in columns}
        for stage, code, number in self._counted():
            if stage not in by_code:
                by_code[stage] = Column(stage, selectors.stage_called(self.actor, stage), known=False)
                columns.append(by_code[stage])
            by_code[stage].count += number
            by_code[stage].worth += number * self.prices.get(code, Decimal(0))
        for card in self.cards(self._first_of_each()):
            by_code[card.lead.stage].cards.append(card)
        for one in columns:
            one.after = len(one.cards)
        return columns

    def _counted(self) -> Sequence[tuple[str, str, int]]:
        rows = self.open_rows.values_list("stage", "model_code").annotate(number=Count("pk"))
        return [(stage, code, number) for stage, code, number in rows.order_by("stage", "model_code")]

    def _first_of_each(self) -> QuerySet[Lead]:
        """The first cards of each column, in one query."""
        place = Window(RowNumber(), partition_by=[F("stage")], order_by=[F("next_task__due_at").asc(), F("pk").asc()])
        return self.open_rows.annotate(place=place).filter(place__lte=PAGE).order_by("next_task__due_at", "pk")

    def cards(self, rows: QuerySet[Lead]) -> list[Card]:
        leads, stale = list(rows), {row.code: row.stale_days for row in self.stages}
        points, now = customers.phones_of([lead.customer_id for lead in leads]), times.now()
        sources = {one.code: str(one) for one in selectors.sources(self.actor, all_of_them=True)}
        found = []
        for lead in leads:
            days, limit = (now - lead.stage_at).days, stale.get(lead.stage, 0)
            found.append(
                Card(
                    lead, points.get(lead.customer_id), self.prices.get(lead.model_code),
                    sources.get(lead.source, lead.source), days, bool(limit) and days >= limit,
                )
            )  # fmt: skip
        return found

    @cached_property
    def prices(self) -> dict[str, Decimal]:
        return {code: found.row.price for code, found in catalog.resolved(self.actor).items()}

    # Beside the board ---------------------------------------------------------------------------
    @property
    def sum(self) -> int:
        return sum(one.count for one in self.columns_of_board)

    def tallies(self) -> dict[str, int]:
        now = times.now()
        due = self.open_rows.filter(next_task__due_at__lt=now + SOON)
        late = due.filter(next_task__due_at__lt=now).count()
        return {"late": late, "soon": due.count() - late}

    def beside(self) -> dict[str, int]:
        rows = selectors.visible(self.actor)
        since = times.start_of(times.today().replace(day=1))
        return {
            "pool": rows.filter(state=Lead.State.OPEN, consultant__isnull=True).count(),
            "lost": rows.filter(state=Lead.State.LOST, closed_at__gte=since).count(),
        }  # fmt: skip

    def actions(self) -> list[Action]:
        if not self.actor.may(Capability.SALES_RECEIVE):
            return []
        return [Action(gettext_lazy("新建线索"), reverse("leads:create"), "plus", key="N")]

    @property
    def other_view(self) -> str:
        """The list with the same filters."""
        query = self.request.GET.copy()
        query["view"] = "open"
        return f"{reverse('leads:list')}?{query.urlencode()}"


class Further(Board):
    """The next cards of one column: a fragment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stage, after = request.GET.get("column", ""), request.GET.get("after", "")
        if not after.isdecimal():
            raise Http404
        rows = self.open_rows.filter(stage=stage).order_by("next_task__due_at", "pk")
        begin = int(after)
        cards = self.cards(rows[begin : begin + PAGE])
        column = Column(stage, "", count=rows.count(), cards=cards, after=begin + len(cards))
        context = {"page": self, "column": column, "may_work": self.actor.may(Capability.SALES_WORK)}
        return render(request, "leads/board/cards.html", context)
