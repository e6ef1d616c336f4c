"""Chinese text in Latin letters."""


def spelled(text: str, *, tones: bool = False) -> list[str]:
    """A syllable for each character, `tones` with its number at the end; what isn't Chinese stays as it is.

    The dictionary is loaded when it is first asked for: 56 MB and a quarter of a second that most processes never need.
    """
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.TONE3 if tones else Style.NORMAL)
