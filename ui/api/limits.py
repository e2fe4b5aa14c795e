"""How much one client may ask for, and how much all together: what is over it is told so at once, never left hanging.

413  the request, or its text, is too large
429  too many requests of this client; Retry-After says when to come back
503  too many requests at work; Retry-After says when to come back
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

MAX_CLIENTS = 10_000  # whose pace is remembered


@dataclass(frozen=True, slots=True)
class Limits:
    """``characters`` of one request's texts, ``upload`` bytes of a request, ``rate`` requests a minute and client (0:
    any number), ``requests`` at work at a time.
    """

    characters: int = 50_000
    upload: int = 16 * 2**20
    rate: int = 0
    requests: int = 64


@dataclass
class Pace:
    """Requests of each client: a bucket that fills at ``rate`` a minute and holds a minute's worth."""

    rate: int
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, client: str) -> float:
        """Take one from the client's bucket; else the seconds until there is one in it."""
        if not self.rate:
            return 0.0
        now = self.clock()
        if len(self._buckets) >= MAX_CLIENTS:
            # A minute later a bucket is full again, and as good as none.
            self._buckets = {c: b for c, b in self._buckets.items() if now - b[1] < 60}
        held, then = self._buckets.get(client, (float(self.rate), now))
        held = min(self.rate, held + (now - then) * self.rate / 60)
        if held < 1:
            self._buckets[client] = (held, now)
            return (1 - held) * 60 / self.rate
        self._buckets[client] = (held - 1, now)
        return 0.0


class Refusal(HTTPException):
    """Too often or too busy; its headers say when to come back."""


class Gate:
    """Counts the requests at work and each client's pace."""

    def __init__(self, limits: Limits) -> None:
        """Hold to ``limits``."""
        self.limits = limits
        self.at_work = 0
        self._pace = Pace(limits.rate)

    async def admit(
        self, request: Request, handle: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Handle a request, or refuse it."""
        person = request.scope.get("person")
        if person or request.scope.get("people") is None:
            self.count(request, str(person or ""))
        # Else the key stands in the body, and `check_key` counts the request when it has been read.
        if self.at_work >= self.limits.requests:
            raise _refusal(503, "the server has as many requests at work as it can take", 1)
        self.at_work += 1
        try:
            return await handle(self._measured(request))
        finally:
            self.at_work -= 1

    def count(self, request: Request, person: str) -> None:
        """Count a request of ``person``, or of its address where nobody is known. Raises 429."""
        client = person or (request.client.host if request.client else "")
        if wait := self._pace.wait(client):
            raise _refusal(429, f"more than {self.limits.rate} requests a minute", wait)

    def _measured(self, request: Request) -> Request:
        """The request with a body that ends in 413 where it grows too large, whatever its header claims."""
        limit, read = self.limits.upload, 0
        too_large = HTTPException(413, f"the request has more than {limit:,} bytes")
        claimed = request.headers.get("content-length", "0")
        if claimed.isdecimal() and int(claimed) > limit:
            raise too_large

        async def receive() -> Any:
            nonlocal read
            message = await request.receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise too_large
            return message

        return Request(request.scope, receive)

    def check(self, *texts: str) -> None:
        """Raise 413 where texts are too long together."""
        length = sum(map(len, texts))
        if length > self.limits.characters:
            raise HTTPException(
                413,
                f"{length:,} characters are more than the {self.limits.characters:,} of one request: send it in parts",
            )


class Gated(APIRoute):
    """A route behind the application's gate (``app.state.gate``)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's door for this."""
        handle = super().get_route_handler()

        async def gated(request: Request) -> Response:
            gate: Gate = request.app.state.gate
            return await gate.admit(request, handle)

        return gated


def _refusal(status: int, why: str, wait: float) -> Refusal:
    return Refusal(status, f"{why}; come back later", {"retry-after": str(int(wait) + 1)})
