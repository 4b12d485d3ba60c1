"""The page in a real browser: light and dark, wide and narrow, without network and scripts."""

from __future__ import annotations

import re
import sys

import pytest
from browser import CHROMIUM, Browser
from test_html import HERE, HOSTILE, finding, hostile_findings, many, page_of, schemes, span

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="the browser is asked over pipes"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def page(folder):
    path = folder / "report.html"
    long_names = f"{HERE}/{'a_folder_with_a_long_name/' * 6}and_a_file.py"
    wide = finding(
        2,
        path=long_names,
        lines={2: f"    {'model.add' * 9}(Dense(1))"},
        span=span(2, 80, 89),
        label="a label at the far end of the line, which takes some room",
        help=f"`{'a_very_long_name_' * 8}`",
        message=f"`{'another_very_long_name' * 6}` is long",
    )
    path.write_text(page_of(*many(), wide))
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_both_schemes(browser, page, dark):
    browser.open(page, width=1200, dark=dark)
    colours = schemes()["dark" if dark else "light"]
    _, _, pixels = browser.screenshot()
    assert "#" + pixels[:3].hex() == colours["bg"]
    assert bytes.fromhex(colours["error-tint"][1:]) in pixels
    first = "getComputedStyle(document.querySelector('svg .{}')).fill"
    for name, colour in (("w", "written"), ("r", "repaired"), ("u", "none"), ("u3", "u3")):
        shown = [int(part) for part in re.findall(r"\d+", browser.value(first.format(name)))]
        assert bytes(shown[:3]).hex() == colours[colour][1:]


@pytest.mark.parametrize("width", [1200, 760, 390, 320])
def test_nothing_is_wider_than_the_screen(browser, page, width):
    browser.open(page, width=width)
    browser.value("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.value("document.documentElement.scrollWidth") <= width


def test_no_requests_and_no_complaints(browser, page):
    browser.open(page, width=1200)
    requests = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"
    ]
    assert requests == [page.as_uri()]
    complaints = [event for event in browser.events if event.get("method") == "Log.entryAdded"]
    assert complaints == []
    assert browser.value("document.compatMode") == "CSS1Compat"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(browser, folder, text):
    path = folder / "hostile.html"
    path.write_text(page_of(*hostile_findings(text)))
    browser.open(path, width=1200)
    assert not browser.value("document.querySelectorAll('script, img, iframe').length")
    assert browser.value("document.title").startswith("kerlint: ")
    assert browser.value("document.querySelector('footer') !== null")
    assert [e for e in browser.events if e.get("method") == "Page.javascriptDialogOpening"] == []


def test_a_link_opens_the_page_of_a_rule(browser, page):
    browser.open(page, width=1200)
    assert not browser.value("document.querySelector('.rule').open")
    browser.value("document.querySelector('h4 a[href=\"#KER101\"]').click()")
    assert browser.value("document.getElementById('KER101').parentElement.open")


def test_a_box_leaves_out_findings(browser, page):
    browser.open(page, width=1200)
    seen = "[...document.querySelectorAll('article.f.e')].filter(e => e.offsetParent).length"
    assert browser.value(seen) > 3
    browser.value("document.getElementById('show-e').click()")
    assert browser.value(seen) == 0


def test_what_a_screen_reader_is_told(browser, page):
    browser.open(page, width=1200)
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]
    roles = [role for role, _ in told]
    for role in ("banner", "main", "navigation", "contentinfo", "heading", "table", "article"):
        assert role in roles
    assert all(name for role, name in told if role in ("image", "link", "heading", "checkbox"))
    assert ("image", "dense, as written none of 8 gets a gradient") in told
    assert not [name for role, name in told if role == "heading" and "\u2713" in name]


def test_with_the_keyboard(browser, page):
    browser.open(page, width=1200)
    key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    reached = []
    for _ in range(8):
        browser.ask("Input.dispatchKeyEvent", type="keyDown", **key)
        browser.ask("Input.dispatchKeyEvent", type="keyUp", **key)
        reached.append(browser.value("document.activeElement.textContent"))
        assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached[:4] == ["Skip to the findings", "Findings", "Models", "Rules"]


def test_on_paper(browser, page):
    browser.open(page, width=700, media="print")
    hidden = "getComputedStyle(document.querySelector('{}')).display"
    assert browser.value(hidden.format("nav")) == "none"
    assert browser.value(hidden.format(".filter")) == "none"
    folded = "document.querySelector('details.also:not([open]) h5, details.also:not([open]) li')"
    assert browser.value(f"{folded}.getBoundingClientRect().height") > 0
