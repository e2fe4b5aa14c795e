"""The workbench as one web application: Gradio's page, our routes, and what keeps both safe."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.web.desk import Desk

MAX_UPLOAD = "64mb"
MAX_BODY = 65 * 2**20  # bytes of any request: the largest file, and the form that it comes in
TOO_LARGE = f"a request may have {MAX_BODY // 2**20} MB; send less at a time"
# Scripts and styles come from here alone: Gradio needs inline ones, and evaluates none.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
EARLY = b'<head><script src="web/static/first.js"></script>'


def workbench(desk: Desk, *, first: str = "", app: FastAPI | None = None) -> FastAPI:
    """The application; ``first`` is the document that a page opens with, ``app`` one to put the workbench into."""
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from ui.web import page, routes

    app = app or FastAPI(title="Dragoman", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.state.first = first
    routes.install(app)
    with as_file(files("ui.web") / "static") as folder:
        app.mount("/web/static", StaticFiles(directory=folder), name="static")
    app.add_middleware(_Frame)
    i18n = page.translations()
    gr.mount_gradio_app(
        app,
        page.page(desk, i18n),
        path="/",
        footer_links=[],
        run_history=False,
        i18n=i18n,
        theme=page.theme(),
        head=page.HEAD,
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        blocked_paths=[desk.project.place] if "://" not in desk.project.place else [],
    )
    return app


class _Frame:
    """Puts the safety headers on every answer, and our first script before Gradio's on the page itself.

    A request that is larger than any file may be is refused with 413 before it fills the memory.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from fastapi import HTTPException
        from fastapi.responses import JSONResponse

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = bytearray()
        given = 0

        async def measured() -> Any:
            nonlocal given
            message = await receive()
            given += len(message.get("body", b""))
            if given > MAX_BODY:
                raise HTTPException(413, TOO_LARGE)
            return message

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {k.encode(): v.encode() for k, v in HEADERS.items()}
                message["headers"] = [h for h in message["headers"] if h[0] not in given]
                message["headers"] += list(given.items())
                if scope["path"] == "/" and message["status"] == 200:
                    start.update(message)
                    return
            elif start:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = bytes(body).replace(b"<head>", EARLY, 1)
                start["headers"] = [h for h in start["headers"] if h[0] != b"content-length"]
                start["headers"].append((b"content-length", str(len(page)).encode()))
                await send(start)
                await send({"type": "http.response.body", "body": page})
                return
            await send(message)

        claimed = dict(scope["headers"]).get(b"content-length", b"0")
        if claimed.isdigit() and int(claimed) > MAX_BODY:
            await JSONResponse({"error": TOO_LARGE}, 413)(scope, receive, guarded)
            return
        await self.app(scope, measured, guarded)
