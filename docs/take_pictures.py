"""Takes the pictures of the README again: plants a demo, serves it, looks at it, ends it.

    .venv/bin/python docs/take_pictures.py            # about five minutes
    .venv/bin/python docs/take_pictures.py --url http://127.0.0.1:8000   # of a demo that runs already
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PORT = 8799
PASSWORD = "qibu-demo-7"  # noqa: S105  (the demo prints it)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
DESK, HANDSET = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LARGEST = 150_000
Colour = tuple[int, int, int]
Way = Callable[[Page], object]  # False: there is nothing to see for this person now


def calling(page: Page) -> bool:
    """The workbench with a call open that has a script and a history, or else with any call."""
    page.goto("/")
    rows = page.locator("[data-row-link]")
    wanted = rows.filter(has_text=re.compile("三日回访|续保|保养邀约|follow-up|Renewal|Invite"))
    if not rows.count():
        return False
    (wanted if wanted.count() else rows).first.click()
    return True


def at_work(page: Page) -> bool:
    page.goto("/")
    return page.locator("[data-row-link]").count() > 0


def a_customer(page: Page) -> None:
    """The customer of the most urgent task, on their own page; in the evening the first of the list."""
    page.goto("/")
    links = page.locator("main a[href^='/customers/']")
    if not links.count():
        page.goto("/customers/")
        links = page.locator("main tbody a[href^='/customers/']")
    page.goto(str(links.first.get_attribute("href")))


def in_customers(page: Page) -> None:
    page.goto("/customers/")


def in_care(page: Page) -> None:
    page.goto("/care/")


def in_import(page: Page) -> None:
    """The columns of the file that came this morning."""
    page.goto("/imports/")
    page.locator("main tbody a").first.click()


def on_the_board(page: Page) -> None:
    page.goto("/leads/board/")


def at_the_desk(page: Page) -> None:
    """Somebody has just come in and said a name."""
    page.goto("/showroom/")
    page.fill("input[name=q]", "陈雪")
    page.locator("#found label").first.wait_for()


def a_quotation(page: Page) -> None:
    """One with several ways to pay beside each other."""
    page.goto("/quotes/")
    row = page.locator("[data-row]").filter(has_text=re.compile("个方案|options")).first
    page.goto(str(row.get_attribute("data-href")))


def in_the_funnel(page: Page) -> None:
    page.goto("/funnel/")


CALLERS = ("zhouting", "heyuwei", "zengjiaqi")  # in the evening some of them are done

# Picture: who looks (the first who has something to see), in which language, on what, and how to get there.
SHOTS: dict[str, tuple[tuple[str, ...], str, dict[str, int], Way]] = {
    "workbench": (CALLERS, "zh-CN", DESK, calling),
    "workbench-en": (CALLERS, "en", DESK, calling),
    "customers": (("mengshu",), "zh-CN", DESK, in_customers),
    "customer": (("zhouting",), "zh-CN", DESK, a_customer),
    "import": (("mengshu",), "zh-CN", DESK, in_import),
    "pipeline": (("shenyizhou",), "zh-CN", DESK, on_the_board),
    "pipeline-en": (("shenyizhou",), "en", DESK, on_the_board),
    "desk": (("shenyizhou",), "zh-CN", DESK, at_the_desk),
    "quotation": (("zengjiaqi",), "zh-CN", DESK, a_quotation),
    "funnel": (("shenyizhou",), "zh-CN", DESK, in_the_funnel),
    "care": (("mengshu",), "zh-CN", DESK, in_care),
    "phone": (CALLERS, "zh-CN", HANDSET, at_work),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of the README again.")
    parser.add_argument("--url", help="of a running demo")
    parser.add_argument("--only", nargs="*", default=list(SHOTS), choices=list(SHOTS))
    parser.add_argument("--to", type=Path, default=PICTURES)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with served(options.url) as url, sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name in options.only:
            take(browser, url, name, options.to / f"{name}.png")
        browser.close()


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """The address of a demo: the given one, or one of its own in a folder that goes afterwards."""
    if url:
        yield url.rstrip("/")
        return
    with TemporaryDirectory() as home:
        Path(home).chmod(0o711)  # root's PostgreSQL runs as a user of its own, who has to get in
        command = [sys.executable, "-m", "qibu", "--home", home, "--port", str(PORT), "demo"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            next(line for line in demo.stdout or () if str(PORT) in line)
            try:
                yield f"http://127.0.0.1:{PORT}"
            finally:
                demo.send_signal(signal.SIGTERM)


def take(browser: Browser, url: str, name: str, path: Path) -> None:
    people, language, size, way = SHOTS[name]
    for person in people:
        page = signed_in(browser, url, person, language, size)
        if way(page) is not False:
            break
        page.context.close()
    else:
        sys.exit(f"{name}: there is nothing to see for {', '.join(people)}")
    page.wait_for_load_state("networkidle")
    path.write_bytes(with_palette(page.screenshot(animations="disabled", caret="hide")))
    page.context.close()
    size_in_bytes = path.stat().st_size
    print(f"{path.name}: {size_in_bytes // 1000} kB{'  TOO LARGE' if size_in_bytes > LARGEST else ''}")


def signed_in(browser: Browser, url: str, person: str, language: str, size: dict[str, int]) -> Page:
    context = browser.new_context(base_url=url, viewport=size, locale=language, color_scheme="light")
    context.add_cookies([{"name": "qibu_language", "value": "en" if language == "en" else "zh-hans", "url": url}])
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=username]", person)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def with_palette(png: bytes) -> bytes:
    """The same picture in the 256 colours that are most of it, which is a third of the size."""
    width, height, pixels = unpacked(png)
    counted = Counter(pixels)
    palette = [colour for colour, _number in counted.most_common(256)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in counted.keys() - place.keys():
        place[colour] = min(range(len(palette)), key=lambda number: distance(colour, palette[number]))
    rows = (pixels[start : start + width] for start in range(0, width * height, width))
    lines = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    parts = (b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return png[:8] + b"".join(chunk(*part) for part in parts)


def distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def unpacked(png: bytes) -> tuple[int, int, list[Colour]]:
    """Width, height and pixels of a PNG of eight bits a channel, as browsers write them (ISO/IEC 15948)."""
    found: dict[bytes, bytes] = {}
    start = 8
    while start < len(png):
        (length,) = struct.unpack(">I", png[start : start + 4])
        kind = png[start + 4 : start + 8]
        found[kind] = found.get(kind, b"") + png[start + 8 : start + 8 + length]
        start += length + 12
    width, height, _depth, sort = struct.unpack(">IIBB", found[b"IHDR"][:10])
    size = {2: 3, 6: 4}[sort]
    lines = unfiltered(zlib.decompress(found[b"IDAT"]), width * size, size)
    return width, height, [(p[0], p[1], p[2]) for p in (lines[at : at + 3] for at in range(0, len(lines), size))]


def unfiltered(data: bytes, width: int, size: int) -> bytearray:
    """The bytes of the picture; each line says by its first byte what was taken off it."""
    done, above = bytearray(), bytearray(width)
    for start in range(0, len(data), width + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + width])
        for at in range(width):
            left, corner = (line[at - size], above[at - size]) if at >= size else (0, 0)
            line[at] = (line[at] + predicted(kind, left, above[at], corner)) & 255
        done += line
        above = line
    return done


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        middle = left + up - corner
        return min((left, up, corner), key=lambda value: abs(value - middle))
    return (0, left, up, (left + up) // 2)[kind]


if __name__ == "__main__":
    main()
