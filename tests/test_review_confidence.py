"""Confidence in the workbench, in Chromium: three plain words, the reason, and the order of doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsing import Server, in_browser, opened

from corpora.bitext import Flag
from corpora.reading import read_bytes
from corpora.store import Hypothesis, Project

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = in_browser

UNMATCHED = Flag("unmatched", "No clear counterpart for: köprü.")


def test_three_plain_words_with_the_reason_and_the_least_sure_first(
    server: Server, context: BrowserContext
) -> None:
    document = read_bytes("Bakan geldi. Köprü açıldı. Hava güzel.".encode(), name="doubt.txt")
    proposed = [
        Hypothesis("Fine.", "m", 0.8, confidence=0.72),
        Hypothesis("Wrong.", "m", 0.3, confidence=0.04, reasons=(UNMATCHED,)),
        Hypothesis("Perhaps.", "m", 0.6, confidence=0.3),
    ]
    ids = [segment.id for _, segment in document.segments()]
    with Project.open(server.project) as project:
        name = project.add(document, dict(zip(ids, proposed, strict=True)))
    page = opened(context, server, name)
    meter = page.locator(".dg-meter")
    meter.wait_for()
    assert meter.get_attribute("aria-label") == "Likely fine"
    page.get_by_role("button", name="Least sure first").click()
    page.wait_for_selector(
        ".dg-meter[aria-label='Likely fine']"
    )  # the one that was open stays open
    rows = page.locator(".dg-row")
    assert [rows.nth(n).get_attribute("data-id") for n in range(3)] == [ids[1], ids[2], ids[0]]
    page.locator(f".dg-row[data-id='{ids[1]}']").click()
    page.wait_for_selector(".dg-meter[aria-label='Likely wrong']")
    assert page.locator(".dg-reasons").inner_text() == UNMATCHED.message
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector(".dg-meter[aria-label='Look at it']")
    page.locator(".dg-language").click()
    page.wait_for_selector("body[data-ready]", state="attached")
    assert page.get_by_role("button", name="Önce en şüpheliler").is_visible()
    page.locator(f".dg-row[data-id='{ids[1]}']").click()
    page.wait_for_selector(".dg-meter[aria-label='Büyük olasılıkla yanlış']")
    assert page.locator(".dg-reasons").inner_text() == "Açık bir karşılığı bulunamadı: köprü."
    assert page.faults == []  # type: ignore[attr-defined]
