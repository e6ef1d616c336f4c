"""A list that comes as a small sheet: uploaded, looked over with what taking it over would do, taken over.

The page carries what was read, signed for this store, so nothing of a list that nobody takes over is kept.
Staff, prices and cars in stock come this way; a class that derives from `SheetList` says what is special about each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.contrib import messages as toasts
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qibu.connect.forms import ACCEPTED, UploadForm
from qibu.connect.sheets import Limits, UnreadableSheet
from qibu.connect.small_sheets import SMALL, NoHeading, TooLong
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.middleware import Request
from qibu.network.rules import Capability

KEPT = 12 * 3600  # seconds that a list which was looked over can still be taken over
LOOKS = {
    "new": ("done", "plus"),
    "filled": ("running", "pen"),
    "changed": ("running", "pen"),
    "rejected": ("overdue", "x"),
}


class SheetList:
    """What one kind of list says of itself. `name` is that of its signatures; `preview` the template that
    shows what it would do; `fates` and `faults` put into words what becomes of a line, and why it is left out."""

    name: str
    preview: str
    capability: Capability
    limits: Limits = SMALL
    title: Any
    back: tuple[str, Any]  # the page it is opened from: the name of its address, and what it is called
    addresses: tuple[str, str]  # of the upload, and of what takes it over
    hints_title: Any
    hints: Sequence[tuple[str, Any]]  # icon and sentence: what the list may say
    no_heading: Any
    too_long: Any
    empty: Any
    outdated: Any
    fates: Mapping[str, Any]
    faults: Mapping[str, Any]

    @property
    def address(self) -> str:
        return reverse(self.addresses[0])

    @property
    def takes(self) -> str:
        return reverse(self.addresses[1])

    def read(self, file: IO[bytes]) -> Sequence[Any]:
        """Its lines. Raises `UnreadableSheet`, `NoHeading`, `TooLong`; called outside a scope."""
        raise NotImplementedError

    def looked_over(self, actor: Actor, lines: Sequence[Any]) -> list[dict[str, Any]]:
        """A row for each line, by `row`."""
        raise NotImplementedError

    def carried(self, lines: Sequence[Any], rows: Sequence[Mapping[str, Any]], file_name: str) -> Any:
        """What the page brings back, as JSON can say it."""
        raise NotImplementedError

    def row(
        self, line: Any, fate: str, *, why: Sequence[Any] = (), about: Sequence[Any] = (), **more: Any
    ) -> dict[str, Any]:
        """`why` it is left out, besides its faults; `about`: the fields that change."""
        look, icon = LOOKS.get(fate, ("line", ""))
        faults = [self.faults[fault] for fault in line.faults]
        return {"line": line, "fate": fate, "word": self.fates[fate], "look": look, "icon": icon,
                "why": [*faults, *why], "about": about, **more}  # fmt: skip


def upload(request: Request, kind: SheetList) -> HttpResponse:
    """The list, then what it would do."""
    request.actor.require(kind.capability)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (lines := _read(kind, form)):
        with scope(request.actor):
            return _preview(request, kind, lines, form.cleaned_data["file"].name)
    context = {"kind": kind, "form": form, "accept": ACCEPTED}
    with scope(request.actor):
        return render(request, "connect/list_upload.html", context, status=422 if form.errors else 200)


def _read(kind: SheetList, form: UploadForm) -> Sequence[Any]:
    try:
        found = kind.read(form.cleaned_data["file"])
    except UnreadableSheet as error:
        form.refuse(error.code, error.facts)
    except NoHeading:
        form.add_error("file", kind.no_heading)
    except TooLong:
        form.add_error("file", kind.too_long)
    else:
        if not found:
            form.add_error("file", kind.empty)
        return found
    return []


def _preview(request: Request, kind: SheetList, lines: Sequence[Any], file_name: str) -> HttpResponse:
    rows = kind.looked_over(request.actor, lines)
    carried = kind.carried(lines, rows, file_name)
    payload = signing.dumps(carried, salt=salt_of(request.actor, kind), compress=True)
    fates = [row["fate"] for row in rows]
    context = {
        "kind": kind, "rows": rows, "payload": payload, "useful": not {"new", "changed", "filled"}.isdisjoint(fates),
        "counts": [(word, fates.count(fate)) for fate, word in kind.fates.items()],
    }  # fmt: skip
    return render(request, kind.preview, context)


def salt_of(actor: Actor, kind: SheetList) -> str:
    """What was read for one store is taken over by none other, even by a person who works in both."""
    return f"connect.{kind.name}.{actor.organisation_id}"


def brought_back(request: Request, kind: SheetList) -> Any | None:
    """What the page carried; None, with a word about it, where it is too old or not ours."""
    request.actor.require(kind.capability)
    try:
        return signing.loads(request.POST.get("payload", ""), salt=salt_of(request.actor, kind), max_age=KEPT)
    except signing.BadSignature:
        toasts.error(request, kind.outdated)
        return None
