"""A list of staff: uploaded, looked over, taken over; then sign-ins for those who have none, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib import messages as toasts
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.connect import roster_selectors as reads
from qibu.connect.forms import ACCEPTED, UploadForm
from qibu.connect.roster import Line, NoRoster, TooLong
from qibu.connect.services import rosters
from qibu.connect.sheets import UnreadableSheet
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import words
from qibu.network.middleware import Request, own_scope
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.services import accounts
from qibu.network.services import staff as staffing

SALT, HOURS = "connect.roster", 12 * 3600
AT_ONCE = 4  # a password takes a tenth of a second on purpose
USERNAMES = "roster_usernames"
FATES = {
    "new": gettext_lazy("新员工"), "filled": gettext_lazy("补上空着的"), "same": gettext_lazy("已经在册"),
    "skipped": gettext_lazy("不导入"),
}  # fmt: skip
FAULTS = {
    "no_name": gettext_lazy("没有姓名"), "odd_name": gettext_lazy("姓名不像人的名字"),
    "bad_email": gettext_lazy("邮箱写法不对，改正后再导入"),
    "gone": gettext_lazy("已离职"), "repeated": gettext_lazy("和前面一行是同一个人"),
}  # fmt: skip


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """The list, then what it would do."""
    request.actor.require(Capability.STAFF_MANAGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        lines = _read(form)
        if lines:
            with scope(request.actor):
                return _preview(request, lines)
    context = {"form": form, "accept": ACCEPTED, "limit": rosters.LIMITS.file_bytes}
    with scope(request.actor):
        return render(request, "connect/roster_upload.html", context, status=422 if form.errors else 200)


def _read(form: UploadForm) -> list[Line]:
    try:
        found = rosters.read_file(form.cleaned_data["file"])
    except UnreadableSheet as error:
        form.refuse(error.code, error.facts)
    except NoRoster:
        form.add_error("file", _("没有找到「姓名」这一列。请加一行列名：姓名、工号、岗位、手机、邮箱、登录名。"))
    except TooLong:
        form.add_error("file", _("一份花名册最多 500 人。请只留本店的员工，再上传。"))
    else:
        if not found:
            form.add_error("file", _("表头下面没有人。请检查是不是选错了文件。"))
        return found
    return []


def _preview(request: Request, lines: Sequence[Line]) -> HttpResponse:
    entries = reads.compare(request.actor, lines)
    rows = [
        {
            "entry": entry, "fate": FATES[entry.fate], "roles": words.roles(entry.line.roles),
            "why": [FAULTS[fault] for fault in entry.line.faults],
            "fills": [words.FIELDS.get(name, _("角色")) for name in entry.fills],
        }
        for entry in entries
    ]  # fmt: skip
    payload = signing.dumps([asdict(line) for line in lines], salt=salt_of(request.actor), compress=True)
    useful = sum(entry.fate in {"new", "filled"} for entry in entries)
    return render(request, "connect/roster_preview.html", {"rows": rows, "payload": payload, "useful": useful})


def salt_of(actor: Actor) -> str:
    """What was read for one store is taken over by none other, even by a person who works in both."""
    return f"{SALT}.{actor.organisation_id}"


@require_http_methods(["POST"])
def take(request: Request) -> HttpResponse:
    request.actor.require(Capability.STAFF_MANAGE)
    try:
        stored = signing.loads(request.POST.get("payload", ""), salt=salt_of(request.actor), max_age=HOURS)
    except signing.BadSignature:
        toasts.error(request, _("这份预览太旧了，请重新上传花名册。"))
        return redirect("connect:roster")
    lines = [Line(**{**one, "roles": tuple(one["roles"]), "faults": tuple(one["faults"])}) for one in stored]
    chosen = {int(row) for row in request.POST.getlist("row") if row.isdecimal()}
    done = rosters.take(actor=request.actor, lines=lines, rows=chosen)
    request.session[USERNAMES] = {str(pk): name for pk, name in done.usernames.items()}
    sentence = _("新建 {new} 位员工，补全 {filled} 位。").format(new=done.new, filled=done.filled)
    toasts.success(request, sentence)
    return redirect("connect:roster-sign-ins")


@own_scope
@require_http_methods(["GET", "POST"])
def sign_ins(request: Request) -> HttpResponse:
    """Sign-ins for those chosen, a few with each request; the page goes on by itself and can be left at any moment."""
    actor = request.actor
    actor.require(Capability.STAFF_MANAGE)
    if request.method == "POST":
        return _granted(request)
    given = {int(pk): name for pk, name in request.session.get(USERNAMES, {}).items()}
    with scope(actor):
        people = reads.without_sign_in(actor)
        proposed = reads.propose(people, given)
        rows = [{"person": one, "username": proposed[one.pk], "roles": words.roles(one.roles)} for one in people]
        return render(request, "connect/roster_sign_ins.html", {"rows": rows})


def _granted(request: Request) -> HttpResponse:
    wanted = [int(pk) for pk in request.POST.getlist("who") if pk.isdecimal()]
    now, later = wanted[:AT_ONCE], wanted[AT_ONCE:]
    with scope(request.actor):
        people = {one.pk: one for one in reads.without_sign_in(request.actor)}
    opened = [_open(request, people[pk]) for pk in now if pk in people]
    left = [(pk, request.POST.get(f"username-{pk}", "")) for pk in later]
    total = int(request.POST["total"]) if request.POST.get("total", "").isdecimal() else len(wanted)
    context = {"opened": opened, "left": left, "total": max(total, len(wanted)), "done": total - len(later)}
    part = bool(request.htmx)
    template = "connect/roster_opened.html" if part else "connect/roster_granted.html"
    with scope(request.actor):
        return render(request, template, context)


def _open(request: Request, person: Staff) -> dict[str, Any]:
    """The temporary password stands on this answer alone."""
    secret = accounts.temporary_password()
    username = request.POST.get(f"username-{person.pk}", "")
    try:
        credentials = accounts.prepare(username=username, password=secret, must_change=True)
        with scope(request.actor):
            staffing.grant_sign_in(actor=request.actor, staff_id=person.pk, credentials=credentials)
    except ValidationError as error:
        return {"person": person, "username": username, "trouble": " ".join(error.messages)}
    return {"person": person, "username": credentials.username, "secret": secret}
