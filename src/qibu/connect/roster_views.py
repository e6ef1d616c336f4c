"""A list of staff: uploaded, looked over, taken over; then sign-ins for those who have none, some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.connect import roster, sheet_lists
from qibu.connect import roster_selectors as reads
from qibu.connect.roster import Line
from qibu.connect.services import rosters
from qibu.connect.sheet_lists import SheetList
from qibu.connect.small_sheets import rows_of
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import words
from qibu.network.middleware import Request, own_scope
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.services import accounts
from qibu.network.services import staff as staffing

AT_ONCE = 4  # a password takes a tenth of a second on purpose
USERNAMES = "roster_usernames"


class Roster(SheetList):
    name, preview, capability = "roster", "connect/roster_preview.html", Capability.STAFF_MANAGE
    title, back = gettext_lazy("导入花名册"), ("network:staff", gettext_lazy("员工"))
    addresses = "connect:roster", "connect:roster-take"
    hints_title = gettext_lazy("花名册里写什么")
    hints = (
        ("users", gettext_lazy("一定要有「姓名」；最好有工号、岗位、手机、邮箱、登录名")),
        ("shield", gettext_lazy("角色按岗位推定，预览时看得到；管理账号的三种角色不会由表格给出")),
        ("check", gettext_lazy("已经在册的人只补空着的内容，不会改掉手工填的")),
    )
    no_heading = gettext_lazy("没有找到「姓名」这一列。请加一行列名：姓名、工号、岗位、手机、邮箱、登录名。")
    too_long = gettext_lazy("一份花名册最多 500 人。请只留本店的员工，再上传。")
    empty = gettext_lazy("表头下面没有人。请检查是不是选错了文件。")
    outdated = gettext_lazy("这份预览太旧了，请重新上传花名册。")
    fates = {
        "new": gettext_lazy("新员工"), "filled": gettext_lazy("补上空着的"), "same": gettext_lazy("已经在册"),
        "skipped": gettext_lazy("不导入"),
    }  # fmt: skip
    faults = {
        "no_name": gettext_lazy("没有姓名"), "odd_name": gettext_lazy("姓名不像人的名字"),
        "bad_email": gettext_lazy("邮箱写法不对，改正后再导入"),
        "gone": gettext_lazy("已离职"), "repeated": gettext_lazy("和前面一行是同一个人"),
    }  # fmt: skip

    def read(self, file: IO[bytes]) -> list[Line]:
        return roster.read(rows_of(file, self.limits))

    def looked_over(self, actor: Actor, lines: Sequence[Line]) -> list[dict[str, Any]]:
        return [
            self.row(
                entry.line, entry.fate, about=[words.FIELDS.get(name, _("角色")) for name in entry.fills],
                roles=words.roles(entry.line.roles),
            )
            for entry in reads.compare(actor, lines)
        ]  # fmt: skip

    def carried(self, lines: Sequence[Line], rows: Sequence[Mapping[str, Any]], file_name: str) -> Any:
        return [asdict(line) for line in lines]


ROSTER = Roster()


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    return sheet_lists.upload(request, ROSTER)


@require_http_methods(["POST"])
def take(request: Request) -> HttpResponse:
    stored = sheet_lists.brought_back(request, ROSTER)
    if stored is None:
        return redirect(ROSTER.address)
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
