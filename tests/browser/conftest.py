"""A browser, a server and a worker on this process's test database.

The server answers in threads of this process; the worker is the product's own, as a child. Playwright's synchronous
interface keeps an event loop in the test's thread, where the ORM refuses to work: `outside` does it in another one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from qibu.testing import BROWSERS, _disconnect, _restore

T = TypeVar("T")
PATIENCE = 15_000  # a machine that does other things besides
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, django_db_blocker: Any) -> Iterator[Browser]:
    """Not for the whole session: while Playwright's loop lives, no other test in this process could use the ORM.

    What was connected to the database that is thrown away with the module is let go at the end.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    with django_db_blocker.unblock():
        _disconnect()


@pytest.fixture(scope="module")
def outside(chromium: Browser, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """Runs something with the ORM, committed."""
    with ThreadPoolExecutor(1) as thread:

        def run(act: Callable[..., T], *args: Any) -> T:
            def with_connection() -> T:
                try:
                    return act(*args)
                finally:
                    connection.close()

            with django_db_blocker.unblock():
                return thread.submit(with_connection).result()

        yield run


@pytest.fixture(scope="module")
def server(outside: Callable[..., Any], django_db_blocker: Any) -> Iterator[str]:
    """The address of the product on a fresh database, which is thrown away after the module."""
    from qibu.network.services import organisations

    organisations._founded_once.cache_clear()
    with django_db_blocker.unblock():
        live = LiveServer("localhost")
        yield live.url
        live.stop()
        outside(_restore, None)
    organisations._founded_once.cache_clear()


@pytest.fixture(scope="module")
def worker(server: str) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-m", "qibu", "worker"])
    yield
    child.terminate()
    child.wait(timeout=30)


@pytest.fixture(scope="module")
def peopled(server: str, outside: Callable[..., Any]) -> Any:
    """The world of `personas`, committed."""
    import planting

    return outside(planting.settled)


@pytest.fixture
def contexts(chromium: Browser, server: str) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def new(person: Any = None, **options: Any) -> BrowserContext:
        options = {"viewport": DESK, "locale": "zh-CN", "reduced_motion": "reduce", **options}
        context = chromium.new_context(base_url=server, **options)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if person is not None:
            from django.conf import settings

            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": person.session, "url": server}]
            )
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def open_page(contexts: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """A page; what its scripts complain about and what it asks for in vain fails the test."""
    faults: list[str] = []

    def new(person: Any = None, **options: Any) -> Page:
        page = contexts(person, **options).new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"{page.url}: {said.text}") if "Content Security" in said.text else None
            ),
        )
        page.on(
            "response",
            lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        return page

    yield new
    assert not faults, "\n".join(faults)
