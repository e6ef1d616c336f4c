"""The people of the store: list, one person, their sign-in, their leaving."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel.meanwhile import Disputed
from qibu.kernel.scoping import scope
from qibu.network import handover, selectors, taken, words
from qibu.network.forms import GrantForm, NewStaffForm, StaffForm, add_errors
from qibu.network.middleware import Request, own_scope
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.services import accounts, factors
from qibu.network.services import staff as services
from qibu.network.services.staff import Details, StillHolds
from qibu.ui.lists import Choice, Column, ListPage, Preset, Several, Text
from qibu.ui.slots import Action

STATES = (
    ("working", gettext_lazy("在职")), ("without", gettext_lazy("在职，没有登录")),
    ("barred", gettext_lazy("登录已停用")), ("left", gettext_lazy("已离职")),
)  # fmt: skip
_NARROWED = {
    "working": Q(left_on=None), "without": Q(left_on=None, user=None), "barred": Q(left_on=None, barred=True),
    "left": Q(left_on__isnull=False),
}  # fmt: skip


def _in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(_NARROWED.get(state, Q()))


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(name__icontains=text) | Q(number__istartswith=text) | Q(user__username__icontains=text)
    )


def _with_role(rows: QuerySet[Any], roles: list[str]) -> QuerySet[Any]:
    return rows.filter(roles__overlap=roles)


class StaffList(ListPage):
    key, title, unit = "staff", gettext_lazy("员工"), gettext_lazy("人")
    template = "network/staff_list.html"
    ordering = ("sort_key", "id")
    columns = (
        Column("name", gettext_lazy("姓名"), card="title", locked=True, sort="sort_key"),
        Column("state", gettext_lazy("状态"), cell="network/cells/staff_state.html", card="right"),
        Column("number", gettext_lazy("工号"), width="s", sort="number", card="hide"),
        Column("title", gettext_lazy("岗位"), card="hide"),
        Column("roles", gettext_lazy("角色"), value=lambda row: words.roles(row.roles)),
        Column("username", gettext_lazy("登录名"), value="user.username"),
        Column("seen", gettext_lazy("上次登录"), value="user.last_login"),
        Column("superior", gettext_lazy("直接上级"), value="superior.name", shown=False),
        Column("phone", gettext_lazy("电话"), shown=False),
        Column("joined", gettext_lazy("入职"), value="joined_on", shown=False),
    )
    filters = (
        Text("q", gettext_lazy("姓名、工号、登录名"), _named),
        Several("role", gettext_lazy("角色"), [*words.ROLES.items()], _with_role),
        Choice("state", gettext_lazy("状态"), STATES, _in_state),
    )
    presets = (
        Preset("working", gettext_lazy("在职"), {"state": "working"}),
        Preset("without", gettext_lazy("没有登录"), {"state": "without"}),
        Preset("left", gettext_lazy("已离职"), {"state": "left"}),
        Preset("all", gettext_lazy("全部")),
    )
    empty_title = gettext_lazy("没有这样的员工")
    empty_text = gettext_lazy("导入表格时出现的顾问会自动列在这里，也可以自己新建。")

    def rows(self) -> QuerySet[Staff]:
        return selectors.all_staff(self.request.actor)  # type: ignore[attr-defined]  # typed by Request

    def row_url(self, row: Staff) -> str:
        return reverse("network:staff-member", args=[row.pk])

    def actions(self) -> Iterable[Action]:
        return [Action(_("新建员工"), reverse("network:staff-new"), "plus", key="N")]


@require_http_methods(["GET", "POST"])
@own_scope
def new(request: Request) -> HttpResponse:
    actor = request.actor
    actor.require(Capability.STAFF_MANAGE)
    with scope(actor):
        taken.refuse_again(request, actor)
        form = NewStaffForm(request.POST or None, people=selectors.superiors_for())
    if request.method == "POST" and form.is_valid():
        secret = accounts.temporary_password()
        try:
            person = _join(request, form.details(), form.cleaned_data["username"], secret)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if person.user is not None:
                return _show_secret(request, person, secret)
            messages.success(request, _("已新建员工 {name}。").format(name=person.name))
            return _to_list(request, person.pk)
    with scope(actor):
        return _show(request, "new", {"form": form, "title": _("新建员工")}, form)


def _join(request: Request, details: Details, username: str, secret: str) -> Staff:
    credentials = accounts.prepare(username=username, password=secret, must_change=True) if username else None
    with scope(request.actor) as actor:
        form = taken.claim(request, actor)
        person = services.join(actor=actor, details=details, credentials=credentials)
        form.keep(reverse("network:staff-member", args=[person.pk]))
    return person


@require_http_methods(["GET", "POST"])
def member(request: Request, staff_id: int) -> HttpResponse:
    request.actor.require(Capability.STAFF_MANAGE)
    person = get_object_or_404(selectors.all_staff(request.actor), pk=staff_id)
    if request.method == "GET":
        return _member_page(request, person)
    form = StaffForm(request.POST, people=selectors.superiors_for(person))
    if form.is_valid():
        try:
            with scope(request.actor):  # a refused change is taken back, the page is still drawn
                seen = form.cleaned_data["seen"]
                services.change(actor=request.actor, staff_id=staff_id, details=form.details(), seen=seen)
        except ValidationError as error:
            add_errors(form, error)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("已保存 {name}。").format(name=form.cleaned_data["name"]))
            return _to_list(request, staff_id)
    return _member_page(request, person, form=form)


@require_POST
@own_scope
def grant(request: Request, staff_id: int) -> HttpResponse:
    """Opens a sign-in with a temporary password, shown this once."""
    form = GrantForm(request.POST)
    if form.is_valid():
        secret = accounts.temporary_password()
        try:
            credentials = accounts.prepare(
                username=form.cleaned_data["username"], password=secret, must_change=True
            )
            with scope(request.actor):
                person = _person(request, staff_id)
                services.grant_sign_in(actor=request.actor, staff_id=staff_id, credentials=credentials)
            return _show_secret(request, person, secret, credentials.username)
        except ValidationError as error:
            add_errors(form, error)
    with scope(request.actor):
        return _member_page(request, _person(request, staff_id), grant_form=form)


@require_POST
@own_scope
def reset_password(request: Request, staff_id: int) -> HttpResponse:
    with scope(request.actor):
        person = _person(request, staff_id)
    secret = accounts.temporary_password()
    try:
        username = person.user.username if person.user else ""
        credentials = accounts.prepare(username=username, password=secret, must_change=True)
        with scope(request.actor):
            services.reset_password(actor=request.actor, staff_id=staff_id, credentials=credentials)
    except ValidationError as error:
        return _refused(request, staff_id, error)
    return _show_secret(request, person, secret)


@require_POST
def reset_factor(request: Request, staff_id: int) -> HttpResponse:
    """For who lost the telephone; from the person's page, or from the page of who keeps security."""
    from_security = request.POST.get("from") == "security" or not request.actor.may(Capability.STAFF_MANAGE)
    try:
        with scope(request.actor):
            factors.reset(actor=request.actor, staff_id=staff_id)
    except Staff.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        if not from_security:
            return _refused(request, staff_id, error)
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("二次验证已重置，请告诉本人下次登录时重新设置。"))
    return redirect("network:security") if from_security else _to_list(request, staff_id)


@require_POST
def bar(request: Request, staff_id: int) -> HttpResponse:
    return _act(request, staff_id, services.bar, _("已停用 {name} 的登录。"))


@require_POST
def restore(request: Request, staff_id: int) -> HttpResponse:
    return _act(request, staff_id, services.restore, _("{name} 又可以登录了。"))


@require_POST
def depart(request: Request, staff_id: int) -> HttpResponse:
    return _act(request, staff_id, services.depart, _("{name} 已标为离职。"))


@require_POST
def come_back(request: Request, staff_id: int) -> HttpResponse:
    return _act(request, staff_id, services.come_back, _("{name} 已恢复任职。要让他登录，请再恢复登录。"))


def _act(request: Request, staff_id: int, act: Callable[..., None], sentence: str) -> HttpResponse:
    person = _person(request, staff_id)
    try:
        with scope(request.actor):
            act(actor=request.actor, staff_id=staff_id)
    except (ValidationError, StillHolds) as error:
        return _refused(request, staff_id, error)
    messages.success(request, sentence.format(name=person.name))
    return _to_list(request, staff_id)


def _person(request: Request, staff_id: int) -> Staff:
    """For who manages staff: `all_staff` asks."""
    return get_object_or_404(selectors.all_staff(request.actor), pk=staff_id)


def _refused(request: Request, staff_id: int, error: ValidationError | StillHolds) -> HttpResponse:
    """The person's page again, with what stands against it above."""
    held = isinstance(error, StillHolds)
    objection = _("请先把名下的客户和任务交接给别人，再标为离职。") if held else " ".join(error.messages)  # type: ignore[union-attr]  # held is the other
    with scope(request.actor):
        return _member_page(request, _person(request, staff_id), objection=objection)


def _member_page(
    request: Request, person: Staff, *, form: StaffForm | None = None, grant_form: GrantForm | None = None,
    objection: str = "",
) -> HttpResponse:
    known = {name: getattr(person, name) for name in Details.__dataclass_fields__}
    holdings = [each for each in handover.holdings(request.actor, person.pk) if each.number]
    form_shown = form or StaffForm(initial=known, people=selectors.superiors_for(person))
    context = {
        "person": person, "title": person.name, "form": form_shown,
        "grant_form": grant_form or GrantForm(), "holdings": holdings, "objection": objection,
        "myself": person.pk == request.actor.staff_id,
        "factor": selectors.second_factor(person.user) if person.user else None,
        "may_reset_factor": factors.may_reset(request.actor, request.place.policy),
    }
    return _show(request, "member", context, form or grant_form, refused=bool(objection))


def _show_secret(request: Request, person: Staff, secret: str, username: str = "") -> HttpResponse:
    name = username or (person.user.username if person.user else "")
    context = {"person": person, "title": person.name, "secret": secret, "username": name}
    with scope(request.actor):
        return _show(request, "secret", context)


def _show(
    request: Request, part: str, context: dict[str, Any], form: Form | None = None, *, refused: bool = False
) -> HttpResponse:
    """In the drawer beside the list, or as a whole page."""
    in_drawer = bool(request.GET.get("drawer") or request.htmx)
    status = 422 if refused or (form is not None and form.errors) else 200
    template = "network/staff_drawer.html" if in_drawer else "network/staff_page.html"
    if "form" in context:
        context["form"].separated = request.place.policy.dengbao
    context |= {"part": f"network/staff_{part}.html", "drawer": in_drawer}
    return render(request, template, context, status=status)


def _to_list(request: Request, staff_id: int) -> HttpResponse:
    address = f"{reverse('network:staff')}?view=all&open={staff_id}"
    if not request.htmx:
        return HttpResponseRedirect(reverse("network:staff-member", args=[staff_id]))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response
