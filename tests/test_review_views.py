"""The workbench's other views, and its login, in Chromium: mending an alignment, exporting, uploading, logging in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from browsing import WAIT, Server, field, in_browser, opened, type_over, until

from alignment.sentences import Bead
from corpora.formats import find
from corpora.reading import read_bytes
from corpora.store import Project
from ui.web.people import password_hash

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = in_browser

TURKISH = (
    "Bakan dün köprüyü açtı. Polis eski evde büyük bir adam gördü. Kadın yarın bir açıklama yapacağını söyledi. "
    "Çocuklar okula gitti. Takım maçı kazandı. Hava bugün güzel."
)
# The fourth and the fifth stand the other way round, and the sixth is the reporter's own.
ENGLISH = (
    "The minister opened the bridge yesterday. The police saw a big man in the old house. The woman said she would make "
    "a statement tomorrow. The team won the match. The children went to school. Nobody else said this. The weather is "
    "nice today."
)
SCORES = (0.98, 0.3, 0.95, 0.45, 0.41, 0.97)


@pytest.fixture
def aligned(server: Server) -> tuple[str, int]:
    """The Turkish document, and its alignment with the English one as a machine might have made it."""
    turkish = server.add(TURKISH, "mending.txt")
    with Project.open(server.project) as project:
        english = project.add(read_bytes(ENGLISH.encode(), name="mending.en.txt", lang="en"))
        beads = [Bead((n,), (n if n < 5 else 6,), score) for n, score in enumerate(SCORES)]
        made = project.add_alignment(
            project.document(turkish),
            project.document(english),
            [*beads[:5], Bead((), (5,), 0.2), beads[5]],
        )
    return turkish, made


def shape(server: Server, alignment: int) -> list[tuple[tuple[int, ...], tuple[int, ...], str]]:
    found = server.get("beads", alignment=alignment)["beads"]
    return [(tuple(b["source"]), tuple(b["target"]), b["status"]) for b in found]


def current(page: Page) -> str:
    return page.locator(".dg-bead.current").inner_text()


def show_alignment(page: Page) -> None:
    page.get_by_role("tab", name="Alignment").click()
    page.wait_for_selector(".dg-bead.current")


def test_an_alignment_is_mended_by_keyboard(
    context: BrowserContext, server: Server, aligned: tuple[str, int]
) -> None:
    document, made = aligned
    page = opened(context, server, document)
    show_alignment(page)
    start = shape(server, made)
    pairs = [bead[:2] for bead in start]
    assert page.locator(".dg-bead").count() == 7
    assert page.locator(".dg-bead.lone .dg-null").count() == 1

    def changed(*wanted: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
        until(lambda: sorted(bead[:2] for bead in shape(server, made)) == sorted(wanted))

    # The doubtful ones first; what is confirmed goes to the end, and the next one is at hand.
    page.get_by_label("Order").select_option("score")
    shown = page.locator(".dg-bead .dg-score").all_inner_texts()
    assert shown == ["∅", "30%", "41%", "45%", "95%", "97%", "98%"]
    page.keyboard.press("Alt+ArrowDown")
    assert "Polis" in current(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.querySelector('.dg-bead.current').innerText.includes('Takım')")
    assert (((1,), (1,), "approved")) in shape(server, made)

    # Two that cross are linked, one after the other.
    page.get_by_label("Order").select_option("text")
    for turkish, english in (("Çocuklar", "children"), ("Takım", "team")):
        for word, side in ((turkish, "Alt+ArrowLeft"), (english, "Alt+ArrowRight")):
            page.locator(".dg-bead", has_text=word).first.click()
            page.keyboard.press(side)
            page.keyboard.press("Alt+l")
        page.keyboard.press("Alt+k")
        page.wait_for_function(
            "([a, b]) => [...document.querySelectorAll('.dg-bead')].some((one) => one.innerText.includes(a) && one.innerText.includes(b))",
            arg=[turkish, english],
        )
    changed(*pairs[:3], ((3,), (4,)), ((4,), (3,)), *pairs[5:])

    # Anchors stand when the rest is aligned again, even those that cross.
    for word in ("Çocuklar", "Takım"):
        page.locator(".dg-bead", has_text=word).first.click()
        page.keyboard.press("Control+Enter")
        page.locator(".dg-bead.anchor", has_text=word).wait_for()
    page.keyboard.press("Alt+r")
    page.get_by_text("Aligned again around 3 confirmed pairs").wait_for()
    again = shape(server, made)
    assert {((1,), (1,), "approved"), ((3,), (4,), "approved"), ((4,), (3,), "approved")} < set(
        again
    )

    # A sentence goes to the neighbour and back, two beads become one and two again.
    before = [bead[:2] for bead in again]
    page.locator(".dg-bead", has_text="Bakan").first.click()
    page.keyboard.press("Alt+m")
    # Both sentences in one card: the page knows it too.
    page.locator(".dg-bead.current", has_text="Bakan").filter(has_text="Polis").wait_for()
    assert ((0, 1), (0, 1)) in [bead[:2] for bead in shape(server, made)]
    page.keyboard.press("Alt+s")
    changed(*before)
    page.locator(".dg-bead", has_text="Bakan").filter(has_not_text="Polis").first.click()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowDown")
    until(lambda: ((1,), (0, 1)) in [bead[:2] for bead in shape(server, made)])
    page.locator(".dg-bead", has_text="Polis").first.click()
    page.keyboard.press("Alt+Shift+ArrowUp")
    changed(*before)

    # Whatever was done, all of it is taken back.
    for _ in range(30):
        page.keyboard.press("Alt+z")
        page.wait_for_timeout(300)
        if shape(server, made) == start:
            break
    assert shape(server, made) == start
    assert page.faults == []  # type: ignore[attr-defined]


def test_an_alignment_goes_on_where_it_was_left(
    context: BrowserContext, server: Server, aligned: tuple[str, int]
) -> None:
    page = opened(context, server, aligned[0])
    # The one without a Turkish side too: the place of its English sentence is no Turkish sentence's.
    for word in ("Takım", "Nobody else"):
        show_alignment(page)
        page.locator(".dg-bead", has_text=word).first.click()
        assert word in current(page)
        page.reload()
        page.wait_for_selector("body[data-ready]", state="attached")
        show_alignment(page)
        assert word in current(page)


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, toy_folder: Path, module_home: None
) -> Iterator[Server]:
    """A server that asks who comes in."""
    folder = tmp_path_factory.mktemp("guarded")
    people = folder / "people"
    people.write_text(
        "".join(f"{name}:reviewer:{password_hash('parola123')}\n" for name in ("Ayşe", "Mehmet"))
    )
    server = Server(folder, model=str(toy_folder), auth=people)
    yield server
    server.kill()


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("parola123")
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready]", state="attached")


def test_typing_survives_an_expired_login(context: BrowserContext, guarded: Server) -> None:
    name = guarded.add("Bakan geldi.\n\nPolis gördü.", "login.txt")

    def drafts(person: str) -> list[str]:
        with Project.open(guarded.project, person=person) as project:
            return [draft.text for draft in project.drafts(name)]

    page = context.new_page()
    page.goto(guarded.url)
    log_in(page, "Ayşe")
    type_over(page, "Typed before")
    until(lambda: drafts("Ayşe") == ["Typed before"])
    # The login ends in the middle of the sentence; the page says so, and the way back is one click.
    context.clear_cookies()
    page.keyboard.type(" and typed after")
    banner = page.locator(".dg-banner")
    banner.get_by_text("Your login has expired").wait_for()
    assert field(page).input_value() == "Typed before and typed after"
    assert drafts("Ayşe") == ["Typed before"]
    page.get_by_role("link", name="Log in again").click()
    log_in(page, "Ayşe")
    assert field(page).input_value() == "Typed before and typed after"
    until(lambda: drafts("Ayşe") == ["Typed before and typed after"])
    # Logging in beside it will do too: the page finds out, and nothing is pressed.
    context.clear_cookies()
    type_over(page, "Typed once more")
    banner.get_by_text("Your login has expired").wait_for()
    beside = context.new_page()
    beside.goto(guarded.url)
    log_in(beside, "Ayşe")
    beside.close()
    until(lambda: drafts("Ayşe") == ["Typed once more"])
    banner.wait_for(state="hidden")
    # What she typed is not in the hands of whoever logs in after her, and waits for her.
    context.clear_cookies()
    type_over(page, "Hers alone")
    banner.get_by_text("Your login has expired").wait_for()
    page.get_by_role("link", name="Log in again").click()
    log_in(page, "Mehmet")
    assert field(page).input_value() == "Translation 0."
    assert drafts("Mehmet") == []
    context.clear_cookies()
    page.goto(guarded.url)
    log_in(page, "Ayşe")
    assert field(page).input_value() == "Hers alone"
    page.keyboard.press("Control+Enter")
    with Project.open(guarded.project) as project:
        until(lambda: project.segments(name)[0].target == "Hers alone")
        assert project.segments(name)[0].editor == "Ayşe"


def test_the_export_dialog(context: BrowserContext, server: Server, tmp_path: Path) -> None:
    name = server.add("Bakan geldi.\n\nPolis gördü.\n\nKadın gitti.", "export.txt")
    page = opened(context, server, name)
    field(page).click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.querySelector('.dg-card .dg-mark').textContent === '2'")
    page.get_by_role("tab", name="Project").click()

    page.get_by_label("Format").click()
    page.get_by_role("option", name="Hugging Face dataset").click()
    page.get_by_label("Documents").click()
    title = server.get("outline", document=name)["document"]["title"]
    page.locator("#dg-below").get_by_role("option", name=title or name).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Preview").click()
    shown = page.locator("#dg-below table").locator("visible=true")
    shown.filter(has_text="Translation 0.").first.wait_for()
    assert not shown.filter(has_text="Polis").count(), "only what is approved"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    import zipfile

    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "files")
    (folder,) = (tmp_path / "files").iterdir()
    assert [p.target for p in find(folder).read(folder)] == ["Translation 0."]
    assert (folder / "README.md").read_text("utf-8").startswith("---")


def answer_to(server: Server, head: str) -> str:
    """The first line of the answer to a request whose body never comes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(f"{head}\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        return connection.recv(100).decode().splitlines()[0]


def test_what_is_too_large_is_refused_at_the_door(
    context: BrowserContext, server: Server, tmp_path: Path
) -> None:
    large = "POST /{} HTTP/1.1\r\nContent-Length: 700000000\r\nContent-Type: application/json\r\nDragoman-Person: a"
    for path in ("web/comment", "gradio_api/queue/join", "gradio_api/upload"):
        assert " 413 " in answer_to(server, large.format(path)), path
    # A file a little over the limit: the request may come, the file may not.
    file = tmp_path / "large.txt"
    file.write_bytes(b"Bakan geldi.\n" * (64 * 2**20 // 13 + 50))
    with file.open("rb") as data:
        said = httpx.post(
            f"{server.url}gradio_api/upload", files={"files": ("large.txt", data)}, timeout=60
        )
    assert said.status_code == 413
    page = opened(context, server, server.add("Bakan geldi.", "small.txt"))
    page.get_by_role("button", name="Add an article").first.click()
    page.get_by_role("tab", name="Upload").click()
    page.locator(".dg-add input[type=file]").set_input_files(str(file))
    page.get_by_text("maximum allowed size").first.wait_for()
    # What is no text is refused in a sentence, and the page goes on.
    with page.expect_response(lambda r: "queue/data" in r.url):
        page.get_by_role("button", name="Add and translate").locator("visible=true").click()
    page.get_by_text("choose a file first").first.wait_for()
    # The server fetches nothing of its own network for whoever asks.
    page.get_by_role("tab", name="Address").click()
    page.get_by_label("Address of the page").fill(f"{server.url}web/start")
    page.get_by_role("button", name="Add and translate").locator("visible=true").click()
    page.get_by_text("is refused").first.wait_for()


TURKISH_WORDS: dict[str, Any] = {"locale": "tr-TR", "viewport": {"width": 1280, "height": 860}}


def test_warnings_and_plots_speak_turkish(browser: Browser, server: Server) -> None:
    name = server.add(
        'Bakan Ali Kaya, "Köprü 12 Mayıs günü açılacak ve herkes oradan geçecek" dedi.',
        "uyari.txt",
        ["Minister Ali Kaya said: “The bridge will open on 25 May and everybody will pass.”"],
    )
    httpx.post(
        f"{server.url}web/quote/find",
        json={"document": name},
        headers={"dragoman-person": "a"},
        timeout=60,
    ).raise_for_status()
    context = browser.new_context(**TURKISH_WORDS)
    context.set_default_timeout(WAIT)
    try:
        page = opened(context, server, name)
        type_over(
            page, "Minister Ali Kaya said: “The bridge will open on 25 May and everybody passes.”"
        )
        page.locator(".dg-checks", has_text="Çeviride bulunamadı: 12.").wait_for()
        page.get_by_role("tab", name="Alıntılar").click()
        page.locator(
            ".dg-quote .dg-checks", has_text="Kaynaktaki sayı 12, çevirideki 25."
        ).wait_for()
        page.get_by_role("tab", name="Proje").click()
        bar = page.locator("#dg-below .vega-embed path[aria-label]").first
        bar.wait_for()
        assert "Durum: " in (bar.get_attribute("aria-label") or "")
        bar.hover()
        assert "Durum" in page.locator("#vg-tooltip-element").inner_text()
    finally:
        context.close()


def test_a_sentence_is_found_and_its_past_comes_back(
    context: BrowserContext, server: Server
) -> None:
    name = server.add(
        "Bakan geldi.\n\nPOLİS ÇOK HIZLI GELDİ.\n\nKadın gitti.\n\nÇocuk gördü.", "find.txt"
    )
    page = opened(context, server, name)
    number = "document.querySelector('.dg-card .dg-mark').textContent"
    page.keyboard.press("Control+k")
    page.keyboard.type("polis")
    page.get_by_text("1 found").wait_for()
    assert "POLİS" in page.locator(".dg-row").inner_text()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.wait_for_function("document.querySelectorAll('.dg-row').length === 4")
    page.keyboard.press("Control+g")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{number} === '3'")
    # Words that belong together are lit from either side, and what she changed is shown.
    type_over(page, "The woman left.")
    page.wait_for_selector(".dg-mirror mark")
    page.get_by_text("Changed from the machine’s text").wait_for()
    lit = "document.querySelector('.dg-mirror .lit')?.textContent === 'woman' && document.querySelector('.dg-card .dg-source .lit')?.textContent === 'Kadın'"
    page.keyboard.press("Home")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(lit)
    page.keyboard.press("End")
    page.wait_for_function(f"!({lit})")
    page.locator(".dg-card .dg-source span", has_text="Kadın").hover()
    page.wait_for_function(lit)
    # A remark, and the way back to the text before.
    page.keyboard.press("Alt+Enter")
    page.wait_for_selector(".dg-history li", state="attached")
    page.keyboard.press("Alt+k")
    page.keyboard.type("Really?")
    page.keyboard.press("Control+Enter")
    page.locator(".dg-comments", has_text="Really?").wait_for()
    assert page.evaluate(number) == "3", "what sends a remark approves nothing"
    page.keyboard.press("Alt+h")
    page.get_by_role("button", name="Go back to the text before").first.click()
    page.wait_for_function("document.querySelector('.dg-field').value === 'Translation 2.'")
    assert page.faults == []  # type: ignore[attr-defined]


def test_quotes_are_mended_by_keyboard(
    context: BrowserContext, server: Server, tmp_path: Path
) -> None:
    name = server.add(
        'Bakan Ali Kaya, "Köprü yarın açılacak ve herkes geçecek" dedi.\n\nPolis gördü.\n\n'
        'Başkan Ayşe Demir, "Yol da iki ay sonra bitecek" diye konuştu.',
        "said.txt",
        [
            "Minister Ali Kaya said: “The bridge will open tomorrow and all will pass.”",
            "Police saw.",
            "President Ayşe Demir said: “The road will be finished in two months too.”",
        ],
    )
    report = b'Ali Kaya, the minister, said: "The bridge is going to open tomorrow and everyone will cross it."'
    with Project.open(server.project) as project:
        title = read_bytes(report, name="report.txt", lang="en").title
        project.add(read_bytes(report, name="report.txt", lang="en"))

    def quotes() -> list[dict[str, Any]]:
        found = server.get("quotes", document=name)["pairs"]
        return sorted((p for p in found if p["source"]), key=lambda p: p["source"]["spans"])

    page = opened(context, server, name)
    page.get_by_role("tab", name="Quotes").click()
    page.get_by_role("button", name="Find quotes").click()
    page.wait_for_selector(".dg-quote.current")
    assert [p["source"]["speaker"] for p in quotes()] == ["Ali Kaya", "Ayşe Demir"]
    # The original wording, from a report of the same event, is one key away.
    reports = page.get_by_label("Original wording from")
    ours = reports.get_by_text(title, exact=True).get_attribute("value")
    page.get_by_label("Original wording from").select_option(ours)
    page.locator(".dg-originals").first.wait_for()
    page.keyboard.press("Alt+o")
    page.get_by_text("The original wording stands in the translation now").wait_for()
    with Project.open(server.project) as project:
        assert "everyone will cross it" in project.segments(name)[0].target
    # The words that were said end three words earlier.
    page.keyboard.press("Alt+e")
    page.get_by_role("dialog").wait_for()
    for key in ("Control+Shift+ArrowLeft",) * 3 + ("Shift+ArrowLeft",):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    until(lambda: quotes()[0]["source"]["text"] == "Köprü yarın açılacak")
    # Taken apart, and put together again.
    page.keyboard.press("Alt+l")
    page.get_by_role("button", name="It has no counterpart").press("Enter")
    until(lambda: quotes()[0]["target"] is None)
    page.wait_for_selector(".dg-quote.current .dg-null")
    page.keyboard.press("Alt+l")
    page.locator(".dg-choice", has_text="bridge").press("Enter")
    until(lambda: quotes()[0]["target"] is not None)
    # Two names of one speaker become one, and a card is confirmed.
    page.get_by_role("button", name="Rename Ayşe Demir").click()
    page.keyboard.type("Ali Kaya")
    page.keyboard.press("Enter")
    until(lambda: {p["source"]["speaker"] for p in quotes()} == {"Ali Kaya"})
    page.wait_for_function("!document.querySelector('.dg-people').innerText.includes('Demir')")
    page.keyboard.press("Control+Enter")
    until(lambda: "approved" in {p["status"] for p in quotes()})
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a table").click()
    download.value.save_as(tmp_path / "quotes.tsv")
    assert "Köprü yarın açılacak" in (tmp_path / "quotes.tsv").read_text("utf-8")
    page.keyboard.press("Alt+c")
    page.wait_for_selector("#dg-article .dg-card")
    assert page.faults == []  # type: ignore[attr-defined]
