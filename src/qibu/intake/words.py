"""What people and other systems are told of what came in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.intake.adf import Unreadable
from qibu.intake.mail import Problem
from qibu.intake.rules import Reason
from qibu.leads.rules import Door
from qibu.leads.words import DOORS
from qibu.ui import formats

REASONS: dict[str, Any] = {
    Reason.WAY: gettext_lazy("没有电话、邮箱或微信，联系不上这位客户"),
    Reason.CAR: gettext_lazy("没有写想看什么车"),
    Reason.PHONE: gettext_lazy("电话写得不像号码，也没有别的联系方式"),
    Reason.TRAP: gettext_lazy("填了人看不见的一栏，像是机器填的"),
    Reason.WORDS: gettext_lazy("是一封普通的信，要人读一读"),
    Reason.BROKEN: gettext_lazy("文件读不出来"),
}
UNREADABLE: dict[str, Any] = {
    "empty": gettext_lazy("没有收到内容。请把 ADF 放在请求正文里。"),
    "too_big": gettext_lazy("文件太大，最多 {limit}。请分几次发送。"),
    "encoding": gettext_lazy("认不出文字编码。请用 UTF-8 或 GBK。"),
    "not_xml": gettext_lazy("不是完整的 XML：第 {line} 行第 {column} 个字符附近出错。"),
    "doctype": gettext_lazy("文件里有 DOCTYPE 或实体定义，出于安全不接受。请去掉后再发。"),
    "too_deep": gettext_lazy("元素嵌套太深，不像 ADF。"),
    "too_many": gettext_lazy("内容太多，一个文件最多 {limit} 条线索。请分几次发送。"),
    "no_prospect": gettext_lazy("里面没有 prospect 元素，不是 ADF。"),
}
FIELDS: dict[str, Any] = {
    "name": gettext_lazy("姓名"), "phone": gettext_lazy("电话"), "email": gettext_lazy("邮箱"),
    "wechat": gettext_lazy("微信号"), "city": gettext_lazy("所在城市"), "interest": gettext_lazy("意向"),
    "brand": gettext_lazy("品牌"), "series": gettext_lazy("车系"), "model": gettext_lazy("配置"),
    "model_code": gettext_lazy("车型代码"), "colour": gettext_lazy("颜色"), "quantity": gettext_lazy("数量"),
    "buys_by": gettext_lazy("打算什么时候买"), "budget": gettext_lazy("预算"), "payment": gettext_lazy("付款方式"),
    "drive": gettext_lazy("希望什么时候试驾"), "trade_in": gettext_lazy("旧车"),
    "trade_in_plate": gettext_lazy("旧车的车牌"), "trade_in_vin": gettext_lazy("旧车的 VIN"),
    "trade_in_registered": gettext_lazy("旧车上牌日期"), "trade_in_km": gettext_lazy("旧车的里程"),
    "trade_in_condition": gettext_lazy("旧车的车况"), "trade_in_note": gettext_lazy("旧车的说明"),
    "competitors": gettext_lazy("在比较的车"), "language": gettext_lazy("语言"),
    "remark": gettext_lazy("备注"),
}  # fmt: skip

CONDITIONS: dict[str, Any] = {
    "excellent": pgettext_lazy("车况", "优"), "good": pgettext_lazy("车况", "良"), "fair": pgettext_lazy("车况", "中"),
    "poor": pgettext_lazy("车况", "差"),
}  # fmt: skip


def unreadable(error: Unreadable) -> str:
    facts = dict(error.facts)
    if error.code == "too_big":
        facts["limit"] = formats.size(facts["limit"])
    return str(UNREADABLE[error.code]).format(**facts)


def reasons(codes: Iterable[str]) -> str:
    return _("；").join(str(REASONS.get(code, code)) for code in codes)


def door_called(code: str) -> Any:
    return DOORS[Door(code)] if code in set(Door) else code


PROBLEMS: dict[str, Any] = {
    Problem.FORBIDDEN: gettext_lazy("这个服务器地址不允许连接，请核对服务器名。"),
    Problem.CLOSED_NETWORK: gettext_lazy(
        "服务器在内网里。要用内网的邮件服务器，请系统运维在 QIBU_MAIL_NETWORKS 里写上它的地址。"
    ),
    Problem.PORT: gettext_lazy("这个端口不是收信端口。常用的是 993、143。"),
    Problem.NO_NAME: gettext_lazy("找不到这个服务器名，请核对拼写，或检查网络。"),
    Problem.UNREACHABLE: gettext_lazy("连不上服务器。请核对服务器名和端口，或检查网络。"),
    Problem.CERTIFICATE: gettext_lazy("和服务器建立不了加密连接：端口和加密方式要相配，服务器的证书要有效。"),
    Problem.NO_STARTTLS: gettext_lazy("服务器不支持 STARTTLS。请改用 TLS，端口一般是 993。"),
    Problem.OPEN_LINE: gettext_lazy("不加密只能用于内网服务器。请选 TLS 或 STARTTLS。"),
    Problem.SIGN_IN: gettext_lazy("服务器不接受用户名或密码。许多邮箱要先开启 IMAP，并用单独的「授权码」。"),
    Problem.FOLDER: gettext_lazy("邮箱里没有这个文件夹。收件箱一般叫 INBOX。"),
    Problem.LOST: gettext_lazy("收信的时候连接断了，会自己再试。"),
    Problem.PASSWORD: gettext_lazy("存着的密码打不开，请重新输入。"),
}


def trouble(problem: str, answer: str) -> str:
    """What was wrong at the last look, with the server's own words; empty while all is well."""
    if not problem:
        return ""
    said = _("服务器说：{answer}").format(answer=answer) if answer else ""
    return " ".join(filter(None, [str(PROBLEMS.get(problem, problem)), said]))


COLUMNS: dict[str, Any] = {
    "phone2": gettext_lazy("另一个电话"), "source": gettext_lazy("来源"), "requested": gettext_lazy("提出时间"),
    "key": gettext_lazy("对方的编号"),
}  # fmt: skip


def column_called(target: str) -> str:
    return str(FIELDS.get(target) or COLUMNS[target])
