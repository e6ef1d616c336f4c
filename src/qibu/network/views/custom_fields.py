"""Fields that the organisation adds to its files: all of them, one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.network import custom, selectors
from qibu.network.forms import CustomFieldForm
from qibu.network.inheritance import provenance
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services import custom_fields as services


@require_GET
def overview(request: Request) -> HttpResponse:
    """Each kind of file with its fields, where they come from and how many files carry them."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    own = request.actor.organisation_id
    groups = [(record, custom.all_fields(own, record.key)) for record in custom.RECORDS.values()]
    found = {field.row.organisation_id for _record, fields in groups for field in fields}
    sources = provenance(found, own)
    rows = [
        (record, [(field, sources[field.row.organisation_id], _used(request, field)) for field in fields])
        for record, fields in groups
    ]
    return render(request, "network/custom_fields.html", {"groups": rows})


def _used(request: Request, field: custom.Field) -> int:
    return custom.RECORDS[field.row.record].used(request.actor, field.row.code)


@require_http_methods(["GET", "POST"])
def new(request: Request, record: str) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    known = custom.all_fields(request.actor.organisation_id, _record(record).key)
    place = max((field.row.place for field in known), default=0) + 1
    form = CustomFieldForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            services.define(actor=request.actor, record=record, draft=form.draft())
        except services.LabelTaken:
            form.add_error("label", _("已经有一项叫这个名字，请换一个。"))
        except services.Unusable as unusable:
            _say_unusable(form, unusable)
        except services.TooMany:
            form.add_error(None, _("已有 {n} 项，再多就没有人填了。请先停用不用的。").format(n=services.MOST_FIELDS))
        else:
            messages.success(request, _("已加上「{label}」。").format(label=form.cleaned_data["label"]))
            return redirect("network:custom-fields")
    return _page(request, record, form, None)


@require_http_methods(["GET", "POST"])
def one(request: Request, record: str, code: str) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    field = _field(request, record, code)
    if request.method == "GET":
        return _page(request, record, CustomFieldForm(row=field.row), field)
    form = CustomFieldForm(request.POST, row=field.row)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.change(actor=request.actor, record=record, code=code, version=version, draft=form.draft())
        except services.LabelTaken:
            form.add_error("label", _("已经有一项叫这个名字，请换一个。"))
        except services.Unusable as unusable:
            _say_unusable(form, unusable)
        except services.ChangedMeanwhile as meanwhile:
            form.data = request.POST.copy()
            form.data["version"] = str(meanwhile.version)
            form.add_error(None, _("这一项刚被同事改过。请核对后再保存一次，以您填的为准。"))
        else:
            messages.success(request, _("已保存「{label}」。").format(label=form.cleaned_data["label"]))
            return redirect("network:custom-fields")
    return _page(request, record, form, field)


@require_POST
def inheritance(request: Request, record: str, code: str) -> HttpResponse:
    services.inherit_again(actor=request.actor, record=record, code=code)
    messages.success(request, _("已恢复继承，档案里填的内容没有变。"))
    return redirect("network:custom-field", record=record, code=code)


@require_POST
def removal(request: Request, record: str, code: str) -> HttpResponse:
    _record(record)
    try:
        services.remove(actor=request.actor, record=record, code=code)
    except services.StillUsed as used:
        messages.error(request, _("有 {n} 份档案填了这一项，不能删除。不想再用可以停用。").format(n=used.number))
        return redirect("network:custom-field", record=record, code=code)
    messages.success(request, _("已删除。"))
    return redirect("network:custom-fields")


def _say_unusable(form: CustomFieldForm, unusable: services.Unusable) -> None:
    if unusable.formula:
        sentence = _("名称不能以 = + - @ 这样的符号开头，表格会把它当成公式。")
    else:
        sentence = _("「{label}」是系统里已有的栏目，请换一个名称。").format(label=unusable)
    form.add_error("label_en" if unusable.english else "label", sentence)


def _record(key: str) -> custom.Record:
    if key not in custom.RECORDS:
        raise Http404
    return custom.RECORDS[key]


def _field(request: Request, record: str, code: str) -> custom.Field:
    known = custom.all_fields(request.actor.organisation_id, _record(record).key)
    found = next((field for field in known if field.row.code == code), None)
    if found is None:
        raise Http404
    return found


def _page(request: Request, record: str, form: CustomFieldForm, field: custom.Field | None) -> HttpResponse:
    context: dict[str, Any] = {"record": _record(record), "form": form, "field": field}
    if field:
        number = field.row.organisation_id
        source = provenance({number}, request.actor.organisation_id)[number]
        context |= {"source": source, "used": _used(request, field)}
        context |= {"views": selectors.views_with_field(request.actor, code=field.row.code)}
    return render(request, "network/custom_field.html", context, status=422 if form.errors else 200)
