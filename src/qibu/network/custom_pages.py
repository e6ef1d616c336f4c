"""How further fields stand in forms and lists, the same for every kind of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import DecimalField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.custom import LONGEST, UnreadableValue
from qibu.network.custom import Field, complaint
from qibu.network.models import CustomField
from qibu.ui.filters import Choice, Column, Days, Filter, Text

Kind = CustomField.Kind


class ValueField(forms.Field):
    """One further field in a form; what is typed comes out as `kernel.custom` spells it."""

    def __init__(self, field: Field, value: str = "") -> None:
        super().__init__(label=field.label, required=False, help_text=field.row.hint, widget=_widget(field, value))
        self.field = field

    def clean(self, value: Any) -> str:
        try:
            return self.field.read(value)
        except UnreadableValue as refused:
            raise forms.ValidationError(complaint(self.field, refused)) from None


def _widget(field: Field, value: str) -> forms.Widget:
    if field.row.kind == Kind.DAY:
        return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    if field.row.kind in (Kind.CHOICE, Kind.YES_NO):
        offered = field.choices
        kept = [] if not value or value in dict(offered) else [(value, field.words(value))]
        return forms.Select(choices=[("", gettext_lazy("未填")), *offered, *kept])
    attrs = {"autocomplete": "off", "maxlength": str(LONGEST)}
    return forms.TextInput(attrs=attrs | ({"inputmode": "decimal"} if field.row.kind == Kind.NUMBER else {}))


class CustomForm(forms.Form):
    """A form that goes on with the further fields of its record. `custom` are those, `kept` the values of the file."""

    def __init__(
        self, *args: Any, custom: Sequence[Field] = (), kept: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.custom = custom
        for field in custom:
            value = (kept or {}).get(field.row.code, "")
            self.fields[field.name] = ValueField(field, value)
            self.initial.setdefault(field.name, value)

    @property
    def custom_fields(self) -> list[tuple[forms.BoundField, str]]:
        """Each with its unit, for the page."""
        return [(self[field.name], field.row.unit) for field in self.custom]

    @property
    def custom_names(self) -> list[str]:
        return [field.name for field in self.custom]


Rows = QuerySet[Any]
Having = Callable[[Rows, Rows], Rows]


# Lists ------------------------------------------------------------------------------------------
def columns(fields: Sequence[Field], values: Callable[[Any], Mapping[str, str]]) -> list[Column]:
    """One column a field; `values` gives a row's values."""
    return [
        Column(field.name, field.label, _cell(field, values), shown=field.row.listed, card="hide",
               align="end" if field.row.kind == Kind.NUMBER else "")
        for field in fields
    ]  # fmt: skip


def _cell(field: Field, values: Callable[[Any], Mapping[str, str]]) -> Callable[[Any], str]:
    return lambda row: field.words(values(row).get(field.row.code, ""))


def filters(fields: Sequence[Field]) -> list[Filter]:
    """One filter a field, on rows with a JSON column `custom`."""
    return [_filter(field) for field in fields]


def filters_over(fields: Sequence[Field], prefix: str, having: Having, files: Callable[[], Rows]) -> list[Filter]:
    """Filters of rows that have such files, as customers have cars: `having(rows, files)` narrows the rows to those
    with one of the files."""
    return [_over(_filter(field), prefix, having, files) for field in fields]


def _over(one: Filter, prefix: str, having: Having, files: Callable[[], Rows]) -> Filter:
    over = copy(one)
    over.key = prefix + one.key
    over.field = lambda rows, value: having(rows, one.narrow(files(), value))
    return over


def _filter(field: Field) -> Filter:
    path = f"custom__{field.row.code}"
    if field.row.kind in (Kind.CHOICE, Kind.YES_NO):
        return Choice(field.name, field.label, field.choices, path)
    if field.row.kind == Kind.DAY:
        return CustomDays(field.name, field.label, path)
    if field.row.kind == Kind.NUMBER:
        return Amount(field.name, field.label, path)
    return Text(field.name, field.label, path)


class CustomDays(Days):
    """Days stand in the column as text, whose order is theirs."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        first, last = (day.isoformat() if day else "" for day in value)
        rows = rows.alias(**{_alias(self.key): KT(str(self.field))})
        if first:
            rows = rows.filter(**{f"{_alias(self.key)}__gte": first})
        return rows.filter(**{f"{_alias(self.key)}__lte": last}) if last else rows


class Amount(Filter):
    """From a number to a number, both included: `?custom.x_from=3&custom.x_to=10`."""

    template = "network/filter_amount.html"

    def keys(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def chosen(self, query: QueryDict) -> Any:
        first, last = (_number(query.get(key, "")) for key in self.keys())
        return (first, last) if first is not None or last is not None else ()

    def words(self, query: QueryDict, request: HttpRequest) -> str:
        first, last = self.chosen(query)
        if first is not None and last is not None:
            return f"{first} – {last}"
        return _("{n} 起").format(n=first) if first is not None else _("到 {n}").format(n=last)

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        first, last = value
        number = Cast(KT(str(self.field)), DecimalField(max_digits=20, decimal_places=6))
        rows = rows.alias(**{_alias(self.key): number})
        if first is not None:
            rows = rows.filter(**{f"{_alias(self.key)}__gte": first})
        return rows if last is None else rows.filter(**{f"{_alias(self.key)}__lte": last})


def _alias(key: str) -> str:
    return key.replace(".", "_")


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
