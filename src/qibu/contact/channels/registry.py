"""The channels that are built."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from qibu.contact.channels import Account, Session
from qibu.contact.channels.email import open_session
from qibu.contact.models import Message

Open = Callable[[Account, float], AbstractContextManager[Session]]
CHANNELS: dict[str, Open] = {Message.Channel.EMAIL: open_session}
