"""How customers are spoken to."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy

from qibu.customers.models import Customer
from qibu.customers.rules.pinyin import COMPOUND_SURNAMES

TITLES: dict[str, Any] = {
    Customer.Gender.MALE: gettext_lazy("{surname}先生"),
    Customer.Gender.FEMALE: gettext_lazy("{surname}女士"),
}
HAN_NAME = re.compile("(?!.*(?:先生|女士|小姐|师傅|老师|经理|总)$)[\u3400-\u9fff]{2,4}")


def address(name: str, gender: str) -> str:
    """How a person is spoken to: 王先生, 欧阳女士; where that isn't known, by the whole name."""
    if gender not in TITLES or not HAN_NAME.fullmatch(name):
        return name
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return str(TITLES[gender]).format(surname=surname)
