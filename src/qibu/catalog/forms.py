"""What is typed about cars, extras and tables, refused in sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog.models import CarModel, Extra
from qibu.catalog.rules.tables import Cell, Column, Fault, Row, Table, Wrong
from qibu.ui.meanwhile import Remembering, told

LARGEST = 99_999_999


def line(label: Any, length: int, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请填写这一项。")}, **options,
    )  # fmt: skip


def whole(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("请填整数。"), "required": gettext_lazy("请填写这一项。"),
            "min_value": gettext_lazy("太小了，请再看一遍。"), "max_value": gettext_lazy("太大了，请再看一遍。"),
        },
        **options,
    )  # fmt: skip


def amount(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=LARGEST, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={
            "invalid": gettext_lazy("请填金额，如 3000 或 3000.50。"), "required": gettext_lazy("请填金额。"),
            "min_value": gettext_lazy("金额不会是负数。"), "max_value": gettext_lazy("金额太大了，请再看一遍。"),
            "max_decimal_places": gettext_lazy("最多到分，小数点后两位。"),
        },
        **options,
    )  # fmt: skip


def code() -> forms.SlugField:
    return forms.SlugField(
        label=gettext_lazy("编号"), max_length=40, help_text=gettext_lazy("字母、数字和短横，价格表和订单都按它认"),
        error_messages={
            "invalid": gettext_lazy("编号只用字母、数字和短横，如 zg-pro-26。"),
            "required": gettext_lazy("请写一个编号。"),
        },
    )  # fmt: skip


class Content(Remembering):
    """A form of one row of the catalogue; `values` are the fields that the row has."""

    NOT_VALUES = frozenset({"seen", "code"})
    use_required_attribute = False

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in self.NOT_VALUES}


class CarForm(Content):
    brand = line(gettext_lazy("品牌"), 40, required=True)
    series = line(gettext_lazy("车系"), 60, required=True)
    name = line(gettext_lazy("配置"), 100, required=True)
    year = whole(gettext_lazy("年款"), 1990, 2100, required=False)
    energy = forms.ChoiceField(label=gettext_lazy("能源"), choices=CarModel.Energy.choices)
    seats = whole(gettext_lazy("座位"), 1, 60)
    displacement = whole(
        gettext_lazy("排量"), 1, 10_000, required=False, help_text=gettext_lazy("毫升，1.5T 一般是 1498；算车船税用")
    )
    electric_range = whole(
        gettext_lazy("纯电续航"), 1, 3000, required=False, help_text=gettext_lazy("插电车不到 100 公里不减购置税")
    )
    price = amount(gettext_lazy("指导价"))
    on_sale = forms.BooleanField(label=gettext_lazy("在售"), required=False)

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        if not price:
            raise forms.ValidationError(_("指导价要大于零。"))
        return price


class NewCarForm(CarForm):
    code = code()


class ExtraForm(Content):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Extra.Kind.choices)
    name = line(gettext_lazy("名称"), 60, required=True)
    name_en = line(gettext_lazy("英文名称"), 80)
    price = amount(gettext_lazy("价格"), help_text=gettext_lazy("0 表示还没有价格，报价时不出现"))
    brand = line(gettext_lazy("只用于品牌"), 40)
    series = line(gettext_lazy("只用于车系"), 60)
    usual = forms.BooleanField(label=gettext_lazy("新报价自动带上"), required=False)
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False)


class NewExtraForm(ExtraForm):
    code = code()


SENTENCES: dict[Fault, Any] = {
    Fault.MISSING: gettext_lazy("请填写这一项。"),
    Fault.NO_NUMBER: gettext_lazy("请填数字，不要带逗号和单位。"),
    Fault.REPEATED: gettext_lazy("和上面一行重复，请改一改或删掉。"),
}
COLUMNS: dict[str, Any] = {
    "use": gettext_lazy("用途"), "seats": gettext_lazy("座位（含）以下"), "premium": gettext_lazy("保费（元/年）"),
    "sum": gettext_lazy("保额（元）"), "base": gettext_lazy("基础保费（元）"), "percent": gettext_lazy("车价的 %"),
    "driver": gettext_lazy("司机座 %"), "passenger": gettext_lazy("乘客座 %"),
    "up_to": gettext_lazy("排量（毫升，含）以下"), "yearly": gettext_lazy("全年税额（元）"),
}  # fmt: skip
USES = [("private", gettext_lazy("家庭自用")), ("company", gettext_lazy("企业"))]
NAMES: dict[str, Any] = {
    "compulsory": gettext_lazy("交强险保费"), "liability": gettext_lazy("第三者责任险保费"),
    "damage": gettext_lazy("车辆损失险费率"), "people": gettext_lazy("车上人员责任险费率"),
    "vessel": gettext_lazy("车船税税额"),
}  # fmt: skip
HINTS: dict[str, Any] = {
    "compulsory": gettext_lazy("全国统一的基础费率，新车第一年不浮动。"),
    "liability": gettext_lazy("估算用的参考值，各省、各公司不同，请按合作保险公司的报价改。"),
    "damage": gettext_lazy("估算用的参考值：基础保费加车价的百分之几。"),
    "people": gettext_lazy("估算用的参考值：保额的百分之几，司机座和乘客座分开。"),
    "vessel": gettext_lazy("系统自带的是车船税法的最低税额；各省不同，请按当地税务局的税额表改。"),
}  # fmt: skip
SPARE = 2


class TableForm:
    """A table as a grid of inputs; empty rows at the end are for further ones."""

    def __init__(self, table: Table, rows: Sequence[Row], data: Any = None) -> None:
        self.table, self.stood, self.data = table, rows, data
        spare = 0 if table.fixed else SPARE
        self.count = len(rows) + spare if data is None else min(self._number(data.get("rows", "0")), 60)
        self.errors: dict[tuple[int, str], Any] = {}
        self.opened = list(rows) if data is None else self._opened(data.get("seen", ""))
        self.disputed = False

    @property
    def seen(self) -> str:
        """What stood there when the form was opened, as the page carries it."""
        return json.dumps(self.opened, ensure_ascii=False)

    @staticmethod
    def _opened(carried: str) -> list[Row] | None:
        """None where nothing came along: what is sent then holds."""
        try:
            found = json.loads(carried or "null")
        except ValueError:
            return None
        wellformed = isinstance(found, list) and all(isinstance(row, dict) for row in found)
        return found if wellformed else None

    @staticmethod
    def _number(text: str) -> int:
        return int(text) if text.isdecimal() and len(text) < 4 else 0

    @property
    def rows(self) -> list[Row]:
        """What was typed; rows that are all empty are none. Of a fixed table the key stays as it was."""
        typed = [(number, self._typed(number)) for number in range(self.count)]
        kept = [(number, row) for number, row in typed if self.table.fixed or any(self._said(row).values())]
        self.places = [number for number, _row in kept]
        return [row for _number, row in kept]

    def _said(self, row: Row) -> Row:
        """Without what a choice says of itself."""
        return {column.name: row[column.name] for column in self.table.columns if column.cell != Cell.USE}

    def _typed(self, number: int) -> dict[str, str]:
        return {column.name: self._value(number, column) for column in self.table.columns}

    def _value(self, number: int, column: Column) -> str:
        if self.data is None or (self.table.fixed and column.key):
            return str(self.stood[number].get(column.name, "")) if number < len(self.stood) else ""
        return str(self.data.get(f"r{number}-{column.name}", "")).strip()

    def refuse(self, wrong: Sequence[Wrong]) -> None:
        for one in wrong:
            self.errors[self.places[one.row - 1], one.column] = SENTENCES[one.fault]

    def dispute(self, theirs: Sequence[Row]) -> None:
        """Say in each cell what stands there now. Sent again, the form holds, since it has seen it."""
        self.disputed, self.opened, self.count = True, list(theirs), max(self.count, len(theirs))
        for number, row in enumerate(theirs):
            for name, mine in self._typed(number).items():
                if mine != str(row.get(name, "")):
                    self.errors[number, name] = told(str(row.get(name, "")))

    @property
    def headings(self) -> list[Any]:
        return [COLUMNS[column.name] for column in self.table.columns]

    @property
    def grid(self) -> list[list[dict[str, Any]]]:
        return [[self._input(number, column) for column in self.table.columns] for number in range(self.count)]

    def _input(self, number: int, column: Column) -> dict[str, Any]:
        return {
            "name": f"r{number}-{column.name}", "value": self._value(number, column), "label": COLUMNS[column.name],
            "error": self.errors.get((number, column.name), ""), "choices": USES if column.cell == Cell.USE else (),
            "fixed": self.table.fixed and column.key, "row": number + 1,
        }  # fmt: skip
