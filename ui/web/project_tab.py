"""The lower half of the project tab, which is Gradio's own: export with a preview, and how the review is going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from corpora.errors import DragomanError
from ui.web import exporting, figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ui.web.desk import Desk

# The browser fetches the file itself: however large, it goes through nobody's memory.
DOWNLOAD = """(format, documents, status, speaker, quotes, flagged) => {
  const asked = new URLSearchParams({format, speaker: speaker ?? '', quotes, flagged});
  (documents ?? []).forEach((one) => asked.append('documents', one));
  (status ?? []).forEach((one) => asked.append('status', one));
  dispatchEvent(new CustomEvent('dragoman:export', {detail: asked.toString()}));
}"""
LANGUAGE = "() => [document.documentElement.lang]"
COLOURS = {
    "approved": "#2b6d3f", "locked": "#1d4a2b", "edited": "#14607a", "machine": "#b9b3a7", "new": "#dfdbd2",
    "rejected": "#a8322a",
}  # fmt: skip


def project_tab(desk: Desk, i18n: gr.I18n, tab: gr.Tab) -> None:
    """Lay it out; what it shows is read whenever ``tab`` is chosen."""
    language = gr.Textbox(visible=False)
    with gr.Row(elem_id="dg-below"):
        with gr.Column(elem_classes="dg-box", min_width=340):
            documents = _export(desk, i18n)
        with gr.Column(elem_classes="dg-box", min_width=340):
            shown = _statistics(i18n)

    def refresh(language: str) -> list[Any]:
        listed = [(d.title or d.id, d.id) for d in desk.project.documents()]
        return [gr.Dropdown(choices=listed), *_figures(desk, i18n.translations.get(language, {}))]

    tab.select(
        refresh, language, [documents, *shown], api_visibility="private", show_progress="hidden", js=LANGUAGE
    )  # fmt: skip


def _export(desk: Desk, i18n: gr.I18n) -> gr.Dropdown:
    gr.HTML(
        "<h2 data-text='export.title'></h2>", apply_default_css=False, elem_classes="dg-heading"
    )
    format_ = gr.Dropdown(
        [(i18n(f"format.{name}"), name) for name in exporting.choices()],
        value="tmx",
        label=i18n("export.format"),
        filterable=False,  # it would look for what is typed in the keys of the words
    )
    documents = gr.Dropdown([], multiselect=True, label=i18n("export.documents"))
    status = gr.CheckboxGroup(
        [(i18n(f"status.{s}"), s) for s in exporting.STATUSES],
        value=["approved", "locked"],
        label=i18n("export.status"),
    )
    with gr.Row():
        speaker = gr.Textbox(label=i18n("filter.speaker"), max_lines=1)
        quotes = gr.Checkbox(label=i18n("export.quotes"))
        flagged = gr.Checkbox(label=i18n("export.unflagged"))
    with gr.Row():
        look = gr.Button(i18n("export.preview"))
        load = gr.Button(i18n("export.download"), variant="primary", elem_id="dg-download")
    pairs = gr.Dataframe(
        headers=["tr", "en"], datatype="str", interactive=False, wrap=True, visible=False,
        label=i18n("export.first"), max_height=280,
    )  # fmt: skip
    asked = [documents, status, speaker, quotes, flagged]

    def preview(
        documents: list[str], status: list[str], speaker: str, quotes: bool, flagged: bool
    ) -> Any:
        try:
            where = exporting.chosen(
                documents or [], status or [], speaker, quotes=quotes, flagged=flagged
            )
            found = exporting.preview(desk.project, where)
        except DragomanError as error:
            raise gr.Error(str(error), print_exception=False) from None
        return gr.Dataframe(value=[[p.source, p.target] for p in found], visible=True)

    look.click(preview, asked, pairs, api_visibility="private")
    load.click(None, [format_, *asked], None, js=DOWNLOAD)
    return documents


def _statistics(i18n: gr.I18n) -> list[Any]:
    gr.HTML(
        "<h2 data-text='figures.title'></h2>", apply_default_css=False, elem_classes="dg-heading"
    )
    words = gr.HTML("", apply_default_css=False, elem_id="dg-words")

    def plot(x: str, y: str, label: str, height: int, **more: Any) -> gr.BarPlot:
        return gr.BarPlot(
            x=x, y=y, label=i18n(label), height=height, x_title=" ", y_title=" ", y_lim=[0, None], buttons=[],
            **more,
        )  # fmt: skip

    progress = plot("document", "segments", "figures.progress", 330, color="status")
    distance = plot("changed", "sentences", "figures.distance", 230)
    edits = plot("kind", "times", "figures.edits", 220, sort="-y")
    people = gr.Dataframe(interactive=False, label=i18n("figures.people"), buttons=[])
    return [words, progress, distance, edits, people]


def _figures(desk: Desk, texts: Mapping[str, str]) -> list[Any]:
    """The statistics' new values, in words of the interface's language."""
    project = desk.project

    def named(kind: str, column: Any) -> Any:
        return column.map(lambda name: texts.get(f"{kind}.{name}", name))

    done, everything = figures.words(project)
    progress, edits, people = (
        figures.progress(project),
        figures.edits(project),
        figures.people(project),
    )
    distances = figures.distances(project)
    progress["status"] = named("status", progress["status"])
    edits["kind"] = named("event", edits["kind"])
    # A plot's hints show the names of columns.
    tables = (progress, distances, edits, people)
    for table in tables:
        table.columns = [texts.get(f"figures.{name}", name) for name in table.columns]
    colours = {texts.get(f"status.{name}", name): colour for name, colour in COLOURS.items()}
    return [
        f"<p data-done='{done}' data-all='{everything}'></p>",
        _plot(progress, color=progress.columns[1], color_map=colours, y=progress.columns[2]),
        _plot(distances, visible=bool(distances.iloc[:, 1].sum())),
        _plot(edits),
        people,
    ]


def _plot(table: pd.DataFrame, **more: Any) -> gr.BarPlot:
    return gr.BarPlot(**{"value": table, "x": table.columns[0], "y": table.columns[1], **more})
