"""Sentences for codes: what is wrong, where, and what to do. One place for pages, the command and the files."""

from __future__ import annotations

from collections.abc import Mapping as Table
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from qibu.connect.mapping import Mapping
from qibu.ui import formats

FIELDS: dict[str, Any] = {
    "name": lazy("姓名"),
    "contact_name": lazy("联系人"),
    "customer_kind": lazy("客户性质"),
    "gender": lazy("性别"),
    "birthday": lazy("生日"),
    "identity": lazy("证件号码"),
    "phone": lazy("手机"),
    "phone2": lazy("备用电话"),
    "province": lazy("省份"),
    "city": lazy("城市"),
    "district": lazy("区县"),
    "address": lazy("地址"),
    "occupation": lazy("职业"),
    "source": lazy("客户来源"),
    "vin": lazy("VIN"),
    "plate": lazy("车牌号"),
    "brand": lazy("品牌"),
    "series": lazy("车系"),
    "model": lazy("车型"),
    "colour": lazy("颜色"),
    "price": lazy("购车价格"),
    "purchased_on": lazy("购车日期"),
    "registered_on": lazy("上牌日期"),
    "seller": lazy("销售顾问"),
    "advisor": lazy("服务顾问"),
    "insurer": lazy("保险公司"),
    "insurance_until": lazy("保险到期日"),
    "compulsory_until": lazy("交强险到期日"),
    "ends_on": lazy("保险到期日"),
    "mileage": lazy("行驶里程"),
    "next_maintenance_on": lazy("下次保养日期"),
    "remark": lazy("备注"),
    "member_level": lazy("会员等级"),
    "tags": lazy("标签"),
    "email": lazy("电子邮箱"),
    "wechat": lazy("微信"),
    "order_number": lazy("工单号"),
    "kind": lazy("维修类型"),
    "opened_on": lazy("进厂日期"),
    "closed_on": lazy("出厂日期"),
    "jobs": lazy("维修项目"),
    "labour": lazy("工时费"),
    "parts": lazy("材料费"),
    "total": lazy("合计金额"),
    "technician": lazy("维修技师"),
    "status": lazy("工单状态"),
    "seller_id": lazy("销售顾问"),
    "advisor_id": lazy("服务顾问"),
    "plate_kind": lazy("号牌种类"),
    "until": lazy("车主"),
}
SENDER = lazy("送修人")

KINDS_OF_FILE: dict[str, Any] = {
    "pdf": lazy("PDF 文件"),
    "image": lazy("图片"),
    "archive": lazy("压缩包"),
    "document": lazy("文档"),
    "web_page": lazy("网页（有些系统导出的 .xls 其实是网页）"),
    "xml": lazy("XML 文件"),
    "binary": lazy("不认识的文件"),
}

PHASES: dict[str, Any] = {
    "queued": lazy("等待后台开始"),
    "reading": lazy("读取表格"),
    "checking": lazy("逐行检查"),
    "staged": lazy("准备数据"),
    "waiting": lazy("等待写入（本店同时只写入一次导入）"),
    "people": lazy("写入客户"),
    "cars": lazy("写入车辆"),
    "visits": lazy("写入工单"),
    "search": lazy("建立搜索"),
    "journal": lazy("写入时间线"),
    "undoing": lazy("撤销"),
}

GUESSED: dict[str, Any] = {
    "heading": lazy("按列名认出"),
    "heading_part": lazy("列名里有这个词"),
    "heading_and_values": lazy("列名和内容都对得上"),
    "values": lazy("按内容推测，请核对"),
    "values_disagree": lazy("列名和内容不一致，按内容推测，请核对"),
    "saved": lazy("用上次保存的对应"),
    "chosen": lazy("您选定的"),
    "taken": lazy("这个内容已由另一列提供"),
    "unknown": lazy("没认出来，不导入"),
}

CODES: dict[str, Any] = {
    "no_name_no_phone": lazy("没有姓名也没有电话"),
    "vin_illegal": lazy("VIN 不对"),
    "no_order_number": lazy("没有工单号"),
    "no_vehicle": lazy("没有车"),
    "plate_unknown": lazy("车牌对不上"),
    "no_visit_day": lazy("没有进厂日期"),
    "day_unreadable": lazy("日期看不懂"),
    "day_in_future": lazy("日期在将来"),
    "name_unusable": lazy("姓名不能用"),
    "phone_unusable": lazy("电话不能用"),
    "gender_unknown": lazy("性别看不懂"),
    "identity_unusable": lazy("证件号不能用"),
    "birthday_differs_from_identity": lazy("生日与证件号不一致"),
    "price_implausible": lazy("车价不合常理"),
    "email_unusable": lazy("邮箱不能用"),
    "closed_before_opened": lazy("出厂早于进厂"),
    "total_added_up": lazy("合计由系统相加"),
    "total_differs": lazy("合计对不上"),
    "vin_check_digit": lazy("VIN 校验位不符"),
    "plate_odd": lazy("车牌少见"),
    "mileage_unreadable": lazy("里程看不懂"),
    "amount_unreadable": lazy("金额看不懂"),
    "text_cut": lazy("文字太长"),
    "own_unreadable": lazy("自定义字段看不懂"),
    "repeated_differs": lazy("重复行内容不同"),
    "repeated": lazy("重复行"),
    "other_owner": lazy("车已有别的车主"),
}

_VIN = {
    "length": lazy("VIN 应是 17 位，请对照行驶证补齐"),
    "confused_letter": lazy("VIN 里不会有字母 I、O、Q，多半是数字 1 或 0，请对照行驶证改正"),
    "illegal_character": lazy("VIN 只有字母和数字，请对照行驶证改正"),
}
_PHONE = {
    "too_short": lazy("号码位数不够；座机请带区号"),
    "too_long": lazy("号码多了几位"),
    "filler": lazy("这是凑数的号码"),
    "unknown_range": lazy("没有这个号段"),
    "several": lazy("几个号码连在一起，请用顿号隔开"),
    "lost_digits": lazy("表格把号码存成了 1.38E+10 这样，末几位已经丢失，请把该列设为文本后重新导出"),
    "not_a_number": lazy("这不是号码"),
}
_IDENTITY = {
    "lost_digits": lazy("表格把证件号存成了数字，末几位已经丢失，请把该列设为文本后重填"),
    "length": lazy("位数不对"),
    "check_digit": lazy("校验位不符，请对照证件"),
    "birth_date": lazy("里面的出生日期不存在"),
    "format": lazy("格式不对"),
}


def field_name(name: str, kind: str = "", own: Table[str, str] | None = None) -> str:
    """What a field is called; the contact of a repair order is who brought the car. `own`: of `Mapping.own`."""
    if own and name in own:
        return own[name]
    if kind == "visits" and name == "contact_name":
        return str(SENDER)
    return str(FIELDS.get(name, name))


VALUES: dict[tuple[str, str], Any] = {
    ("customer_kind", "person"): lazy("个人"),
    ("customer_kind", "company"): lazy("单位"),
    ("gender", "male"): lazy("男"),
    ("gender", "female"): lazy("女"),
}


def value(name: str, text: str) -> str:
    """A value as people read it."""
    return str(VALUES.get((name, text), text))


def code_name(code: str) -> str:
    return str(CODES.get(code, code))


def column_letter(index: int) -> str:
    """As the head of a spreadsheet names it: A, B, … AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def problem(found: Table[str, Any], mapping: Mapping) -> str:
    """One sentence about a cell, beginning with where it is."""
    where = _where(found, mapping)
    said = what(found, mapping)
    return _("第 {row} 行{where}：{what}。").format(row=found["row"], where=where, what=said)


def _where(found: Table[str, Any], mapping: Mapping) -> str:
    column = next((c for c in mapping.columns if c.index == found["column"]), None)
    if column is None or found["column"] is None:
        return ""
    return _("{letter} 列「{heading}」").format(letter=column_letter(column.index), heading=column.heading)


def what(found: Table[str, Any], mapping: Mapping) -> str:
    """What is wrong and what to do, without the place."""
    code, detail = found["code"], found.get("detail", "")
    if code == "vin_illegal" and detail == "length":
        return _("VIN 有 {n} 位，应是 17 位，请对照行驶证补齐后再导入这一行").format(n=len(found["value"]))
    because = REASONS.get(code, {}).get(detail)
    if because and code not in ("phone_unusable", "own_unreadable"):
        return _("{name}：{because}").format(name=code_name(code), because=because)
    name, because = field_name(found["field"], mapping.kind, mapping.own), because or _PHONE["not_a_number"]
    return str(SENTENCES[code]).format(value=found["value"], detail=detail, field=name, because=because)


_OWN = {
    "too_long": lazy("最多 200 个字"),
    "not_a_number": lazy("这里要填数字"),
    "not_a_day": lazy("这里要填日期，写成 2026-11-18 这样"),
    "unknown_option": lazy("选项里没有它，请先在「自定义字段」里加上"),
    "not_yes_or_no": lazy("请写是或否"),
}
REASONS: dict[str, dict[str, Any]] = {
    "vin_illegal": _VIN, "phone_unusable": _PHONE, "identity_unusable": _IDENTITY, "own_unreadable": _OWN,
}  # fmt: skip

SENTENCES: dict[str, Any] = {
    "own_unreadable": lazy("{field}「{value}」：{because}；这一格没有用"),
    "no_name_no_phone": lazy("姓名和电话都没有，不知道是谁，请至少补一项后再导入这一行"),
    "vin_illegal": lazy("VIN {value} 不对，请对照行驶证改正后再导入这一行"),
    "no_order_number": lazy("没有工单号，同一张工单会分不清，请补上后再导入这一行"),
    "no_vehicle": lazy("没有 VIN，也没有车牌，不知道是哪台车，请至少补一项后再导入这一行"),
    "plate_unknown": lazy("本店没有车牌为 {value} 的车，请补上 VIN，或先导入车主档案"),
    "no_visit_day": lazy("没有{field}，请补上后再导入这一行"),
    "day_unreadable": lazy("{field}「{value}」看不懂，请写成 2026-11-18 这样"),
    "day_in_future": lazy("{field}「{value}」在将来，多半写错了，请核对"),
    "name_unusable": lazy("「{value}」不像{field}，这一格没有用"),
    "phone_unusable": lazy("电话 {value} 不能用：{because}；客户照常载入，请问到号码后补上"),
    "gender_unknown": lazy("性别「{value}」看不懂，请写男或女；这一格没有用"),
    "identity_unusable": lazy("证件号 {value} 不能用，这一格没有用"),
    "birthday_differs_from_identity": lazy("生日与证件号里的不一致，按表里的生日载入，请核对"),
    "price_implausible": lazy("车价 {value} 不合常理（单位应是元），这一格没有用"),
    "email_unusable": lazy("邮箱 {value} 写法不对，这一格没有用"),
    "closed_before_opened": lazy("出厂日期 {value} 早于进厂日期，这一格没有用，请核对"),
    "total_added_up": lazy("没有合计金额，按工时费加材料费得 {value}"),
    "total_differs": lazy("合计金额 {value} 与工时费加材料费不等，按合计载入，请核对"),
    "vin_check_digit": lazy("VIN {value} 的校验位不符，可能抄错一位，照常载入，请对照行驶证"),
    "plate_odd": lazy("车牌「{value}」写法少见，请核对"),
    "mileage_unreadable": lazy("里程「{value}」看不懂，这一格没有用"),
    "amount_unreadable": lazy("{field}「{value}」看不懂，这一格没有用"),
    "text_cut": lazy("{field}太长，只保留前面的部分"),
    "repeated_differs": lazy("与前面的一行重复，但内容不同，只载入前面那一行，请核对"),
    "repeated": lazy("与第 {detail} 行重复，不再载入"),
    "other_owner": lazy("VIN {value} 的车在这里已有别的车主，表里没有更晚的购车日期，车主不变，请核对是否过户"),
}


def failure(error: Table[str, Any]) -> str:
    """Why a file or a step failed, and what to do."""
    facts = dict(error.get("facts") or {})
    for name in ("bytes", "limit"):
        if error["code"] in SIZED and name in facts:
            facts[name] = formats.size(int(facts[name]))
    if error["code"] == "wrong_type":
        facts["kind"] = KINDS_OF_FILE.get(facts.get("kind", ""), KINDS_OF_FILE["binary"])
    return str(FAILURES.get(error["code"], FAILURES["internal"])).format_map(_Facts(facts))


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


SIZED = {"too_big", "inflates_too_much", "too_heavy"}
FAILURES: dict[str, Any] = {
    "empty": lazy("文件是空的。请在原来的系统里重新导出，再上传。"),
    "wrong_type": lazy("这不是表格，而是{kind}。请用 Excel 或 WPS 打开，另存为 .xlsx 或 .csv 后再上传。"),
    "encrypted": lazy("文件有打开密码。请用 Excel 或 WPS 打开，去掉密码另存后再上传。"),
    "broken": lazy("文件损坏，打不开。请在原来的系统里重新导出，或用 Excel 打开后另存为 .xlsx，再上传。"),
    "no_rows": lazy("文件里没有数据行。请确认导出时选对了日期和工作表，再上传。"),
    "unknown_encoding": lazy("文字编码认不出来，载入会是乱码。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"),
    "too_big": lazy("文件有 {bytes}，超过上限 {limit}。请按年份拆成几个文件，分别上传。"),
    "inflates_too_much": lazy("文件解压后有 {bytes}，超过上限 {limit}。请另存为 .csv 后再上传。"),
    "too_many_rows": lazy("表里有 {rows} 行，超过上限 {limit} 行。请按年份拆成几个文件，分别上传。"),
    "too_many_columns": lazy(
        "表里有 {columns} 列，超过上限 {limit} 列。请删去用不到的列（注意最右边的空列），另存后再上传。"
    ),
    "cell_too_long": lazy("第 {row} 行有一格超过 {limit} 个字，多半是引号没有成对。请改正后再上传。"),
    "too_heavy": lazy("读这个文件要的内存太多。请另存为 .csv，或拆成几个文件后再上传。"),
    "too_slow": lazy("读这个文件用了 {seconds} 秒还没读完。请另存为 .csv，或拆成几个文件后再上传。"),
    "disk_full": lazy("服务器的磁盘满了，这一步什么都没有改动。请告诉管理员清理磁盘，有了空间再重新开始。"),
    "interrupted": lazy("处理被中断了几次（例如电脑关机）。什么都没有载入，请重新开始这一步。"),
    "erased": lazy("表里有一位客户要求删除了个人信息，这份表格已按法律整份删除，没有载入。请重新导出一份，再上传。"),
    "stopped": lazy("已按您的要求停止，这一步什么都没有改动。"),
    "internal": lazy("系统出错了，已记录，这一步什么都没有改动。请重新开始；还不行请联系管理员。"),
}


def missing(mapping: Mapping) -> str:
    """What a sheet must have before it can be loaded; nothing when it has it."""
    has = set(mapping.targets)
    if mapping.kind == "visits":
        lacks = []
        if "order_number" not in has:
            lacks.append(_("工单号"))
        if not has & {"vin", "plate"}:
            lacks.append(_("VIN 或车牌号"))
        if not has & {"opened_on", "closed_on"}:
            lacks.append(_("进厂日期或出厂日期"))
    else:
        lacks = [] if has & {"name", "phone"} else [_("姓名或手机")]
    if not lacks:
        return ""
    return _("还没有指定哪一列是{names}。请在下面的表里为它选一列。").format(names=_("、").join(lacks))


KEPT: dict[str, Any] = {
    "edited": lazy("导入后被改过"),
    "later": lazy("导入后有了新的记录"),
    "used": lazy("还有保留的记录要用它"),
    "value": lazy("改动的内容后来又变了"),
}
KINDS: dict[str, Any] = {
    "customer": lazy("客户"),
    "vehicle": lazy("车辆"),
    "visit": lazy("工单"),
    "policy": lazy("保单"),
    "staff": lazy("员工"),
}
