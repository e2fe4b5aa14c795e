"""Reading a web page without letting its address reach where it should not.

Any page may redirect, and any name may resolve, to the reader's own network. So only http and https are spoken; a name
is resolved once, every one of its addresses must be public, and the connection goes to the very address that was
checked (a second look-up could answer otherwise); redirects pass the same checks; bytes and seconds are capped, also
while a server dribbles headers or packs gigabytes of nothing. Proxies from the environment are not used, as they would
resolve the name again.

Source: OWASP, Server-Side Request Forgery Prevention Cheat Sheet.
"""

from __future__ import annotations

import ipaddress
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpora.errors import FetchError, UnsafeInput

if TYPE_CHECKING:
    import ssl

    import httpx

MAX_REDIRECTS = 5
MAX_BYTES = 16 * 2**20
"""Bytes of a page, unpacked; the largest news pages have two million."""
MAX_SECONDS = 30.0
"""From the first look-up to the last byte, redirects included."""
CONTENT_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/vtt")

_HEADERS: dict[bytes | str, bytes | str] = {
    "User-Agent": "Dragoman (reads one article for its user)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Page:
    """What an address led to: the last address, the content type (without parameters) and the bytes."""

    url: str
    content_type: str
    data: bytes


class Fetcher:
    """Reads pages. ``allow_private`` lets it read from this machine and network; it is meant for tests.

    ``max_bytes`` and ``max_seconds`` are for one page with its redirects; ``ssl_context`` replaces the usual one.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Set the limits; nothing is opened yet."""
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._ssl_context = ssl_context

    def fetch(self, address: str) -> Page:
        """The page at an http(s) address.

        Raises UnsafeInput when the address or a redirect leads where it must not, FetchError when there is no page.
        """
        import httpcore
        import httpx

        deadline = time.monotonic() + self._max_seconds
        try:
            url = httpx.URL(address)
            for _ in range(MAX_REDIRECTS + 1):
                _check_url(url)
                found = self._get(url, deadline)
                if isinstance(found, Page):
                    return found
                url = found
        except httpx.InvalidURL:
            raise FetchError(f"{address} is no valid web address") from None
        except (httpcore.TimeoutException, TimeoutError):
            raise FetchError(
                f"{address} did not answer within {self._max_seconds:g} seconds"
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise FetchError(f"{address} cannot be reached ({error})") from None
        raise FetchError(f"{address} redirects more than {MAX_REDIRECTS} times")

    def _get(self, url: httpx.URL, deadline: float) -> Page | httpx.URL:
        """The page at ``url``, or where it redirects to."""
        import httpcore

        from .connecting import GuardedBackend

        backend = GuardedBackend(deadline, None if self._allow_private else is_public)
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        with (
            httpcore.ConnectionPool(self._ssl_context, network_backend=backend) as pool,
            pool.stream("GET", target, headers=_HEADERS) as response,
        ):
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            if response.status in (301, 302, 303, 307, 308) and "location" in headers:
                return url.join(headers["location"])
            if response.status != 200:
                raise FetchError(f"{url} answered with status {response.status}")
            kind = headers.get("content-type", "text/html").partition(";")[0].strip().lower()
            if kind not in CONTENT_TYPES:
                raise FetchError(
                    f"{url} is {kind}, not a page with text; save it and read the file"
                )
            pieces = _unpacked(
                response.iter_stream(), headers.get("content-encoding", "").lower(), url
            )
            return Page(str(url), kind, self._capped(pieces, headers, url))

    def _capped(self, pieces: Iterable[bytes], headers: dict[str, str], url: httpx.URL) -> bytes:
        too_large = FetchError(f"{url} is larger than {self._max_bytes:,} bytes")
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max_bytes:
            raise too_large
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > self._max_bytes:
                raise too_large
        return bytes(data)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it is an IPv4 address in IPv6 clothes."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded:
            return is_public(str(embedded))
        if ip.teredo or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _check_url(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https"):
        raise UnsafeInput(f"{url} is refused: only http and https addresses are read")
    if not url.host:
        raise FetchError(f"{url} names no host")
    if url.userinfo:
        raise UnsafeInput("an address with a user name or password in it is refused")


def _unpacked(chunks: Iterable[bytes], coding: str, url: httpx.URL) -> Iterator[bytes]:
    """The chunks without gzip, in pieces of at most 64 KiB, so that a bomb is noticed before it goes off."""
    if coding in ("", "identity"):
        yield from chunks
        return
    if coding not in ("gzip", "x-gzip"):
        raise FetchError(f"{url} is packed with {coding}, which was not asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                yield unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error:
        raise FetchError(f"{url} is badly packed") from None
    if not unpacker.eof:
        raise FetchError(f"{url} ended before it was complete; try again")
