"""Background jobs carry their tenant: each runs in the scope of the actor who asked for it."""

from __future__ import annotations

from procrastinate.contrib.django import app

__all__ = ["app"]
