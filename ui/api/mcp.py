"""The MCP tools, through Gradio's own switch: translate, align, quotes and search for programs that speak MCP."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from corpora.errors import InputError
from ui.api import functions

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.api.limits import Gate
    from ui.web.desk import Desk

PATH = "/mcp"
ADDRESS = f"{PATH}/gradio_api/mcp/"


def mount(app: FastAPI, desk: Desk) -> None:
    """Offer the tools under `PATH`. Raises InputError where gradio's extra is missing."""
    if find_spec("mcp") is None:
        raise InputError("MCP needs a package more; install it with: pip install 'dragoman[mcp]'")
    import gradio as gr

    gr.mount_gradio_app(
        app, _tools(desk, app.state.gate), path=PATH, mcp_server=True, ssr_mode=False
    )


def _tools(desk: Desk, gate: Gate) -> Any:
    import gradio as gr
    from fastapi import HTTPException
    from gradio.events import api

    def check(*texts: str) -> None:
        try:
            gate.check(*texts)
        except HTTPException as error:
            raise gr.Error(error.detail, print_exception=False) from None

    def translate(text: str) -> str:
        """Translate Turkish text into English, keeping its paragraphs.

        Args:
            text: the Turkish text
        """
        check(text)
        return functions.translate(desk, text)

    def align(source: str, target: str) -> str:
        """Pair the sentences and the quotes of a Turkish text and its English translation.

        Args:
            source: the Turkish text
            target: its English translation
        """
        check(source, target)
        return _json(functions.align(desk, source, target))

    def quotes(text: str) -> str:
        """Find the quotes of a Turkish or English news article and who is speaking.

        Args:
            text: the article
        """
        check(text)
        return _json(functions.quotes(text))

    def search(term: str) -> str:
        """Find where a word or phrase stands in the project, in any form, with its translation.

        Args:
            term: Turkish or English words
        """
        return _json(functions.search(desk, term))

    with gr.Blocks(title="Dragoman", analytics_enabled=False) as blocks:
        for function in (translate, align, quotes, search):
            api(function, api_name=function.__name__)
    return blocks


def _json(value: functions.Json) -> str:
    # Gradio would print a value as Python does.
    return json.dumps(value, ensure_ascii=False)
