"""The workbench as people use it: in Chromium, by keyboard, against a server of its own process."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import ROOT, WAIT, Server, field, in_browser, opened, target, type_over, until
from stores import on_both, place

from corpora.formats import find
from corpora.reading import read_bytes
from corpora.store import Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SHARED = Path(__file__).resolve().parents[2] / "shared" / "article" / "blinken-lavrov.tr.txt"
ARTICLE = SHARED if SHARED.exists() else ROOT / "docs" / "sample" / "article.tr.txt"

pytestmark = in_browser


@contextmanager
def no_faults(page: Page) -> Iterator[None]:
    yield
    assert page.faults == []  # type: ignore[attr-defined]


def test_the_whole_journey(
    browser: Browser, context: BrowserContext, tmp_path: Path, module_home: None
) -> None:
    """Paste, translate, correct by keyboard, mend a bead, fix a speaker, approve, export, read back."""
    server = Server(tmp_path)
    try:
        page = opened(context, server, person="Ayşe")
        page.get_by_role("button", name="Add an article").first.click()
        page.get_by_label("Text of the article").fill(ARTICLE.read_text("utf-8"))
        page.get_by_role("button", name="Add and translate").first.click()
        page.wait_for_selector(".dg-row.dg-card")
        document = server.get("documents")["documents"][0]["id"]
        total = server.get("documents")["documents"][0]["segments"]
        until(lambda: "new" not in server.get("documents")["documents"][0]["counts"], 240)
        page.wait_for_function("!document.querySelector('.dg-row .dg-blank')", timeout=WAIT)
        # Three corrections by keyboard, the third through the next-to-review key.
        field(page).click()
        page.keyboard.press("Control+a")
        page.keyboard.type("First correction.")
        page.keyboard.press("Control+Enter")
        page.wait_for_function("document.querySelector('.dg-card .dg-mark').textContent === '2'")
        page.keyboard.press("Control+a")
        page.keyboard.type("Second correction.")
        page.keyboard.press("Alt+ArrowDown")
        page.wait_for_function("document.querySelector('.dg-card .dg-mark').textContent === '3'")
        page.keyboard.press("Control+End")
        page.keyboard.type(" Third.")
        page.keyboard.press("Control+Enter")
        until(lambda: target(server, document, 2)["status"] == "approved")
        assert target(server, document, 0)["target"] == "First correction."
        assert (target(server, document, 1)["target"], target(server, document, 1)["status"]) == (
            "Second correction.",
            "edited",
        )
        # A speaker.
        page.get_by_role("tab", name="Quotes").click()
        page.wait_for_selector(".dg-quote.current")
        page.keyboard.press("Alt+p")
        page.keyboard.press("Control+a")
        page.keyboard.type("Corrected Name")
        page.keyboard.press("Enter")
        page.wait_for_selector(".dg-people >> text=Corrected Name")
        assert any(
            (p["source"] or p["target"])["speaker"] == "Corrected Name"
            for p in server.get("quotes", document=document)["pairs"]
        )
        # A bead, with an English text.
        english = (ROOT / "docs" / "sample" / "article.en.txt").read_text("utf-8")
        with Project.open(server.project) as project:
            project.add(read_bytes(english.encode(), name="news.en.txt", lang="en"))
        page.get_by_role("tab", name="Alignment").click()
        page.get_by_role("button", name="Align", exact=True).click()
        page.wait_for_selector(".dg-bead.current")
        made = server.get("alignments")["alignments"][0]
        page.keyboard.press("Alt+m")
        until(lambda: server.get("alignments")["alignments"][0]["beads"] == made["beads"] - 1)
        # Approve the rest, and export.
        page.get_by_role("tab", name="Article").click()

        def all_approved() -> bool:
            page.keyboard.press("Alt+n")
            page.wait_for_timeout(150)
            # Where the page is slow to go on, this approves again what is approved already, and the next round goes on.
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(150)
            return bool(server.get("next", document=document)["segment"] == "")

        until(all_approved)
        page.get_by_role("tab", name="Project").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        pairs = list(find(path).read(path))
        assert len([p for p in pairs if p.document == document]) == total
        assert pairs[0].target == "First correction."
        assert pairs[0].editor == "Ayşe"
        assert page.faults == []  # type: ignore[attr-defined]
    finally:
        server.kill()


@on_both
def test_typing_survives_a_reload_and_a_killed_server(
    context: BrowserContext, tmp_path: Path, toy_folder: Path, module_home: None, kind: str
) -> None:
    with place(kind, tmp_path) as where:
        typing_survives(Server(tmp_path, model=str(toy_folder), project=where), context)


def typing_survives(server: Server, context: BrowserContext) -> None:
    try:
        name = server.add("Bakan geldi.\n\nPolis gördü.", "a.txt")
        page = opened(context, server, name)
        type_over(page, "Typed, and the page is gone at once")
        page.reload()
        page.wait_for_selector("body[data-ready]", state="attached")
        assert field(page).input_value() == "Typed, and the page is gone at once"
        # A second after the last key it is in the database too: a browser that knows nothing of it sees it.
        type_over(page, "Typed and waited")
        until(
            lambda: (
                [d["text"] for d in server.get("drafts", document=name)["drafts"]]
                == ["Typed and waited"]
            )
        )
        server.kill()
        type_over(page, "Typed while the server was dead")
        page.wait_for_selector(".dg-banner:not([hidden])")
        server.start()
        until(
            lambda: (
                [d["text"] for d in server.get("drafts", document=name)["drafts"]]
                == ["Typed while the server was dead"]
            )
        )
        page.reload()
        page.wait_for_selector("body[data-ready]", state="attached")
        assert field(page).input_value() == "Typed while the server was dead"
        # Moving on saves it as an edit.
        field(page).click()
        page.keyboard.press("Alt+ArrowDown")
        until(lambda: target(server, name, 0)["target"] == "Typed while the server was dead")
        assert server.get("drafts", document=name)["drafts"] == []
    finally:
        server.kill()


def test_a_conflict_shows_both_and_offers_three_ways(
    browser: Browser, context: BrowserContext, server: Server
) -> None:
    name = server.add("Bakan geldi.\n\nPolis gördü.\n\nKadın gitti.", "conflict.txt")
    other = browser.new_context(locale="en-US")
    other.set_default_timeout(WAIT)
    try:
        hers, his = opened(context, server, name, "Ayşe"), opened(other, server, name, "Mehmet")
        for choice, wanted in (
            ("Save mine", "Her 0."),
            ("Keep theirs", "His 1."),
            ("Save this one", "Both."),
        ):
            number = ("Save mine", "Keep theirs", "Save this one").index(choice)
            for page in (hers, his):
                page.locator(".dg-row").nth(number).locator(".dg-target").click()
                page.wait_for_function(
                    f"document.querySelector('.dg-card .dg-mark').textContent === '{number + 1}'"
                )
            # Hers is typed before she can have heard of his.
            type_over(hers, f"Her {number}.")
            type_over(his, f"His {number}.")
            his.keyboard.press("Alt+Enter")
            until(lambda n=number: target(server, name, n)["target"] == f"His {n}.")  # type: ignore[misc]
            hers.keyboard.press("Control+Enter")
            dialog = hers.get_by_role("dialog")
            dialog.wait_for()
            assert f"His {number}." in dialog.inner_text()
            assert "Mehmet" in dialog.inner_text()
            if choice == "Save this one":
                dialog.locator("textarea").fill("Both.")
            dialog.get_by_role("button", name=choice).click()
            until(lambda n=number, w=wanted: target(server, name, n)["target"] == w)  # type: ignore[misc]
            dialog.wait_for(state="detached")
        with no_faults(hers):
            pass
    finally:
        other.close()


def test_completion_is_taken_whole_or_by_the_word(context: BrowserContext, server: Server) -> None:
    name = server.add("Polis büyük adam gördü.", "complete.txt")
    page = opened(context, server, name)
    type_over(page, "Police b")
    ghost = page.locator(".dg-ghost")
    page.wait_for_function("document.querySelector('.dg-ghost').textContent.startsWith('ig man')")
    page.keyboard.press("Control+ArrowRight")
    assert field(page).input_value() == "Police big"
    assert ghost.text_content() == " man saw."
    page.keyboard.press("Tab")
    assert field(page).input_value() == "Police big man saw."
    page.keyboard.press("Control+a")
    page.keyboard.type("Men")
    page.wait_for_timeout(1000)
    assert field(page).input_value() == "Men", "what she types is never changed"


def test_no_key_fires_while_plain_text_is_typed(context: BrowserContext, server: Server) -> None:
    name = server.add("Bakan geldi.\n\nPolis gördü.", "keys.txt")
    page = opened(context, server, name)
    text = "abcçdefgğhıijklmnoöprsştuüvyzwxqABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ 0123456789 .,;:!?'\"“”()[]{}/\\-_+=*&%#@€₺"
    type_over(page, text)
    assert field(page).input_value() == text
    assert page.locator("dialog[open]").count() == 0
    assert page.locator(".dg-card .dg-mark").text_content() == "1"
    # AltGr of a Turkish keyboard reports itself as Ctrl+Alt.
    for key in ("q", "e", "t", "s", "m", "n", "z"):
        page.keyboard.press(f"Control+Alt+{key}")
    assert page.locator(".dg-card .dg-mark").text_content() == "1"
    until(lambda: server.get("drafts", document=name)["drafts"][:1] != [])
    assert target(server, name, 0)["status"] == "machine"
    page.keyboard.press("F1")
    sheet = page.get_by_role("dialog")
    assert "Ctrl+Enter" in sheet.inner_text()
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")


EVIL = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>\"'><svg onload=window.hacked=1>"


def test_no_text_becomes_markup(context: BrowserContext, server: Server, tmp_path: Path) -> None:
    text = f'Bakan {EVIL} Kaya, "Köprü {EVIL} açılacak" dedi.\n\nPolis {EVIL} gördü.'
    name = server.add(
        text,
        "evil.txt",
        [f"Minister {EVIL} said: “The bridge {EVIL} will open.”", f"Police {EVIL}."],
    )
    english = f"evil{EVIL.replace('/', '')[:40]}.txt"
    with Project.open(server.project, person=EVIL[:60]) as project:
        project.comment(name, target(server, name, 0)["id"], EVIL)
        from alignment.quotes import Quote

        project.add_quote(name, Quote("direct", EVIL, EVIL, ((0, 0, 5),), EVIL))
        project.set_quote_pairs(name, [])
        quote = next(q for q in project.quotes(name) if q.speaker == EVIL)
        project.pair_quotes(quote.id, None)
        other = project.add(
            read_bytes(f"The {EVIL} minister came. Police saw.".encode(), name=english, lang="en")
        )
        project.edit(
            name,
            target(server, name, 1)["id"],
            f"Police {EVIL} edited.",
            version=target(server, name, 1)["version"],
        )
    page = opened(context, server, name, person="<b>x</b>")
    page.wait_for_timeout(1500)
    page.locator("summary").first.click()
    page.keyboard.press("Alt+a")
    page.wait_for_timeout(800)
    for tab in ("Quotes", "Alignment", "Project"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(1500)
    page.get_by_role("tab", name="Alignment").click()
    page.locator(".dg-welcome select").select_option(other)
    page.get_by_role("button", name="Align", exact=True).click()
    page.wait_for_selector(".dg-bead.current, .dg-toast.bad")
    file = tmp_path / "<img src=x onerror=window.hacked=1>.txt"
    file.write_text(f"Yeni haber {EVIL} geldi.", "utf-8")
    page.get_by_role("button", name="Add an article").first.click()
    page.get_by_role("tab", name="Upload").click()
    page.locator(".dg-add input[type=file]").set_input_files(str(file))
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Add and translate").first.click()
    # The new document is opened in the article view.
    page.wait_for_function(
        "document.querySelector('#dg-tabs [aria-selected=true]').textContent.includes('Article')"
    )
    page.get_by_role("tab", name="Project").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Preview").click()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_files_of_the_server_are_not_served(server: Server) -> None:
    place = Path(server.project).resolve()
    for path in (
        f"gradio_api/file={place}", f"gradio_api/file={Path.home()}/.bashrc", f"file={place}", "web/static/../routes.py",
        "web/static/..%2froutes.py", "web/static/%2e%2e/%2e%2e/pyproject.toml", f"web/static/{place}",
        "gradio_api/file=../../etc/passwd", f"gradio_api/proxy=http://127.0.0.1:{server.port}/web/start",
    ):  # fmt: skip
        answer = httpx.get(server.url + path, timeout=30)
        assert answer.status_code >= 400, path
    # A name that is made to lead here is not answered, nor is another site's page.
    assert httpx.get(server.url, headers={"host": "evil.example"}, timeout=30).status_code == 403
    strange = httpx.post(
        server.url + "web/undo", headers={"origin": "http://evil.example"}, json={}, timeout=30
    )
    assert strange.status_code == 403
    page = httpx.get(server.url, timeout=30)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(("width", "dark", "locale"), [(390, False, "tr-TR"), (640, True, "en-US")])
def test_narrow_dark_and_turkish(
    browser: Browser, server: Server, width: int, dark: bool, locale: str
) -> None:
    """A phone; and 640 pixels, which is a laptop at 200 % zoom."""
    name = server.add("Bakan geldi.\n\nPolis gördü.", "narrow.txt")
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=locale,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(WAIT)
    try:
        page = opened(context, server, name)
        names = (
            ("Haber", "Hizalama", "Alıntılar", "Proje")
            if locale == "tr-TR"
            else ("Article", "Alignment", "Quotes", "Project")
        )
        for tab in names:
            page.get_by_role("tab", name=tab, exact=True).click()
            page.wait_for_timeout(600)
            assert page.evaluate("document.documentElement.scrollWidth") <= width + 1, tab
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) is dark
        assert page.evaluate("document.documentElement.lang") == locale[:2]
        page.get_by_role("tab", name=names[0], exact=True).click()
        assert page.get_by_role(
            "button", name="Onayla" if locale == "tr-TR" else "Approve"
        ).first.is_visible()
    finally:
        context.close()


def test_ten_thousand_segments_open_and_move_fast(context: BrowserContext, server: Server) -> None:
    sentence = "Bakan, {n}. toplantıda köprünün yarın açılacağını ve herkesin geçeceğini söyledi."
    name = server.add("\n\n".join(sentence.format(n=n) for n in range(10_000)), "long.txt")
    small = server.add("Bakan geldi.", "small.txt")
    page = opened(context, server, small)
    script = """async (name) => {
      const start = performance.now();
      const choice = document.querySelector('.dg-documents');
      choice.append(new Option(name, name));
      choice.value = name;
      choice.dispatchEvent(new Event('change'));
      while (!document.querySelector('.dg-card textarea') || !location.hash.includes(name) || document.querySelectorAll('.dg-row').length < 20) await new Promise((go) => setTimeout(go, 5));
      return performance.now() - start;
    }"""
    first = page.evaluate(script, name)
    page.goto(server.url + f"#document={small}")
    page.reload()
    page.wait_for_selector("body[data-ready]", state="attached")
    took = min(first, page.evaluate(script, name))
    moves = page.evaluate("""async () => {
      const took = [];
      for (let n = 0; n < 60; n++) {
        const before = document.querySelector('.dg-card').dataset.id, start = performance.now();
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', code: 'ArrowDown', altKey: true, bubbles: true}));
        while (document.querySelector('.dg-card')?.dataset.id === before || !document.querySelector('.dg-card')) await new Promise((go) => requestAnimationFrame(go));
        took.push(performance.now() - start);
      }
      return took.sort((a, b) => a - b);
    }""")
    p95 = moves[int(0.95 * len(moves))]
    # Three times what the workbench promises, for a machine that runs other tests beside this one.
    assert took < 6000, took
    assert p95 < 450, moves
    assert page.locator(".dg-row").count() < 400, "only what is near is drawn"


def test_axe_finds_no_serious_violation(
    context: BrowserContext, server: Server, tmp_path: Path
) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    got = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "axe-core@4"], cwd=tmp_path, capture_output=True, check=False, timeout=120
    )  # fmt: skip
    if got.returncode:
        pytest.skip("npm has no registry here")
    name = server.add('Bakan Ali Kaya, "Köprü yarın açılacak" dedi.\n\nPolis gördü.', "axe.txt")
    page = opened(context, server, name)
    script = (tmp_path / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    page.evaluate(script)
    field(page).click()
    faults: list[str] = []
    for tab in ("Article", "Alignment", "Quotes", "Project"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(1500)
        for dark in (False, True):
            page.evaluate("(dark) => document.body.classList.toggle('dark', dark)", dark)
            # Colours change over a fraction of a second; what they pass through is nobody's design.
            page.wait_for_timeout(600)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            faults += [
                f"{tab}{' dark' if dark else ''}: {v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
                for v in found["violations"]
                if v["impact"] in ("serious", "critical")
            ]
    assert faults == []
