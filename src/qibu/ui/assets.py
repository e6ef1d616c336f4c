"""The style sheets in their order. Each component has a file; the browser fetches them at once."""

from __future__ import annotations

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
MEDIA = {"light": "not all", "dark": "screen", "auto": "screen and (prefers-color-scheme: dark)"}
MARK = mark_safe(" data-theme-sheet")


def medium(name: str, theme: str) -> tuple[str, SafeString]:
    """The medium of a sheet and the attribute by which the script finds the dark one."""
    return (MEDIA[theme], MARK) if name == DARK else ("all", SafeString(""))
