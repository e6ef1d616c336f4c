"""Text that goes into a spreadsheet must stay text."""

_LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")
_SEEN_THROUGH = " \u00a0\u3000\u200b\ufeff"


def plain_cell(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet could take for a formula (OWASP, CSV injection).

    Signs are also met behind blanks and in full width: programs strip and fold before they interpret.
    """
    return f"'{text}" if text.lstrip(_SEEN_THROUGH).startswith(_LIVE) else text
