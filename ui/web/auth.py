"""Login, keys and safety from other sites' pages: the one middleware that both servers stand behind.

A session is a signed cookie (HMAC-SHA256, HttpOnly, SameSite=Lax) that names the person and ends after twelve hours
without use. Nothing of it is kept on the server, so it outlives a restart; a changed password ends it.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from corpora.errors import InputError
from ui.web.people import VARIABLE, People, Person

COOKIE = "dragoman_session"
SESSION = 12 * 3600.0  # seconds without use
_MAX_FORM = 4096  # bytes of the login form
_TRIES, _TRY_WINDOW = 10, 300.0  # failed logins of one address or on one name, in so many seconds
# What anybody may ask for; the API's own doors look for a key in the request's body besides.
OPEN = frozenset({"/login", "/logout", "/health", "/languages"})
KEYED = frozenset({"/translate", "/detect", "/translate_file"})
OPEN_FILES = "/download_file/"  # behind names that cannot be guessed
_STRICT = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Scope = Mapping[str, Any]
Headers = dict[str, str]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server bound to ``host``. Raises InputError for a name other than localhost."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise InputError(f"{host} is no address to bind to: give one such as 127.0.0.1") from error


def check_binding(host: str, people: People | None) -> None:
    """Raise InputError where others would reach a server bound to ``host`` without a login."""
    if people is None and not is_loopback(host):
        raise InputError(
            f"whoever reaches {host} could read and write the project: name the people who may with --auth FILE "
            f"or in {VARIABLE} (dragoman serve --add-person NAME --auth FILE makes it), or stay on 127.0.0.1"
        )


def guard(app: Any, host: str, people: People | None, folder: Path) -> Guard:
    """``app`` behind its guard, to be bound to ``host``; ``folder`` keeps the key of the sessions.

    Raises InputError as `check_binding` does.
    """
    check_binding(host, people)
    key = session_key(folder) if people else b""
    return Guard(app, people=people, key=key, hosts=("127.0.0.1", "localhost", "::1", host))


class Sessions:
    """Makes and reads the cookie; ``key`` signs it, together with the person's own secret."""

    def __init__(self, key: bytes, people: People, clock: Callable[[], float] = time.time) -> None:
        """Sign with ``key``."""
        self._key, self._people, self._clock = key, people, clock

    def make(self, person: Person) -> str:
        """A session that begins now."""
        body = json.dumps([person.name, self._clock()]).encode()
        return f"{_encoded(body)}.{_encoded(self._mac(body, person))}"

    def read(self, cookie: str) -> tuple[Person, float] | None:
        """Whose session it is, and its age in seconds; None for one that is forged, over or of somebody who left."""
        try:
            body, mac = (_decoded(part) for part in cookie.split("."))
            name, begun = json.loads(body)
            person = self._people.get(name)
            age = self._clock() - float(begun)
        except (ValueError, TypeError):
            return None
        if person is None or not 0 <= age < SESSION:
            return None
        return (person, age) if hmac.compare_digest(mac, self._mac(body, person)) else None

    def _mac(self, body: bytes, person: Person) -> bytes:
        return hmac.digest(self._key, body + b"\0" + person.secret.encode(), "sha256")


def session_key(folder: Path) -> bytes:
    """The key that signs sessions: kept in ``folder`` for its owner alone; a passing one where that cannot be written."""
    path = folder / "session.key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=False)
            path.write_bytes(secrets.token_bytes(32))
        key = path.read_bytes()
    except OSError:
        key = b""
    return key if len(key) == 32 else secrets.token_bytes(32)


class Guard:
    """The middleware: nobody comes in who is not known, and no other site's page acts in anybody's name.

    Puts ``person`` and ``role`` into the scope of a request from somebody known. Without ``people`` (on loopback)
    everybody is let in who asks for one of ``hosts``, so that no other name can be made to lead here.
    """

    def __init__(
        self,
        app: Any,
        *,
        people: People | None = None,
        key: bytes = b"",
        hosts: Iterable[str] = ("127.0.0.1", "localhost", "::1"),
    ) -> None:
        """Stand before ``app``."""
        self.app, self._people, self._hosts = app, people, frozenset(hosts)
        self._sessions = Sessions(key or secrets.token_bytes(32), people) if people else None
        self._failures: dict[str, list[float]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer or pass on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # nothing here speaks over one
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused:
            await _answer(send, 403, {"error": refused})
        elif self._people is None or self._sessions is None:
            await self.app(scope, receive, send)
        elif scope["path"] == "/login" and scope["method"] == "POST":
            await self._log_in(self._people, self._sessions, scope, receive, send)
        elif scope["path"] == "/login":
            await _page(send, 200, "", _next(scope["query_string"].decode("latin-1")))
        elif scope["path"] == "/logout" and scope["method"] == "POST":
            await _redirect(send, "/login", _cookie("", scope, 0))
        else:
            await self._pass(self._people, self._sessions, scope, headers, receive, send)

    async def _pass(
        self,
        people: People,
        sessions: Sessions,
        scope: Any,
        headers: Headers,
        receive: Any,
        send: Any,
    ) -> None:
        """On to the application, in the name of whoever asks."""
        key = _bearer(headers)
        session = sessions.read(_cookies(headers).get(COOKIE, ""))
        person = people.by_key(key) if key else session[0] if session else None
        scope = {**scope, "people": people}
        if person:
            scope |= {"person": person.name, "role": person.role}
        elif key or not _is_open(scope["path"]):
            if not key and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                wanted = scope["path"] + ("?" + scope["query_string"].decode("latin-1")).rstrip("?")
                await _redirect(send, f"/login?next={quote(wanted, safe='')}")
            else:
                what = (
                    "no such key"
                    if key
                    else "log in first, or send a key: Authorization: Bearer KEY"
                )
                await _answer(send, 401, {"error": what}, {"www-authenticate": "Bearer"})
            return
        renewed = session and not key and session[1] > SESSION / 12

        async def renewing(message: Any) -> None:
            if renewed and person and message["type"] == "http.response.start":
                cookie = _cookie(sessions.make(person), scope, SESSION)
                message = {**message, "headers": [*message["headers"], cookie]}
            await send(message)

        await self.app(scope, receive, renewing)

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        """Why a request is not even looked at, or nothing: another site's page sent it, or meant another machine."""
        host = headers.get("host", "")
        if self._people is None and urlsplit(f"//{host}").hostname not in self._hosts:
            return f"this server answers for {', '.join(sorted(self._hosts))} alone"
        if _bearer(headers) or scope["method"] in _SAFE:
            return ""
        origin = headers.get("origin")
        strange = urlsplit(origin).netloc != host if origin else False
        if strange or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return "another site's page may not do that here"
        return ""

    async def _log_in(
        self,
        people: People,
        sessions: Sessions,
        scope: Any,
        receive: Any,
        send: Any,
    ) -> None:
        from anyio import to_thread

        form = await _form(receive)
        name, wanted = form.get("name", ""), _local(form.get("next", "/"))
        marks = [f"from {(scope.get('client') or ('',))[0]}", f"as {name}"]
        if any(self._tried(mark) >= _TRIES for mark in marks):
            await _page(send, 429, "Too many tries. Wait five minutes.", wanted)
            return
        person = await to_thread.run_sync(people.by_password, name, form.get("password", ""))
        if person is None:
            for mark in marks:
                self._failures.setdefault(mark, []).append(time.monotonic())
            await _page(send, 401, "The name or the password is wrong.", wanted)
            return
        self._failures.pop(marks[1], None)
        await _redirect(send, wanted, _cookie(sessions.make(person), scope, SESSION))

    def _tried(self, mark: str) -> int:
        now = time.monotonic()
        for known in list(self._failures):
            recent = [t for t in self._failures[known] if now - t < _TRY_WINDOW]
            if recent:
                self._failures[known] = recent
            else:
                del self._failures[known]
        return len(self._failures.get(mark, ()))


def _is_open(path: str) -> bool:
    return path in OPEN or path in KEYED or path.startswith(OPEN_FILES)


def _bearer(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _cookies(headers: Headers) -> dict[str, str]:
    # Each by itself: the standard library's parser gives up at the first strange one.
    found: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        found[name] = value
    return found


def _cookie(value: str, scope: Scope, age: float) -> tuple[bytes, bytes]:
    parts = [f"{COOKIE}={value}", "Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={int(age)}"]
    if scope["scheme"] == "https":
        parts.append("Secure")
    return b"set-cookie", "; ".join(parts).encode()


def _next(query: str) -> str:
    return _local(parse_qs(query).get("next", ["/"])[0])


def _local(address: str) -> str:
    """A path on this server: anything else would lead a person away who has just logged in."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"


async def _form(receive: Any) -> dict[str, str]:
    body = b""
    while len(body) <= _MAX_FORM:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    text = body[:_MAX_FORM].decode("utf-8", "replace")
    return {k: v[0] for k, v in parse_qs(text, keep_blank_values=True).items()}


async def _page(send: Any, status: int, fault: str, wanted: str) -> None:
    page = files("ui.web").joinpath("login.html").read_text("utf-8")
    said = f'<p role="alert">{escape(fault)}</p>' if fault else ""
    page = page.replace("<!--fault-->", said).replace("<!--next-->", escape(wanted, quote=True))
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", **_STRICT}
    await _send(send, status, page.encode(), headers)


async def _answer(
    send: Any, status: int, body: Mapping[str, str], more: Mapping[str, str] = {}
) -> None:
    headers = {"content-type": "application/json", "cache-control": "no-store", **more}
    await _send(send, status, json.dumps(body).encode(), headers)


async def _redirect(send: Any, to: str, *more: tuple[bytes, bytes]) -> None:
    await _send(send, 303, b"", {"location": to, "cache-control": "no-store"}, *more)


async def _send(
    send: Any, status: int, body: bytes, headers: Mapping[str, str], *more: tuple[bytes, bytes]
) -> None:
    named = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [*named, length, *more]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
