"""The living page of the design system, and samples of the pages without navigation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from qibu.kernel import times
from qibu.ui.templatetags.qibu import icon_names

PARTS = (
    ("clocks", _("时钟"), True),
    ("buttons", _("按钮"), False),
    ("marks", _("等级、标签、车牌"), False),
    ("fields", _("字段与表单"), True),
    ("cards", _("卡片、数字、设置"), True),
    ("tasks", _("任务列表与任务"), True),
    ("timeline", _("时间线"), False),
    ("wizard", _("向导"), True),
    ("feedback", _("空、载入、进度、提示"), True),
    ("boards", _("看板与时段"), True),
    ("long", _("长文字与许多行"), True),
    ("icons", _("图标"), True),
    ("pages", _("没有导航的页面"), True),
)
SAMPLES = {
    "sign-in": (_("登录"), "ui/styleguide/sign-in.html"),
    "set-up": (_("第一次使用"), "ui/styleguide/set-up.html"),
    "400": ("400", "400.html"),
    "403": ("403", "403.html"),
    "404": ("404", "404.html"),
    "405": ("405", "405.html"),
    "422": ("422", "422.html"),
    "500": ("500", "500.html"),
    "503": ("503", "503.html"),
    "out-of-scope": (_("不属于这家店"), "ui/out_of_scope.html"),
}


class Sample(forms.Form):
    name = forms.CharField(label=_("姓名"), initial="王建国")
    call = forms.CharField(
        label=_("称呼"), required=False, widget=forms.TextInput({"placeholder": _("例如 王哥")})
    )
    phone = forms.RegexField(
        r"^\d{11}$", label=_("手机"), error_messages={"invalid": _("少一位，手机号是 11 位")}
    )
    kind = forms.ChoiceField(label=_("客户类型"), choices=[("a", _("保有客户")), ("b", _("意向客户"))])
    day = forms.DateField(label=_("生日"), required=False, widget=forms.DateInput({"type": "date"}))
    channel = forms.ChoiceField(
        label=_("偏好"), choices=[("p", _("电话")), ("w", _("微信"))], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea({"rows": 2}))
    agree = forms.BooleanField(label=_("客户同意接收保养提醒"), help_text=_("交车时签署的授权书为凭"))


def styleguide(request: HttpRequest) -> HttpResponse:
    parts = [
        {"key": key, "label": label, "wide": wide, "template": f"ui/styleguide/{key}.html"}
        for key, label, wide in PARTS
    ]
    return render(request, "ui/styleguide/index.html", {"parts": parts, **_samples()})


def styleguide_part(request: HttpRequest, part: str) -> HttpResponse:
    if part not in SAMPLES:
        raise Http404(part)
    return render(request, SAMPLES[part][1], _samples())


def _samples() -> dict[str, Any]:
    now, today = times.now(), times.today()
    bad = Sample({"name": "王建国", "phone": "1380551567", "kind": "a", "channel": "p"})
    minutes = (-84, -12, 0.75, 26, 108, 300, 24 * 60, 12 * 24 * 60)
    return {
        "moments": [now + timedelta(minutes=m) for m in minutes],
        "days": [today + timedelta(days=d) for d in (-29, 0, 1, 12, 58)],
        "form": bad,
        "icons": sorted(icon_names()),
        "many": range(1, 201),
        "lanes": ["新线索", "已联系", "到店", "试驾", "报价", "订单", "交车"],
        "headline": _("数据库正在恢复"), "text": _("多半几秒就好。已经保存的都在。"),
        "samples": [(key, label) for key, (label, _template) in SAMPLES.items()],
    }
