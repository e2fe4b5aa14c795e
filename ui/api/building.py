"""Puts the API together."""

from __future__ import annotations

from importlib.metadata import version

import anyio
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute

from corpora.errors import DragomanError
from mt.translator import Translator
from ui.api import libretranslate, page, project
from ui.api.batching import SharedTranslator
from ui.api.limits import Gate, Limits, Refusal
from ui.api.metrics import CONTENT_TYPE, Metrics, Timed
from ui.web.desk import Desk

ROUTERS = (libretranslate.public, libretranslate.gated, project.texts, project.projects)
_HEAVY = 2  # alignments and searches for quotes at a time: each keeps a core busy


def build(app: FastAPI, desk: Desk, limits: Limits) -> None:
    """See `ui.api.build_api`."""
    metrics, gate = Metrics(), Gate(limits)

    def share(translator: Translator) -> SharedTranslator:
        shared = SharedTranslator(translator, observe=metrics.round)
        metrics.watch_translator(shared)
        return shared

    desk.share = share
    metrics.watch(gate)
    app.state.desk, app.state.gate, app.state.files = desk, gate, libretranslate.Files()
    # Threads of our own: a crowd of clients must not take those that the workbench answers with.
    app.state.threads = anyio.CapacityLimiter(limits.requests)
    app.state.heavy = anyio.CapacityLimiter(_HEAVY)
    for router in ROUTERS:
        app.include_router(router)
    routes = [r for router in ROUTERS for r in router.routes]
    paths = frozenset(r.path for r in routes if isinstance(r, APIRoute) and "{" not in r.path)
    app.add_middleware(Timed, metrics=metrics, paths=paths)
    for kind in (DragomanError, HTTPException, Refusal, RequestValidationError):
        app.add_exception_handler(kind, _refused)
    description = get_openapi(
        title="Dragoman", version=version("dragoman"), routes=routes, description=_ABOUT
    )

    def figures() -> Response:
        return Response(metrics.page(), media_type=CONTENT_TYPE)

    def openapi() -> JSONResponse:
        return JSONResponse(description)

    def docs() -> HTMLResponse:
        return HTMLResponse(page.page(description))

    for path, function in (("/metrics", figures), ("/openapi.json", openapi), ("/docs", docs)):
        app.add_api_route(path, function, include_in_schema=False)


_ABOUT = (
    "Turkish to English. Where the server asks for a login, send a key with every request: Authorization: Bearer KEY. "
    'A fault is {"error": "…"}; 413 is too large, 429 too often, 503 too busy: Retry-After says when to come back.'
)


def _refused(_: Request, error: Exception) -> JSONResponse:
    """A fault as LibreTranslate's clients expect it."""
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    if isinstance(error, RequestValidationError):
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"][1:]) or "the request"
        return JSONResponse({"error": f"Invalid request: {where}: {fault['msg']}"}, 422)
    return JSONResponse({"error": str(error)}, 400)
