"""The living page of the design system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/styleguide/index.html")


def styleguide_part(request: HttpRequest, part: str) -> HttpResponse:
    return render(request, f"ui/styleguide/{part}.html")
