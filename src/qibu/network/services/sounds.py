"""How a Chinese name sounds, for the order of lists."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """Pinyin with tones, so that 李 and 黎 stand apart; what isn't Chinese stays as it is."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3)).casefold()[:120]
