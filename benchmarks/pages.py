"""Pages under load: eight clients at once ask stores of ten thousand, a hundred thousand and a million customers,
served side by side and asked in turns, so that what else the machine does falls on all alike. Loopback only.

`python -m benchmarks pages` makes the stores (see `crowd`) and prints the table; each operation is a whole page.
"""

from __future__ import annotations

import http.client
import random
import re
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

CLIENTS, SECONDS, ROUNDS, STEPS = 8, 4.0, 3, 100
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ROW = re.compile(r'data-row="(\d+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
PLATE = re.compile(r'class="plate[^"]*">(?:<svg.*?</svg>)?([^<]+)<')


class Browser:
    """One signed-in client with a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.csrf = port, dict[str, str](), ""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        answer = self._answer("POST" if form is not None else "GET", path, body, headers)
        text = answer.read().decode(errors="replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        self.place = answer.getheader("Location") or ""
        return answer.status, text

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """A line that rested was closed by the server, as lines are: it is opened again."""
        try:
            self.line.request(method, path, body, headers)
            return self.line.getresponse()
        except http.client.RemoteDisconnected:
            self.line.close()
            self.line.request(method, path, body, headers)
            return self.line.getresponse()

    def token(self, path: str) -> str:
        found = TOKEN.search(self.ask(path)[1])
        if found is None:
            raise SystemExit(f"{path} shows no form")
        return found[1]

    def sign_in(self, name: str, password: str) -> None:
        form = {"csrfmiddlewaretoken": self.token("/sign-in/"), "username": name, "password": password}
        if self.ask("/sign-in/", form)[0] != 302:
            raise SystemExit("the client could not sign in")
        self.csrf = self.token("/customers/new/")


@dataclass
class Store:
    """A served store, with what the operations need of it."""

    label: str
    port: int
    clients: list[Browser] = field(default_factory=list)
    deep: str = ""
    customers: list[str] = field(default_factory=list)
    plates: list[str] = field(default_factory=list)
    taken: dict[str, list[float]] = field(default_factory=dict)  # seconds of each answer
    spent: dict[str, float] = field(default_factory=dict)  # seconds of each operation's rounds

    def prepare(self, name: str, password: str) -> None:
        """Sign the clients in, walk the list a hundred pages down, and note customers and plates on the way."""
        for _number in range(CLIENTS):
            browser = Browser(self.port)
            browser.sign_in(name, password)
            self.clients.append(browser)
        one, path = self.clients[0], "/customers/"
        for _step in range(STEPS):
            text = one.ask(path)[1]
            self.customers += ROW.findall(text)
            self.plates += PLATE.findall(text)
            following = NEXT.search(text)
            if following is None:
                break
            path = unescape(following[1])
        self.deep = path


Act = Callable[[Store, Browser, random.Random], tuple[int, str]]
PINYIN = ("zhang", "wl", "liujian", "chen", "zhouy", "xu", "yangh", "lm")


def opened(store: Store, browser: Browser, dice: random.Random) -> tuple[int, str]:
    return browser.ask(f"/customers/{dice.choice(store.customers)}/")


def created(store: Store, browser: Browser, dice: random.Random) -> tuple[int, str]:
    """A new file with a name and a telephone number of its own."""
    number = f"13{dice.randrange(10**9):09d}"
    form = {"csrfmiddlewaretoken": browser.csrf, "kind": "person", "stage": "owner", "name": f"新客{number[-6:]}"}
    return browser.ask("/customers/new/", form | {"phone": number})


def found(text: Callable[[random.Random], str]) -> Act:
    return lambda _store, browser, dice: browser.ask("/customers/search/?" + urlencode({"q": text(dice)}))


ACTS: dict[str, Act] = {
    "list, first page": lambda _store, browser, _dice: browser.ask("/customers/"),
    f"list, after {STEPS} steps": lambda store, browser, _dice: browser.ask(store.deep),
    "search by pinyin": found(lambda dice: dice.choice(PINYIN)),
    "search by last four digits": found(lambda dice: f"{dice.randrange(10**4):04d}"),
    "search by plate": lambda store, browser, dice: browser.ask(
        "/customers/search/?" + urlencode({"q": dice.choice(store.plates)})
    ),
    "open a customer": opened,
    "create a customer": created,
}


def rounds(stores: list[Store]) -> None:
    """Each operation of each store in turns, so that a slow minute of the machine falls on all of them."""
    for _round in range(ROUNDS):
        for name, act in ACTS.items():
            for store in stores:
                one_round(store, name, act)


def one_round(store: Store, name: str, act: Act) -> None:
    """Eight clients ask as fast as they are answered."""
    taken, until, began = list[float](), time.monotonic() + SECONDS, time.monotonic()

    def ask(browser: Browser, dice: random.Random) -> None:
        while (at := time.monotonic()) < until:
            status, text = act(store, browser, dice)
            taken.append(time.monotonic() - at)
            if status != (302 if act is created else 200):
                raise SystemExit(f"{name} answered {status}: {text[:200]}")

    threads = [
        threading.Thread(target=ask, args=(browser, random.Random(f"{store.label}{number}{began}")))  # noqa: S311
        for number, browser in enumerate(store.clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.taken.setdefault(name, []).extend(taken)
    store.spent[name] = store.spent.get(name, 0) + time.monotonic() - began


def report(stores: list[Store]) -> None:
    first = stores[0]
    print("| page | customers | requests/s | p50 ms | p95 ms | p50 × the smallest's | p95 × |")
    print("|---|---|---|---|---|---|---|")
    for name in ACTS:
        small = quantiles(first.taken[name])
        for store in stores:
            middle, late = quantiles(store.taken[name])
            speed = len(store.taken[name]) / store.spent[name]
            ratio = f"{middle / small[0]:.2f} | {late / small[1]:.2f}" if store is not first else "1 | 1"
            print(f"| {name} | {store.label} | {speed:.0f} | {middle * 1000:.0f} | {late * 1000:.0f} | {ratio} |")


def quantiles(taken: list[float]) -> tuple[float, float]:
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
