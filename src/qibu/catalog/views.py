"""Settings: the cars that are sold, what is sold beside them, the tables that quotations are reckoned by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.catalog import selectors
from qibu.catalog.addresses import restore_address
from qibu.catalog.content_views import About, added, changed
from qibu.catalog.forms import (
    HINTS,
    NAMES,
    CarForm,
    ExtraForm,
    NewCarForm,
    NewExtraForm,
    TableForm,
)
from qibu.catalog.inheriting import CAR, EXTRA, TABLE
from qibu.catalog.rules.tables import TABLES
from qibu.catalog.services import saying, tables
from qibu.catalog.services.tables import Broken
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import Resolved, provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability

CAR_PAGE = About(CAR, saying.CAR, "catalog/car_model.html", "catalog:cars")
EXTRA_PAGE = About(EXTRA, saying.EXTRA, "catalog/extra.html", "catalog:extras")


@require_GET
def car_list(request: Request) -> HttpResponse:
    """By series; what is typed narrows it."""
    request.actor.require(Capability.SALES_MANAGE)
    asked = request.GET.get("q", "").strip()
    found = {code: one for code, one in selectors.resolved(request.actor).items() if _matches(one, asked)}
    context = {"groups": _by_series(_told(request, found)), "asked": asked, "followers": followers(request.actor, CAR)}
    return render(request, "catalog/cars.html", context)


def _matches(one: Resolved[Any], asked: str) -> bool:
    car = one.row
    return asked.casefold() in " ".join((car.code, car.brand, str(car))).casefold()


def _told(request: Request, found: Mapping[str, Resolved[Any]]) -> list[dict[str, Any]]:
    sources = provenance({one.source_id for one in found.values()}, request.actor.organisation_id)
    return [{"row": one.row, "own": one.own, "source": sources[one.source_id]} for one in found.values()]


def _by_series(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(f"{row['row'].brand} {row['row'].series}", []).append(row)
    return list(groups.items())


@require_http_methods(["GET", "POST"])
def new_car(request: Request) -> HttpResponse:
    form = NewCarForm(request.POST or None, initial={"on_sale": True, "seats": 5})
    return added(request, form, CAR_PAGE, _("新车型"))


@require_http_methods(["GET", "POST"])
def car(request: Request, code: str) -> HttpResponse:
    found = _living(request, selectors.resolved(request.actor), code)
    return changed(request, CarForm, found, CAR_PAGE)


@require_GET
def extra_list(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    rows = _told(request, selectors.resolved_extras(request.actor))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["row"].get_kind_display(), []).append(row)
    context = {"groups": list(groups.items()), "followers": followers(request.actor, EXTRA)}
    return render(request, "catalog/extras.html", context)


@require_http_methods(["GET", "POST"])
def new_extra(request: Request) -> HttpResponse:
    form = NewExtraForm(request.POST or None, initial={"active": True, "kind": "accessory"})
    return added(request, form, EXTRA_PAGE, _("新项目"))


@require_http_methods(["GET", "POST"])
def extra(request: Request, code: str) -> HttpResponse:
    found = _living(request, selectors.resolved_extras(request.actor), code)
    return changed(request, ExtraForm, found, EXTRA_PAGE)


def _living(request: Request, found: Mapping[str, Resolved[Any]], code: str) -> Resolved[Any]:
    request.actor.require(Capability.SALES_MANAGE)
    if code not in found:
        raise Http404
    return found[code]


@require_GET
def table_list(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.resolved_tables(request.actor)
    rows = _told(request, {code: found[code] for code in TABLES if code in found})
    for row in rows:
        row |= {"name": NAMES[row["row"].code], "hint": HINTS[row["row"].code]}
    return render(request, "catalog/tables.html", {"rows": rows, "followers": followers(request.actor, TABLE)})


@require_http_methods(["GET", "POST"])
def table(request: Request, code: str) -> HttpResponse:
    found = _living(request, selectors.resolved_tables(request.actor), code)
    spec = TABLES.get(code)
    if spec is None:
        raise Http404
    form = TableForm(spec, found.row.rows, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        rows = form.rows
        try:
            tables.change(actor=request.actor, code=code, rows=rows, seen=form.opened)
        except Broken as broken:
            form.refuse(broken.wrong)
        except Disputed as disputed:
            form.dispute(disputed.theirs["rows"])
        else:
            messages.success(request, _("费率表已保存。已经写好的报价不变。"))
            return redirect("catalog:tables")
    sources = provenance({found.source_id}, request.actor.organisation_id)
    context = {
        "form": form, "heading": NAMES[code], "hint": HINTS[code], "own": found.own, "code": code,
        "source": sources[found.source_id], "restore": restore_address(TABLE, code),
        "followers": followers(request.actor, TABLE, code),
    }  # fmt: skip
    failed = form.errors or form.disputed
    return render(request, "catalog/table.html", context, status=422 if failed else 200)
