"""The HTTP API of `dragoman serve`: LibreTranslate's addresses and our own, limits, figures, documentation, MCP tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.api.limits import Limits

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.web.desk import Desk

__all__ = ["Limits", "build_api"]


def build_api(app: FastAPI, desk: Desk, limits: Limits | None = None) -> None:
    """Put the API for ``desk`` into ``app``.

    From then on the desk's translator is shared: what is asked at about the same time goes through the model together.
    """
    from ui.api.building import build

    build(app, desk, limits or Limits())
