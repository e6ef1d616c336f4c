"""The content library: pieces, their preview as a customer sees them, and how often people are written to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.catalog.addresses import restore_address
from qibu.catalog.services.cars import CodeTaken
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.images import LARGEST, BadImage
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.nurturing import selectors, storage, words
from qibu.nurturing.forms import NewPieceForm, PieceForm, RulesForm
from qibu.nurturing.inheriting import PIECE, RULES
from qibu.nurturing.models import Illustration, Piece
from qibu.nurturing.rules import read_markup
from qibu.nurturing.selectors.figures import Figures
from qibu.nurturing.services import library

NOTHING = Figures()


def may_read(actor: Actor) -> None:
    """Who works on leads, and who keeps the content for those who do."""
    if not actor.may(Capability.SALES_MANAGE):
        actor.require(Capability.SALES_VIEW)


@require_GET
def pieces(request: Request) -> HttpResponse:
    may_read(request.actor)
    found, figures = selectors.resolved_pieces(request.actor), selectors.of_pieces(request.actor)
    kind = request.GET.get("kind", "")
    kinds = [
        (one.value, one.label) for one in Piece.Kind if any(row.row.kind == one for row in found.values())
    ]
    sources = provenance({one.source_id for one in found.values()}, request.actor.organisation_id)
    rows = [
        {
            "piece": one.row, "own": one.own, "source": sources[one.source_id], "figures": figures.get(code, NOTHING),
            "over": one.row.active and not one.row.offered(times.today()),
        }
        for code, one in found.items() if kind in ("", one.row.kind)
    ]  # fmt: skip
    context = {
        "rows": rows, "kinds": kinds, "kind": kind, "heading": _("培育"), "tab": "library", "any": bool(found),
        "followers": followers(request.actor, PIECE), **_rights(request.actor),
    }  # fmt: skip
    return render(request, "nurturing/library.html", context)


def _rights(actor: Actor) -> dict[str, bool]:
    return {"may_manage": actor.may(Capability.SALES_MANAGE), "may_see": actor.may(Capability.SALES_VIEW)}


@require_http_methods(["GET", "POST"])
def new_piece(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    form = NewPieceForm(
        request.POST or None,
        request.FILES or None,
        actor=request.actor,
        initial={"active": True, "kind": "model"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            values = _with_picture(request, form, None)
            library.add_piece(actor=request.actor, code=form.cleaned_data["code"], values=values)
        except CodeTaken:
            form.add_error("code", _("已经有这个编号的内容，请换一个。"))
        except BadImage as fault:
            form.add_error("picture", words.PICTURES[fault.fault])
        else:
            messages.success(request, _("内容已保存。"))
            return redirect("nurturing:piece", form.cleaned_data["code"])
    context = {"form": form, "heading": _("新内容"), "followers": followers(request.actor, PIECE)}
    return render(request, "nurturing/piece.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def piece(request: Request, code: str) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.piece_or_404(request.actor, code)
    initial = {name: getattr(found.row, name) for name in PieceForm.FIELDS}
    form = PieceForm(
        request.POST or None, request.FILES or None, actor=request.actor, initial=initial,
        pictured=bool(found.row.image),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            values, seen = _with_picture(request, form, found.row.image), form.cleaned_data["seen"]
            library.change_piece(actor=request.actor, code=code, values=values, seen=seen)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        except BadImage as fault:
            form.add_error("picture", words.PICTURES[fault.fault])
        else:
            messages.success(request, _("内容已保存。已经发给客户的不变。"))
            return redirect("nurturing:piece", code)
    sources = provenance({found.source_id}, request.actor.organisation_id)
    context: dict[str, Any] = {
        "form": form, "heading": str(found.row), "followers": followers(request.actor, PIECE, code), "own": found.own,
        "restorable": found.own and found.overrides, "source": sources[found.source_id], "piece": found.row,
        "back": restore_address(PIECE, code), "figures": selectors.of_pieces(request.actor).get(code, NOTHING),
        **_rights(request.actor),
    }  # fmt: skip
    return render(request, "nurturing/piece.html", context, status=422 if form.errors else 200)


def _with_picture(request: Request, form: PieceForm, image: int | None) -> dict[str, Any]:
    file = form.cleaned_data.get("picture")
    if file:
        image = library.keep_picture(actor=request.actor, content=file.read(LARGEST + 1)).pk
    elif form.cleaned_data["no_picture"]:
        image = None
    return {**form.values(), "image": image}


# As the customer sees it ------------------------------------------------------------------------
@require_GET
def preview(request: Request, code: str) -> HttpResponse:
    may_read(request.actor)
    return _previewed(request, selectors.piece_or_404(request.actor, code).row)


@require_POST
def preview_unsaved(request: Request) -> HttpResponse:
    """What stands in the form, with what of it is wrong left out: to look at it is never refused."""
    request.actor.require(Capability.SALES_MANAGE)
    form = PieceForm(request.POST, actor=request.actor)
    form.is_valid()
    said = {name: form.cleaned_data.get(name) for name in ("title", "kind", "summary", "body", "valid_until")}
    known = selectors.resolved_pieces(request.actor).get(request.POST.get("code", ""))
    image = known.row.image if known is not None and not form.cleaned_data.get("no_picture") else None
    return _previewed(request, Piece(**{name: value for name, value in said.items() if value}, image=image))


def _previewed(request: Request, row: Piece) -> HttpResponse:
    image = reverse("nurturing:picture", args=[row.image]) if row.image else ""
    context = {
        "edition": row, "blocks": read_markup(row.body), "picture": image, "store": request.place.organisation,
        "preview": True, "over": row.valid_until is not None and row.valid_until < times.today(),
    }  # fmt: skip
    return render(request, "nurturing/public/page.html", context)


@require_GET
def picture(request: Request, pk: int) -> HttpResponse | FileResponse:
    may_read(request.actor)
    return shown(selectors.image_or_404(pk))


def shown(image: Illustration) -> FileResponse:
    path = storage.path_of(image)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type=storage.MIMES[image.extension])


# The numbers ------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def rules(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    source, own, _above = selectors.rules_source(request.actor)
    form = RulesForm(request.POST or None, initial=selectors.rules_of(request.actor).values())
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("gap_days", "most_a_day", "link_days")}
        try:
            library.change_rules(actor=request.actor, values=values, seen=form.cleaned_data["seen"])
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("培育的频率已保存。"))
            return redirect("nurturing:rules")
    context = {
        "form": form, "own": own, "source": provenance({source}, request.actor.organisation_id)[source],
        "back": restore_address(RULES, "rules"), "followers": followers(request.actor, RULES),
        "heading": _("培育的频率"),
    }  # fmt: skip
    return render(request, "nurturing/rules.html", context, status=422 if form.errors else 200)
