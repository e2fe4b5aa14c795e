"""A small server on loopback that plays the Hugging Face hub, well and badly behaved."""

from __future__ import annotations

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = "Someone/opus-mt-tr-en"
SHA = {"main": "a" * 40, "v2": "b" * 40, "a" * 40: "a" * 40, "b" * 40: "b" * 40}


class Hub(ThreadingHTTPServer):
    """The endpoints that huggingface_hub asks: model info, and files with HEAD, GET, ranges and entity tags."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.models = {NAME: folder}
        self.cut_after: int | None = None  # bytes of a body after which the connection breaks, once
        self.status = 0  # an answer to give to everything
        self.asked: list[tuple[str, str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("Range", "")))
        parts = self.path.strip("/").split("/")
        if self.server.status:
            self.send(self.server.status, b"{}")
        elif parts[:2] == ["api", "models"]:
            self.about("/".join(parts[2:4]), parts[5] if len(parts) > 5 else "main")
        elif len(parts) > 4 and parts[2] == "resolve":
            self.file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        else:
            self.send(404, b"{}")

    def about(self, name: str, revision: str) -> None:
        folder = self.server.models.get(name)
        if folder is None:
            self.send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif revision not in SHA:
            self.send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        else:
            files = [{"rfilename": f.name} for f in sorted(folder.iterdir())]
            about = {"id": name, "modelId": name, "sha": SHA[revision], "siblings": files, "tags": []}  # fmt: skip
            self.send(200, json.dumps(about).encode(), {"Content-Type": "application/json"})

    def file(self, name: str, revision: str, file: str) -> None:
        path = self.server.models[name] / file
        if not path.exists():
            self.send(404, b"{}", {"X-Error-Code": "EntryNotFound"})
            return
        data = path.read_bytes()
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": SHA[revision], "Accept-Ranges": "bytes"}  # fmt: skip
        status, asked = 200, self.headers.get("Range", "")
        if asked:
            start = int(asked.removeprefix("bytes=").split("-")[0])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            data, status = data[start:], 206
        self.send(status, data, headers)

    def send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = self.server.cut_after
        if cut is not None and len(data) > cut:
            self.wfile.write(data[:cut])
            self.server.cut_after = None
            self.server.status = 503
            self.close_connection = True
            return
        self.wfile.write(data)
