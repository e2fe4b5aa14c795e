"""What the server counts, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from ui.api.batching import SharedTranslator
from ui.api.limits import Gate

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES = (1, 2, 4, 8, 16, 32)


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        """Begin at nought."""
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "dragoman_request_seconds",
            "Time to answer a request",
            ["path", "status"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._sentences = Counter(
            "dragoman_sentences", "Sentences translated", registry=self._registry
        )
        self._rounds = Histogram(
            "dragoman_round_requests",
            "Requests that went through the model together",
            buckets=_SIZES,
            registry=self._registry,
        )
        self._at_work = Gauge(
            "dragoman_requests_at_work", "Requests at work", registry=self._registry
        )
        self._waiting = Gauge(
            "dragoman_sentences_waiting", "Sentences that wait", registry=self._registry
        )

    def watch(self, gate: Gate) -> None:
        """Ask the gate for what is going on now."""
        self._at_work.set_function(lambda: gate.at_work)

    def watch_translator(self, translator: SharedTranslator) -> None:
        """Ask the translator for what is going on now."""
        self._waiting.set_function(lambda: translator.waiting)

    def round(self, sentences: int, requests: int) -> None:
        """Count a round of the translator."""
        self._sentences.inc(sentences)
        self._rounds.observe(requests)

    def page(self) -> bytes:
        """All figures as text."""
        return generate_latest(self._registry)

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._seconds.labels(path, str(status)).observe(seconds)


class Timed:
    """Middleware that counts the requests for ``paths``; others would make a series each."""

    def __init__(self, app: Any, metrics: Metrics, paths: frozenset[str]) -> None:
        """Count for ``metrics``."""
        self.app, self._metrics, self._paths = app, metrics, paths

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on and count."""
        if scope["type"] != "http" or scope["path"] not in self._paths:
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watched(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._metrics.request(scope["path"], status, time.perf_counter() - started)
