"""In the browser: a correction applied to the like on one key, a match made to fit, a name learnt and its term changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsing import Server, field, in_browser, opened, target, type_over, until

from corpora.bitext import Pair
from corpora.store import Project

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = in_browser


def test_a_correction_goes_to_its_like_on_one_key_and_comes_back_on_one(
    context: BrowserContext, server: Server
) -> None:
    text = "Bakan geldi. Adam gitti. Bakan geldi. Bakan geldi."
    name = server.add(text, "like.txt", ["He came.", "Man left.", "She came.", "They came."])
    with Project.open(server.project, person="Mehmet") as project:
        view = project.segments(name)[3]
        project.edit(name, view.id, "His own.", version=view.version)
    page = opened(context, server, name)
    type_over(page, "The minister came.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".dg-offer >> text=Apply to 1")
    assert "1 of them somebody has edited" in page.inner_text(".dg-offer")
    page.keyboard.press("Alt+r")
    until(lambda: target(server, name, 2)["status"] == "approved")
    said = [target(server, name, n)["target"] for n in range(4)]
    assert said == ["The minister came.", "Man left.", "The minister came.", "His own."]
    page.keyboard.press("Alt+z")
    until(lambda: target(server, name, 2)["target"] == "She came.")
    page.wait_for_selector(".dg-row >> text=She came.")
    # What a person has written is changed when somebody ticks it, and not before.
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function("document.querySelector('.dg-card .dg-mark').textContent === '1'")
    type_over(page, "A minister came.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Choose…").click()
    boxes = page.locator("dialog input[type=checkbox]")
    assert [boxes.nth(n).is_checked() for n in range(2)] == [True, False]
    boxes.nth(1).check()
    page.get_by_role("button", name="Apply to the chosen ones").click()
    until(lambda: target(server, name, 3)["target"] == "A minister came.")
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_match_is_taken_made_to_fit(context: BrowserContext, server: Server) -> None:
    with Project.open(server.project) as project:
        project.import_pairs(
            [Pair("Kadın dün büyük araba gördü.", "Woman yesterday big auto watched.")],
            document="tm",
        )
    name = server.add("Kadın dün küçük araba gördü.", "fit.txt")
    page = opened(context, server, name)
    page.wait_for_selector(".dg-suggestions >> text=made to fit")
    assert page.inner_text(".dg-suggestions [lang=en] ins").strip() == "small"
    field(page).click()
    page.keyboard.press("Alt+1")
    page.wait_for_function(
        "document.querySelector('.dg-field').value === 'Woman yesterday small auto watched.'"
    )
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_name_is_learnt_and_can_be_changed(context: BrowserContext, server: Server) -> None:
    name = server.add("Bakan Kara geldi.", "name.txt", ["Minister Kora came."])
    page = opened(context, server, name)
    type_over(page, "Minister Kara came.")
    page.keyboard.press("Alt+Enter")
    page.wait_for_selector(".dg-toast >> text=Kara → Kara")
    page.get_by_role("tab", name="Project").click()
    page.wait_for_selector(".dg-glossary >> text=learnt from a correction")
    page.get_by_role("button", name="Change Kara").click()
    page.locator("dialog").get_by_label("English").fill("Karra")
    page.get_by_role("button", name="OK").click()
    page.wait_for_selector(".dg-glossary >> text=Karra")
    assert [t["target"] for t in server.get("terms")["terms"]] == ["Karra"]
    page.get_by_role("button", name="Take Kara out").click()
    until(lambda: server.get("terms")["terms"] == [])
    assert page.faults == []  # type: ignore[attr-defined]
