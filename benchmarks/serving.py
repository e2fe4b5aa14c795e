"""A load generator for the HTTP API: latency and throughput at several numbers of clients, and whether any request is lost.

    python benchmarks/serving.py SENTENCES [--clients 1 8 32] [--requests 96] [--model M] [--unshared] [--max-requests N]

SENTENCES is a text, a sentence a line (or pairs, whose first column is taken; may be gzipped). A server of its own is
started on loopback; each client sends its next sentence as soon as the last one is answered. With --unshared every
request goes through the model by itself, for comparison. A request counts as lost that was neither translated nor
refused with 429 or 503.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx


def read(path: Path) -> list[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t")[0] for line in file if line.strip()]


def serve(model: str, limit: int, shared: bool, folder: str) -> tuple[object, str]:
    """A server in a thread, and its address."""
    import uvicorn
    from fastapi import FastAPI

    from corpora.store import Project
    from ui.api import Limits, build_api
    from ui.web.desk import Desk

    project = Project.open(Path(folder) / "bench.dragoman")
    app, desk = FastAPI(), Desk(project, model=model)
    build_api(app, desk, Limits(requests=limit))
    if not shared:
        desk.share = lambda translator: translator
    list(desk.translator.segments(["Merhaba dünya."]))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return server, f"http://127.0.0.1:{listener.getsockname()[1]}"


async def load(
    address: str, sentences: list[str], clients: int
) -> tuple[list[float], dict[str, int], float]:
    """Seconds of each answer, what became of the requests, and seconds in all."""
    waiting, seconds = iter(sentences), []
    counts = {"translated": 0, "refused": 0, "lost": 0}

    async def one(client: httpx.AsyncClient) -> None:
        for sentence in waiting:
            asked = {"q": sentence, "source": "tr", "target": "en"}
            started = time.perf_counter()
            try:
                said = await client.post("/translate", json=asked)
            except httpx.HTTPError:
                counts["lost"] += 1
                continue
            seconds.append(time.perf_counter() - started)
            if said.status_code == 200 and said.json()["translatedText"]:
                counts["translated"] += 1
            else:
                counts["refused" if said.status_code in (429, 503) else "lost"] += 1

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        started = time.perf_counter()
        await asyncio.gather(*(one(client) for _ in range(clients)))
        return seconds, counts, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--requests", type=int, default=96)
    parser.add_argument("--model", default="tr-en")
    parser.add_argument("--max-requests", type=int, default=64)
    parser.add_argument("--unshared", action="store_true")
    args = parser.parse_args()
    sentences = read(args.sentences)[: args.requests]
    print(f"{'clients':>8}{'p50 s':>8}{'p95 s':>8}{'requests/s':>12}  translated refused lost")
    with tempfile.TemporaryDirectory() as folder:
        _, address = serve(args.model, args.max_requests, not args.unshared, folder)
        for clients in args.clients:
            seconds, counts, total = asyncio.run(load(address, sentences, clients))
            p95 = statistics.quantiles(seconds, n=20)[-1]
            row = f"{clients:8}{statistics.median(seconds):8.3f}{p95:8.3f}{len(sentences) / total:12.2f}"
            print(f"{row}  {counts['translated']:10}{counts['refused']:8}{counts['lost']:5}")
            if counts["lost"]:
                sys.exit("requests were lost")


if __name__ == "__main__":
    main()
