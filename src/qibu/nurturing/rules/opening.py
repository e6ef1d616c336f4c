"""Who opened a link: the customer, or a machine on the way to them.

Messengers fetch a link to show what is behind it, mail gateways to look for malware, browsers before anybody presses.
None of these is somebody reading. What a request says of itself is all there is to go by: a machine that says nothing
is counted as a person, so a number of openings is at most too high.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# Words in the names of programs that fetch pages by themselves.
MACHINES = re.compile(
    r"bot\b|bot/|spider|crawler|preview|slurp|facebookexternalhit|embedly|whatsapp|telegram|skypeuri|linkcheck|"
    r"urlcheck|safelinks|barracuda|mimecast|proofpoint|headless|python-|curl/|wget/|okhttp|java/|go-http|httpclient",
    re.IGNORECASE,
)
AGAIN = timedelta(minutes=10)  # the same words within it are a second tap on the button
SAME = timedelta(minutes=10)  # looked at again within it, it is the same reading


def by_a_person(*, agent: str, purpose: str = "", method: str = "GET") -> bool:
    """`purpose`: what the browser says of an early fetch (Sec-Purpose, W3C Fetch; Purpose of older ones)."""
    early = any(word in purpose.lower() for word in ("prefetch", "preview", "prerender"))
    return method == "GET" and bool(agent.strip()) and not early and not MACHINES.search(agent)


def anew(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last > SAME


def twice(said: str, before: str, last: datetime | None, now: datetime) -> bool:
    """Whether somebody says what they just said: a button that was tapped twice, or a page that was sent again.
    `before`: all that was said so far."""
    if last is None or now - last > AGAIN:
        return False
    return not said or before == said or before.endswith("\n" + said)
