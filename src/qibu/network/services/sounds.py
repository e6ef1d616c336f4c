"""How a Chinese name sounds, for the order of lists."""

from __future__ import annotations

from qibu.kernel.spelling import spelled


def sort_key(name: str) -> str:
    """Pinyin with tones, so that 李 and 黎 stand apart; what isn't Chinese stays as it is."""
    return " ".join(spelled(name, tones=True)).casefold()[:120]
