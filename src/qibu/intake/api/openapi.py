"""The description of the interface (OpenAPI 3.1), written by hand: five addresses need no generator."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from qibu.intake.api.bodies import MOST_KEYS, MOST_PHONES
from qibu.intake.rules.drafts import CONDITIONS, INTERESTS, PAYMENTS
from qibu.network.tokens import Scope

Json = dict[str, Any]
LEAD = {"$ref": "#/components/schemas/Lead"}
NEW = {"$ref": "#/components/schemas/NewLead"}
TAKEN = {"$ref": "#/components/schemas/Taken"}
ERROR = {"$ref": "#/components/schemas/Error"}


def description(server: str) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {"title": _("七步接口"), "version": "1", "description": _(
            "把线索送进来，把线索取出去。每个请求带上令牌：Authorization: Bearer 令牌。"
            "令牌由门店在「设置 → 接口令牌」里建立。同一条线索再发一次不会变成两条。"
        )},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/leads": {"post": _send(_("送一条线索（JSON）"), {"application/json": {"schema": NEW}}, json=True)},
            "/api/v1/leads/adf": {"post": _send(
                _("送线索（ADF 1.0 XML），一个文件可以有多条"),
                {"application/x-adf+xml": {"schema": {"type": "string"}, "example": EXAMPLE}},
            )},
            "/api/v1/leads/{id}": {"get": _get(_("取一条线索（JSON）"), {"application/json": {"schema": LEAD}})},
            "/api/v1/leads/{id}/adf": {"get": _get(
                _("取一条线索（ADF 1.0 XML）"), {"application/x-adf+xml": {"schema": {"type": "string"}}}
            )},
            "/api/v1/openapi.json": {"get": {
                "summary": _("这份说明"), "security": [], "responses": {"200": {"description": "OpenAPI"}},
            }},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"NewLead": _new_lead(), "Lead": _lead(), "Taken": _taken(), "Error": _error()},
        },
    }  # fmt: skip


def _send(summary: str, content: Json, *, json: bool = False) -> Json:
    answers = {
        "201": (_("收下了"), TAKEN), "400": (_("读不出来"), ERROR), "401": (_("没有令牌，或者令牌不对"), ERROR),
        "403": (_("令牌没有这个权限"), ERROR), "413": (_("太大"), ERROR), "415": (_("内容类型不对"), ERROR),
        **({"422": (_("有几项填得不对"), ERROR)} if json else {}), "429": (_("错误的令牌太多"), ERROR),
    }  # fmt: skip
    return {
        "summary": summary, "x-scope": Scope.LEADS_WRITE, "requestBody": {"required": True, "content": content},
        "responses": {code: _answer(*told) for code, told in answers.items()},
    }  # fmt: skip


def _get(summary: str, content: Json) -> Json:
    answers = {
        "401": (_("没有令牌，或者令牌不对"), ERROR), "403": (_("令牌没有这个权限"), ERROR),
        "404": (_("没有这条线索"), ERROR), "429": (_("错误的令牌太多"), ERROR),
    }  # fmt: skip
    return {
        "summary": summary, "x-scope": Scope.LEADS_READ,
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "responses": {
            "200": {"description": _("线索"), "content": content},
            **{code: _answer(*told) for code, told in answers.items()},
        },
    }  # fmt: skip


def _answer(words: str, schema: Json) -> Json:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _text(words: str = "", **more: Any) -> Json:
    return {"type": "string", **({"description": words} if words else {}), **more}


def _object(properties: Json, required: tuple[str, ...] = (), **more: Any) -> Json:
    told = {"type": "object", "properties": properties, **more}
    return {**told, "required": list(required)} if required else told


def _person() -> Json:
    return _object({
        "name": _text(), "phones": {"type": "array", "maxItems": MOST_PHONES, "items": _text()}, "email": _text(),
        "wechat": _text(), "city": _text(),
    }, additionalProperties=False)  # fmt: skip


def _wish() -> Json:
    texts = ("brand", "series", "model", "model_code", "colour", "trade_in", "trade_in_plate", "trade_in_vin",
             "trade_in_note", "competitors", "language", "remark")  # fmt: skip
    return _object({
        "interest": _text(enum=list(INTERESTS)), "payment": _text(enum=list(PAYMENTS)),
        "quantity": {"type": "integer", "minimum": 1, "maximum": 999}, "buys_by": _text(format="date"),
        "budget": {"type": ["number", "string"], "description": _("元")},
        "drive": _text(_("希望什么时候来试驾，可以只写日期")),
        "trade_in_registered": _text(_("旧车上牌的日期"), format="date"),
        "trade_in_km": {"type": ["integer", "string"], "description": _("旧车的公里数")},
        "trade_in_condition": _text(enum=list(CONDITIONS)), **{name: _text() for name in texts},
    }, additionalProperties=False)  # fmt: skip


def _new_lead() -> Json:
    key = _object({"source": _text(maxLength=80), "text": _text(maxLength=80)}, ("source", "text"))
    return _object({
        "person": _person(), "wish": _wish(), "source": _text(_("来源的代码或名称；不写是官网")), "campaign": _text(),
        "keys": {"type": "array", "maxItems": MOST_KEYS, "items": key,
                 "description": _("这条线索在您那里的编号：同一编号不会变成两条")},
        "resend": {"type": "boolean", "description": _("以前发过，这次的内容替换那次的")},
        "requested_at": _text(_("客户提出的时间"), format="date-time"),
    }, ("person", "wish"), additionalProperties=False)  # fmt: skip


def _lead() -> Json:
    names = ("state", "stage", "source", "campaign", "consultant")
    return _object({
        "id": {"type": "integer"}, "received_at": _text(format="date-time"), "person": _person(), "wish": _wish(),
        **{name: _text() for name in names},
    })  # fmt: skip


def _taken() -> Json:
    one = {
        "id": {"type": ["integer", "null"], "description": _("线索的编号；在等人处理时为空")},
        "state": _text(
            _("new 新线索；updated 门店已有这条线索，补充了新的内容；quarantined 缺内容，等门店处理"),
            enum=["new", "updated", "quarantined"],
        ),
        "repeated": {"type": "boolean", "description": _("以前收到过，没有变化；断线后可以放心重发")},
        "arrival": {"type": "integer", "description": _("收件编号，询问时请报它")},
        "reasons": {"type": "array", "items": _text()}, "why": _text(_("为什么在等")),
    }  # fmt: skip
    return _object({**one, "leads": {"type": "array", "items": _object(one)}}, ("leads",))


def _error() -> Json:
    fields = {"type": "object", "additionalProperties": _text(), "description": _("哪一项，为什么")}
    return _object({"code": _text(), "error": _text(_("出了什么事，怎么办")), "fields": fields}, ("code", "error"))


EXAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<?adf version="1.0"?>
<adf>
  <prospect status="new">
    <id sequence="1" source="portal.example">A-1001</id>
    <requestdate>2026-11-26T10:30:00+08:00</requestdate>
    <vehicle interest="buy" status="new"><year>2026</year><make>星辰</make><model>追光</model></vehicle>
    <customer><contact><name part="full">方雅雯</name><phone type="cellphone">13855530001</phone></contact></customer>
    <vendor>
      <vendorname>芜湖弋江店</vendorname>
      <contact><name part="full">芜湖弋江店</name><phone>0553-3830001</phone></contact>
    </vendor>
  </prospect>
</adf>
"""
