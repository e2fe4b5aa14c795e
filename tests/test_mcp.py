"""The MCP tools, asked by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from corpora.bitext import Pair
from corpora.store import Project
from ui.cli import run

OPTIONS = ["serve", "--mcp", "--no-page", "--port", "0", "--project", "news.dragoman"]


def test_the_missing_package_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ui.api.mcp.find_spec", lambda _: None)
    assert run(OPTIONS) == 1
    assert "pip install 'dragoman[mcp]'" in capsys.readouterr().err


def test_the_tools_do_what_they_say(tmp_path: Path, toy_folder: Path) -> None:
    with Project.open(tmp_path / "news.dragoman") as project:
        project.import_pairs([Pair("Bakan geldi.", "The minister came.")], document="first")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "ui", *OPTIONS, "--model", str(toy_folder)],
            cwd=tmp_path, env=environment, stderr=log,
        ) as process,
    ):  # fmt: skip
        while not (address := re.search(r"http://[\d.:]+/", (tmp_path / "log").read_text("utf-8"))):
            assert process.poll() is None
            time.sleep(0.05)
        try:
            said = asyncio.run(conversation(f"{address[0]}mcp/gradio_api/mcp/"))
        finally:
            process.terminate()
    assert set(said) == {"translate", "align", "quotes", "search"}
    assert said["translate"] == "Minister came."
    assert json.loads(said["quotes"])["quotes"][0]["speaker"] == "Ali Demir"
    assert json.loads(said["search"])["hits"][0]["target"] == "The minister came."
    assert json.loads(said["align"])["beads"][0]["source"] == [0]


async def conversation(address: str) -> dict[str, str]:
    """What each tool answers."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    article = 'Bakan Ali Demir, "Bu iş böyle olmaz, herkes bunu bilsin" dedi.'
    english = 'Minister Ali Demir said: "This will not do, let everybody know it."'
    given: dict[str, dict[str, Any]] = {
        "translate": {"text": "Bakan geldi."},
        "align": {"source": article, "target": english},
        "quotes": {"text": article},
        "search": {"term": "bakan"},
    }
    async with (
        streamable_http_client(address) as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        names = [tool.name for tool in (await session.list_tools()).tools]
        return {n: (await session.call_tool(n, given[n])).content[0].text for n in names}
