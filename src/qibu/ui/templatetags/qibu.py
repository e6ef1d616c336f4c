"""`{% load qibu %}`: icons, formats, clocks, slots and addresses for templates."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qibu.kernel import times
from qibu.ui import assets, clocks, formats, slots, words
from qibu.ui.frame import Frame

register = template.Library()
HERE = Path(__file__).resolve().parent.parent


@cache
def icon_names() -> frozenset[str]:
    text = (HERE / "static/ui/icons.svg").read_text()
    return frozenset(part.split('"', 1)[0] for part in text.split('<symbol id="i-')[1:])


@register.simple_tag
@lru_cache(maxsize=2048)  # a list of fifty rows draws some hundred of a dozen different ones
def icon(name: str, size: str = "", title: str = "") -> SafeString:
    """`{% icon "phone" %}`; size `s` 14, none 16, `l` 20. Spoken when it has a title, else decoration."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"no icon called {name!r} in ui/icons.svg")
    shape = format_html('<use href="{}#i-{}"/>', static("ui/icons.svg"), name)
    kind = f"i i-{size}" if size else "i"
    if title:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', kind, title, shape)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', kind, shape)


@register.simple_tag(takes_context=True)
def stylesheets(context: Context) -> SafeString:
    """Links to the style sheets; the dark one carries the person's choice of theme as its medium."""
    return _linked(assets.links(), theme_of(context.get("request")))


@lru_cache(maxsize=16)  # alike on every page; without the bundle they are thirty
def _linked(sheets: tuple[str, ...], theme: str) -> SafeString:
    return format_html_join(
        "\n",
        '<link rel="stylesheet" href="{}" media="{}"{}>',
        ((static(name), *assets.medium(name, theme)) for name in sheets),
    )


def theme_of(request: HttpRequest | None) -> str:
    found = request.COOKIES.get("qibu_theme", "auto") if request is not None else "auto"
    return found if found in {"light", "dark"} else "auto"


@register.simple_tag
def once() -> SafeString:
    """In a form that makes something: sent again, it is answered with what it made (`network.taken`)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """Everything `ui/app.html` shows around a page, from the slots."""
    found = context.get("frame")
    return found if isinstance(found, Frame) else Frame(context.get("request"))


@register.filter
def day(value: date | datetime | None, style: str = "full") -> str:
    return formats.day(value, style)


@register.filter
def moment(value: datetime | None, style: str = "short") -> str:
    return formats.moment(value, style)


@register.filter
def money(value: Decimal | None, style: str = "full") -> str:
    return formats.money(value, style)


@register.filter
def number(value: Decimal | int | None, places: int = 0) -> str:
    return formats.number(value, places)


@register.filter
def counted(unit: Any, count: int) -> str:
    return formats.counted(str(unit), count)


@register.filter
def size(value: int) -> str:
    return formats.size(value)


@register.filter
def initial(name: str) -> str:
    return formats.initial(name)


@register.simple_tag
def today(style: str = "words") -> str:
    return formats.day(times.today(), style)


@register.simple_tag
def lunar(on: date | None = None) -> str:
    return formats.lunar(on or times.today())


@register.simple_tag
def clock_face(due: datetime | date | None, start: datetime | None = None) -> clocks.Face:
    return clocks.read(due, times.now(), start=start)


@register.filter
def clock_words(due: datetime | date | None) -> str:
    return clocks.read(due, times.now()).text


@register.simple_tag
def clock_word_list() -> dict[str, str]:
    """For the script that re-words the chips, as `{{ words|json_script:"clock-words" }}`."""
    return {name: str(word) for name, word in clocks.WORDS.items()}


@register.filter
def iso(value: datetime | date | None) -> str:
    return "" if value is None or value == "" else value.isoformat()


@register.simple_tag(takes_context=True)
def query_set(context: Context, **changes: Any) -> str:
    """The present address with some of its query changed; None or an empty text removes a key."""
    request = context["request"]
    query: QueryDict = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    query.pop("drawer", None)
    return f"{request.path}?{query.urlencode()}" if query else str(request.path)


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, **extra: Any) -> list[Any]:
    """`{% slot "customer.panel" customer=customer as panels %}`"""
    return slots.fill(name, context["request"], **extra)


@register.simple_tag(takes_context=True)
def panel(context: Context, item: slots.Panel) -> SafeString:
    found = context.template.engine.get_template(item.template)  # type: ignore[union-attr]  # set while rendering
    with context.push(**item.context):
        return found.render(context)


@register.filter
def get(mapping: Any, key: str) -> Any:
    return mapping.get(key, "")


@register.filter
def when(due: datetime | date | None) -> str:
    """The moment itself, for the title of a clock."""
    if isinstance(due, datetime):
        return formats.moment(due, "full")
    return formats.day(due or None)


@register.filter
def plain(value: Any) -> str:
    """A number for an attribute: never with the separators of a language."""
    return str(value)


@register.filter
def plate(number: str) -> str:
    """With the point after the district letter, as it stands on the car."""
    number = number.replace("·", "").replace(" ", "").upper()
    return f"{number[:2]}·{number[2:]}" if len(number) > 2 else number


@register.filter
def is_new_energy(number: str) -> bool:
    """GA 36-2018: plates of new-energy cars have eight signs, others seven."""
    return len(number.replace("·", "").replace(" ", "")) == 8


@register.filter("control")
def control_kind(field: BoundField) -> str:
    if field.is_hidden:
        return "hidden"
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "text"


@register.filter
def marked(field: BoundField) -> bool:
    """Whether a field is marked as required: not where all are, or where one of the choices is taken already."""
    asked, widget = field.field, field.field.widget
    if not asked.required or (isinstance(widget, RadioSelect) and field.value() not in (None, "")):
        return False
    others = [one for one in field.form if not one.is_hidden and not isinstance(one.field.widget, CheckboxInput)]
    return any(not one.field.required for one in others)


@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """The field's control with the looks of the house."""
    kind = "ck" if control_kind(field) == "check" else "input"
    own = field.field.widget.attrs.get("class", "")
    if field.field.required and not field.form.use_required_attribute and control_kind(field) == "text":
        attrs = {"aria-required": "true", **attrs}
    return field.as_widget(attrs={"class": f"{kind} {own}".strip(), **attrs})


@register.simple_tag
def script_word_list() -> dict[str, str]:
    """What the scripts say, as `{{ said|json_script:"script-words" }}`."""
    return {name: str(word) for name, word in words.SCRIPT.items()}
