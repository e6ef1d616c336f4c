"""Where one's own word on something of the catalogue is taken back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def restore_address(kind: str, key: str) -> str:
    return f"{reverse('network:inherited-restore')}?{urlencode({'kind': kind, 'key': key})}"
