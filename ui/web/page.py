"""The page: Gradio's tabs, forms and plots, with room in them for the views of our own (static/*.js)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpora.errors import DragomanError, InputError
from corpora.reading import SUFFIXES
from ui.web.incoming import fetched, pasted, uploaded
from ui.web.project_tab import project_tab

if TYPE_CHECKING:
    from corpora.document import Document
    from ui.web.desk import Desk

VIEWS = ("article", "alignment", "quotes", "project")
# The name that she gives herself lives in her browser and goes along with what Gradio asks of the server.
WHO = "(...given) => [...given.slice(0, -1), localStorage.getItem('dragoman:person') ?? '']"
ADDED = "(id) => { if (id) dispatchEvent(new CustomEvent('dragoman:added', {detail: id})); }"
HEAD = (
    '<link rel="stylesheet" href="web/static/workbench.css">'
    '<script type="module" src="web/static/app.js"></script>'
)


def texts() -> dict[str, dict[str, str]]:
    """The interface's words by language and key."""
    found: dict[str, dict[str, str]] = json.loads(
        files("ui.web").joinpath("static", "texts.json").read_text("utf-8")
    )
    return found


def translations() -> gr.I18n:
    """The same words for Gradio's own labels."""
    return gr.I18n(**texts())


def theme() -> Any:
    """Gradio's plainest theme in our colours, with the reader's own fonts: nothing is fetched from elsewhere."""
    fonts = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    base = gr.themes.Base(
        neutral_hue=gr.themes.colors.stone,
        font=fonts,
        font_mono=("ui-monospace", "monospace"),
        radius_size=gr.themes.sizes.radius_md,
    )
    # The colours are workbench.css's, so that one sheet decides them for light and dark.
    ours = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--soft)",
        "background_fill_primary": "var(--card)",
        "background_fill_secondary": "var(--hover)",
        "block_background_fill": "var(--card)",
        "block_label_text_color": "var(--soft)",
        "block_title_text_color": "var(--soft)",
        "border_color_primary": "var(--line)",
        "block_border_color": "var(--line)",
        "color_accent_soft": "var(--accent-soft)",
        "input_background_fill": "var(--card)",
        "input_border_color": "var(--strong)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent)",
        "button_primary_text_color": "var(--accent-ink)",
        "button_secondary_background_fill": "var(--card)",
        "button_secondary_background_fill_hover": "var(--hover)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--strong)",
        "checkbox_background_color_selected": "var(--accent)",
        "checkbox_border_color_selected": "var(--accent)",
        "checkbox_label_background_fill": "var(--card)",
        "checkbox_label_background_fill_selected": "var(--accent-soft)",
        "checkbox_label_text_color_selected": "var(--ink)",
        "table_even_background_fill": "var(--card)",
        "table_odd_background_fill": "var(--card)",
    }
    return base.set(
        **ours,
        **{f"{name}_dark": value for name, value in ours.items()},
        color_accent="var(--accent)",
        input_border_width="1px",
        button_border_width="1px",
        checkbox_label_border_width="1px",
        button_large_text_size="14px",
        button_large_text_weight="500",
        button_large_padding="7px 16px",
    )


def page(desk: Desk, i18n: gr.I18n) -> gr.Blocks:
    """The workbench's Blocks, to be mounted."""
    blocks: gr.Blocks = gr.Blocks(title="Dragoman", analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML("", elem_id="dg-top", apply_default_css=False)
        with gr.Tabs(elem_id="dg-tabs"):
            for name in VIEWS:
                with gr.Tab(i18n(f"tab.{name}"), id=name) as tab:
                    gr.HTML("", elem_id=f"dg-{name}", apply_default_css=False)
                    if name == "project":
                        project_tab(desk, i18n, tab)
        _adding(desk, i18n)
    return blocks


def _adding(desk: Desk, i18n: gr.I18n) -> None:
    """The form that puts a text into the project: pasted, uploaded, or from an address."""
    with gr.Group(elem_id="dg-add"):
        who = gr.Textbox(visible=False)
        added = gr.Textbox(visible=False)
        with gr.Tabs():
            with gr.Tab(i18n("add.paste")):
                title = gr.Textbox(label=i18n("add.title"), max_lines=1)
                text = gr.Textbox(label=i18n("add.text"), lines=10, max_lines=18)
                paste = gr.Button(i18n("add.go"), variant="primary")
            with gr.Tab(i18n("add.upload")):
                upload = gr.File(
                    label=i18n("add.file"), file_types=sorted(SUFFIXES), file_count="multiple"
                )
                take = gr.Button(i18n("add.go"), variant="primary")
            with gr.Tab(i18n("add.address")):
                address = gr.Textbox(label=i18n("add.address.label"), max_lines=1, type="text")
                fetch = gr.Button(i18n("add.go"), variant="primary")

    def from_text(title: str, text: str, person: str, request: gr.Request) -> str:
        return _add(desk, lambda: [pasted(title, text)], person, request)

    def from_files(paths: list[str] | None, person: str, request: gr.Request) -> str:
        return _add(desk, lambda: [uploaded(path) for path in paths or []], person, request)

    def from_address(address: str, person: str, request: gr.Request) -> str:
        return _add(desk, lambda: [fetched(address.strip())], person, request)

    for button, given, function in (
        (paste, [title, text], from_text),
        (take, [upload], from_files),
        (fetch, [address], from_address),
    ):
        done = button.click(function, [*given, who], added, js=WHO, api_visibility="private")
        done.then(None, added, None, js=ADDED)


def _add(desk: Desk, read: Callable[[], list[Document]], person: str, request: gr.Request) -> str:
    """Put texts into the project; returns the id of the first. Faults are shown on the page."""
    if scope_of(request).get("role") == "reader":
        raise gr.Error("you may read here, not write; ask for the role of a reviewer")
    try:
        documents = read()
        if not documents:
            raise InputError("choose a file first")
        who = scope_of(request).get("person") or person.strip()[:60] or desk.project.person
        names = [desk.add(document, str(who)) for document in documents]
        return names[0]
    except DragomanError as error:
        raise gr.Error(str(error), print_exception=False) from None


def scope_of(request: gr.Request) -> Mapping[str, Any]:
    """What is known of whoever uses one of Gradio's forms: see `person` and `role` in `ui.web.routes`."""
    return request.request.scope if request.request else {}
