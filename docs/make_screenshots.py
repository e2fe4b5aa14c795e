"""Make the pictures of docs/images anew: python docs/make_screenshots.py (needs Chromium, and Playwright of the dev extra)."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
WIDE, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 800}


@contextmanager
def server() -> Iterator[str]:
    """The workbench on the sample article and its translation; yields its address."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        sample = ["sample/article.tr.txt", "sample/article.en.txt"]
        command = [
            sys.executable,
            "-m",
            "ui",
            "review",
            *sample,
            "--project",
            f"{folder}/news.dragoman",
        ]
        process = subprocess.Popen([*command, "--port", str(port), "--no-browser"], cwd=HERE)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{port}/"
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}web/start")  # noqa: S310 - our own address
                    break
                except OSError:
                    time.sleep(0.3)
            yield address
        finally:
            process.terminate()
            process.wait()


def keep(page: Page, name: str) -> None:
    """Save what the page shows in 128 colours, which keeps the file small."""
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelectorAll('.dg-toast').forEach((note) => note.remove())")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
    picture.save(HERE / "images" / f"{name}.png", optimize=True)


def translated(page: Page) -> None:
    """Wait until the whole article is there."""
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    page.wait_for_selector(".dg-card textarea", timeout=60_000)
    page.wait_for_function(
        "!document.querySelector('.dg-row .dg-blank, .dg-job progress')", timeout=180_000
    )
    page.wait_for_timeout(2000)


def tab(page: Page, number: int) -> None:
    """Choose a view."""
    page.locator("#dg-tabs button[role=tab]").nth(number).click()
    page.wait_for_timeout(1500)


def work(page: Page) -> None:
    """Correct a few sentences, and begin another."""
    page.locator(".dg-field").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sarıkaya: We will not rush to reopen the bridge")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(800)
    page.keyboard.press("Control+a")
    page.keyboard.type("Transport Minister Meltem Sarıkaya said the ", delay=30)
    page.wait_for_function("document.querySelector('.dg-ghost').textContent", timeout=60_000)
    page.wait_for_selector(".dg-saved.saved", timeout=60_000)


def everything(browser: Any, address: str) -> None:
    """One picture for each screen."""
    context = browser.new_context(viewport=WIDE, locale="en-US")
    context.add_init_script("localStorage.setItem('dragoman:person', 'Ayşe')")
    page = context.new_page()
    page.goto(address)
    translated(page)
    work(page)
    keep(page, "review")
    tab(page, 1)
    page.get_by_role("button", name="Align", exact=True).click()
    page.wait_for_selector(".dg-bead.current", timeout=60_000)
    for _ in range(3):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(600)
    keep(page, "review-alignment")
    tab(page, 2)
    page.locator(".dg-with select").select_option(index=1)
    keep(page, "review-quotes")
    tab(page, 3)
    page.wait_for_timeout(3000)
    keep(page, "review-project")
    context.close()
    for name, view, dark, locale in (
        ("review-dark", WIDE, True, "en-US"),
        ("review-phone", PHONE, False, "tr-TR"),
    ):
        context = browser.new_context(
            viewport=view, color_scheme="dark" if dark else "light", locale=locale
        )
        context.add_init_script("localStorage.setItem('dragoman:person', 'Ayşe')")
        page = context.new_page()
        page.goto(address)
        translated(page)
        if dark:
            tab(page, 2)
        keep(page, name)
        context.close()


def main() -> None:
    """Make them all."""
    (HERE / "images").mkdir(exist_ok=True)
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        everything(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
