"""Reading names of people and companies."""

import re
from enum import StrEnum

from qibu.customers.rules.identities import Gender
from qibu.kernel.cells import cell_text, is_blank

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_BLANK_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[•・∙.‧](?=[{_HAN}])")
_HAS_LETTER = re.compile(rf"[{_HAN}]|[^\W\d_]")
_HONORIFICS = (
    ("先生", Gender.MALE),
    ("女士", Gender.FEMALE),
    ("小姐", Gender.FEMALE),
    ("太太", Gender.FEMALE),
    ("夫人", Gender.FEMALE),
)
_FILLERS = frozenset(
    {
        "测试", "测试客户", "客户", "新客户", "散客", "车主", "匿名", "某某", "某某某", "不知道",
        "不清楚", "待补充",
        "待定", "未登记", "未提供", "无名", "无名氏", "姓名", "保密", "其他", "test", "xx", "xxx",
        "aaa", "abc",
    }
)  # fmt: skip
_LEGAL_ENDINGS = (
    "集团股份有限公司", "集团有限责任公司", "股份有限公司", "有限责任公司", "集团有限公司", "集团公司",
    "有限公司",
    "总公司", "分公司", "公司",
)  # fmt: skip
_COMPANY_ANYWHERE = re.compile(
    "公司|集团|有限责任|股份|合作社|事务所|工作室|经营部|经销部|服务部|门市部|商行|委员会|协会|基金会|研究院|研究所|"
    r"人民政府|管理局|派出所|大队|支队|银行|学校|中学|小学|大学|幼儿园|医院|酒店|超市|\b(?:co|ltd|inc|gmbh|llc)\b",
    re.IGNORECASE,
)
_COMPANY_ENDING = re.compile(r".{4,}(?:厂|店|局|所|中心|站|队|院|社|部|处|行|馆|校|会)")


class PersonKind(StrEnum):
    """Whether a customer is a person or a company (fleet)."""

    PERSON = "person"
    COMPANY = "company"


class CustomerKind(StrEnum):
    """The kinds of customers of the seven-step method: 潜在, 意向, 保有, 基盘, 桩脚, 流失."""

    POTENTIAL = "potential"
    INTENDING = "intending"
    OWNER = "owner"
    BASE = "base"
    INFLUENCER = "influencer"
    LOST = "lost"


def read_name(value: object) -> str | None:
    """The name of a cell without form of address and inner blanks; None for blank, fillers, numbers."""
    name, _ = read_name_and_gender(value)
    return name


def read_name_and_gender(value: object) -> tuple[str | None, Gender | None]:
    """The name of a cell, and the gender that a form of address at its end gives away."""
    text = _tidy(cell_text(value))
    gender = None
    for honorific, meant in _HONORIFICS:
        if text.endswith(honorific):
            text, gender = text.removesuffix(honorific).strip(), meant
            break
    return (text, gender) if _is_name(text) else (None, None)


def looks_like_company(name: str) -> bool:
    """Whether a name reads like a firm, an office or a club rather than a person."""
    return bool(_COMPANY_ANYWHERE.search(name) or _COMPANY_ENDING.fullmatch(name))


def person_kind_of(name: str) -> PersonKind:
    """Person or company, by the name alone."""
    return PersonKind.COMPANY if looks_like_company(name) else PersonKind.PERSON


def without_legal_form(name: str) -> str:
    """A company's name without 有限公司 and the like: what people type when they look for it."""
    for ending in _LEGAL_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _tidy(text: str) -> str:
    text = _BLANK_BETWEEN_HAN.sub("", " ".join(text.split()))
    return _DOT_BETWEEN_HAN.sub("·", text)


def _is_name(text: str) -> bool:
    return bool(_HAS_LETTER.search(text)) and not is_blank(text) and text.lower() not in _FILLERS
