"""The style sheets in their order. Each component has a file; where files are collected, one bundle holds them all."""

from __future__ import annotations

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe

DARK = "tokens-dark.css"
STYLES = (
    "tokens.css",
    DARK,
    "reset.css",
    "base.css",
    "frame.css",
    "menu.css",
    "palette.css",
    "buttons.css",
    "chips.css",
    "clock.css",
    "table.css",
    "list.css",
    "overlay.css",
    "fields.css",
    "signature.css",
    "origin.css",
    "timeline.css",
    "stat.css",
    "tabs.css",
    "card.css",
    "feedback.css",
    "lanes.css",
    "board.css",
    "tasks.css",
    "charts.css",
    "wizard.css",
    "phone.css",
    "handset.css",
    "customer.css",
    "plain.css",
    "print.css",
    "utilities.css",
)
# The dark values stay apart: their link carries the medium. They may come after, since cascade layers hold the order.
BUNDLE = "ui/css/bundle.css"
BUNDLED = tuple(name for name in STYLES if name != DARK)
MEDIA = {"light": "not all", "dark": "screen", "auto": "screen and (prefers-color-scheme: dark)"}
MARK = mark_safe(" data-theme-sheet")


def links() -> tuple[str, ...]:
    """The sheets that a page names: the bundle when there is one."""
    collected = getattr(staticfiles_storage, "hashed_files", {})
    return (BUNDLE, f"ui/css/{DARK}") if BUNDLE in collected else tuple(f"ui/css/{name}" for name in STYLES)


def medium(name: str, theme: str) -> tuple[str, SafeString]:
    """The medium of a sheet and the attribute by which the script finds the dark one."""
    return (MEDIA[theme], MARK) if name.endswith(DARK) else ("all", SafeString(""))
