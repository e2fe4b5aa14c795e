"""What the tests of the workbench in a browser share: Chromium, and a server of its own process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from corpora.reading import read_bytes
from corpora.store import Hypothesis, Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parent.parent
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WAIT = 120_000  # milliseconds; a busy machine is slow, not wrong
FIELD = ".dg-field"
in_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


class Server:
    """`dragoman review` in a process of its own; ``project`` is a file in ``folder`` if not said otherwise."""

    def __init__(
        self,
        folder: Path,
        *inputs: str,
        model: str = "",
        project: str = "",
        auth: Path | None = None,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.inputs, self.model, self.auth = inputs, model, auth
        self.project = project or str(folder / "p.dragoman")
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        command = [
            sys.executable, "-m", "ui", "review", *self.inputs, "--project", self.project, "--port",
            str(self.port), "--no-browser", *(["--model", self.model] if self.model else []),
            *(["--auth", str(self.auth)] if self.auth else []),
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            env={**os.environ, "DRAGOMAN_PERSON": "server"},
        )
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}web/static/first.js", timeout=5)
            except httpx.HTTPError:
                assert self.process.poll() is None, self.process.communicate()[1]
                time.sleep(0.2)
            else:
                return
        raise AssertionError("the server does not come up")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def get(self, path: str, **query: Any) -> Any:
        return httpx.get(f"{self.url}web/{path}", params=query, timeout=60).json()

    def add(self, text: str, name: str, targets: list[str] | None = None) -> str:
        """Put a document in from outside, with translations."""
        document = read_bytes(text.encode(), name=name)
        ids = [segment.id for _, segment in document.segments()]
        made = targets or [f"Translation {n}." for n in range(len(ids))]
        with Project.open(self.project) as project:
            return project.add(document, {k: Hypothesis(v) for k, v in zip(ids, made, strict=True)})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def module_home(shared_home: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_HOME", str(shared_home))
        yield


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, toy_folder: Path, module_home: None
) -> Iterator[Server]:
    """A server with the toy model, shared by the tests that bring documents of their own."""
    server = Server(tmp_path_factory.mktemp("review"), model=str(toy_folder))
    yield server
    server.kill()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    context.set_default_timeout(WAIT)
    yield context
    context.close()


def opened(context: BrowserContext, server: Server, document: str = "", person: str = "") -> Page:
    """The page, ready; every fault in its scripts fails the test."""
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    if person:
        page.add_init_script(f"localStorage.setItem('dragoman:person', {person!r})")
    page.goto(server.url + (f"#document={document}" if document else ""))
    page.wait_for_selector("body[data-ready]", state="attached")
    return page


def field(page: Page) -> Any:
    return page.locator(FIELD)


def target(server: Server, document: str, number: int) -> dict[str, Any]:
    ids = server.get("outline", document=document)["ids"]
    found: dict[str, Any] = server.get(
        "segments", document=document, first=ids[number], last=ids[number]
    )["segments"][0]
    return found


def until(condition: Callable[[], Any], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)


def type_over(page: Page, text: str) -> None:
    field(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
