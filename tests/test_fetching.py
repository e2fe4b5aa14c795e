"""Fetching addresses, against a server on loopback that plays the attacks."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from corpora import reading
from corpora.errors import FetchError, UnsafeInput
from corpora.reading import fetch
from corpora.reading.fetch import Fetcher, is_public

PAGE = b"<html><title>Haber</title><body><p>Bakan Ankara'da konu\xc5\x9ftu.</p></body></html>"
PUBLIC = "93.184.215.14"


class Attacker(BaseHTTPRequestHandler):
    """Answers every path with what its name says."""

    protocol_version = "HTTP/1.1"
    requests: list[tuple[str, str]]  # path and Host header of every request

    def do_GET(self) -> None:
        type(self).requests.append((self.path, self.headers.get("Host", "")))
        name, _, rest = self.path.lstrip("/").partition("?")
        with suppress(OSError):
            getattr(self, name.replace("-", "_"))(rest)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        headers = {"content_type": "text/html; charset=utf-8", **headers}
        if "transfer_encoding" not in headers:
            headers.setdefault("content_length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page(self, rest: str) -> None:
        self.answer(200, PAGE)

    def to(self, rest: str) -> None:
        self.answer(302, location=rest)

    def loop(self, rest: str) -> None:
        self.answer(301, location="/loop")

    def hop(self, rest: str) -> None:
        self.answer(307, location=f"/hop?{int(rest) - 1}" if int(rest) else "page")

    def missing(self, rest: str) -> None:
        self.answer(404, b"no")

    def picture(self, rest: str) -> None:
        self.answer(200, b"\x89PNG", content_type="image/png")

    def huge(self, rest: str) -> None:
        self.answer(200, b"", content_length=str(2**50))

    def endless(self, rest: str) -> None:
        self.answer(200, transfer_encoding="chunked")
        while True:
            self.wfile.write(b"10000\r\n" + b"x" * 2**16 + b"\r\n")

    def slow(self, rest: str) -> None:
        self.answer(200, content_length="100000")
        self.drip(b"x")

    def slow_headers(self, rest: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self.drip(b"x")

    def drip(self, data: bytes) -> None:
        for _ in range(100):
            self.wfile.write(data)
            self.wfile.flush()
            time.sleep(0.05)

    def bomb(self, rest: str) -> None:
        self.answer(200, gzip.compress(bytes(64 * 2**20)), content_encoding="gzip")

    def packed(self, rest: str) -> None:
        self.answer(200, gzip.compress(PAGE), content_encoding="gzip")

    def cut(self, rest: str) -> None:
        self.answer(200, gzip.compress(PAGE)[:-20], content_encoding="gzip")

    def other_coding(self, rest: str) -> None:
        self.answer(200, PAGE, content_encoding="br")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Attacker,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


Resolver = Callable[[str, str], list[str]]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes a name resolve to one list of addresses after the other; returns the look-ups."""

    def setting(name: str, *answers: list[str]) -> list[str]:
        real, asked = socket.getaddrinfo, []

        def fake(host: str, port: object, *args: object, **kwargs: object) -> object:
            if host != name:
                return real(host, port, *args, **kwargs)  # type: ignore[arg-type]
            asked.append(host)
            found = answers[min(len(asked), len(answers)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

        monkeypatch.setattr(socket, "getaddrinfo", fake)
        return asked

    return setting


def local(**limits: float) -> Fetcher:
    return Fetcher(allow_private=True, **limits)  # type: ignore[arg-type]


def test_a_page_becomes_a_document(address: str) -> None:
    document = reading.read(f"{address}/page", fetcher=local())
    assert document.sentences() == ["Bakan Ankara'da konuştu."]
    assert (document.title, document.source) == ("Haber", f"{address}/page")


def test_a_packed_page_is_unpacked(address: str) -> None:
    assert local().fetch(f"{address}/packed").data == PAGE


def test_redirects_are_followed_five_times(address: str) -> None:
    page = local().fetch(f"{address}/hop?4")
    assert (page.url, page.content_type, page.data) == (f"{address}/page", "text/html", PAGE)
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        local().fetch(f"{address}/hop?5")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        local().fetch(f"{address}/loop")


@pytest.mark.parametrize(
    "refused",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.org/x",
            "gopher://example.org/",
            "data://text/html,x",
        ),
        *("http://user:secret@example.org/", "https://user@example.org/"),
        *(
            "http://127.0.0.1/",
            "http://localhost/",
            "http://[::1]/",
            "http://0.0.0.0/",
            "http://0/",
        ),
        *("http://2130706433/", "http://0x7f.1/", "http://127.1/"),
        *("http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/"),
        *("http://169.254.169.254/latest/", "http://[fe80::1]/", "http://[fd00::1]/"),
        *("http://[::ffff:127.0.0.1]/", "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/"),
        *(
            "http://[2002:7f00:1::]/",
            "http://224.0.0.1/",
            "http://[ff02::1]/",
            "http://255.255.255.255/",
        ),
    ],
)
def test_addresses_that_are_not_public_are_refused(refused: str) -> None:
    with pytest.raises(UnsafeInput):
        Fetcher().fetch(refused)


@pytest.mark.parametrize("public", [PUBLIC, "2606:4700::6810:85e5", "64:ff9b::5db8:d70e"])
def test_public_addresses_pass(public: str) -> None:
    assert is_public(public)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/", "gopher://x/"]
)
def test_a_redirect_to_another_protocol_is_refused(address: str, target: str) -> None:
    with pytest.raises(UnsafeInput):
        local().fetch(f"{address}/to?{target}")


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://127.0.0.1:{port}/page"]
)
def test_a_redirect_into_the_network_is_refused(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """A first address that counts as public redirects to one that does not."""
    target = target.format(port=server.server_port)
    real = is_public
    monkeypatch.setattr(fetch, "is_public", lambda ip: ip == "127.0.0.2" or real(ip))
    first = f"http://127.0.0.2:{server.server_port}/to?{target}"
    other = ThreadingHTTPServer(("127.0.0.2", server.server_port), server.RequestHandlerClass)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        with pytest.raises(UnsafeInput, match="not on the public internet"):
            Fetcher().fetch(first)
    finally:
        other.shutdown()
        other.server_close()
    seen = server.RequestHandlerClass.requests  # type: ignore[attr-defined]
    assert [path for path, _ in seen] == [f"/to?{target}"]


def test_a_name_with_one_private_address_is_refused(resolve: Callable[..., list[str]]) -> None:
    resolve("haber.example", [PUBLIC, "127.0.0.1"])
    with pytest.raises(UnsafeInput, match=r"haber\.example is refused: 127\.0\.0\.1"):
        Fetcher().fetch("http://haber.example/")


def test_the_connection_goes_to_the_checked_address(
    resolve: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second answer would be loopback, but nobody asks a second time."""
    asked = resolve("haber.example", [PUBLIC], ["127.0.0.1"])
    connected: list[object] = []

    def connect(target: object, *args: object, **kwargs: object) -> None:
        connected.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher().fetch("http://haber.example/")
    assert (asked, connected) == (["haber.example"], [(PUBLIC, 80)])


def test_the_next_address_is_tried_and_the_host_header_is_the_name(
    server: ThreadingHTTPServer, resolve: Callable[..., list[str]]
) -> None:
    resolve("haber.example", ["127.0.0.9", "127.0.0.1"])
    local().fetch(f"http://haber.example:{server.server_port}/page")
    seen = server.RequestHandlerClass.requests  # type: ignore[attr-defined]
    assert seen == [("/page", f"haber.example:{server.server_port}")]


def test_proxies_of_the_environment_are_not_used(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert local().fetch(f"{address}/page").data == PAGE


@pytest.mark.parametrize("attack", ["huge", "endless", "bomb"])
def test_no_more_bytes_than_allowed_are_read(address: str, attack: str) -> None:
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
        local(max_bytes=1_000_000).fetch(f"{address}/{attack}")


@pytest.mark.parametrize("attack", ["slow", "slow-headers"])
def test_no_more_time_than_allowed_is_taken(address: str, attack: str) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"did not answer within 0\.5 seconds"):
        local(max_seconds=0.5).fetch(f"{address}/{attack}")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing", "status 404"),
        ("picture", "is image/png, not a page"),
        ("cut", "ended before it was complete"),
        ("other-coding", "packed with br"),
        ("to?http://x:port/", "no valid web address"),
    ],
)
def test_what_is_no_page_is_told(address: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        local().fetch(f"{address}/{path}")


@pytest.mark.parametrize(
    ("address", "reason"),
    [("http://", "names no host"), ("http://x:port/", "no valid web address")],
)
def test_what_is_no_address_is_told(address: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        Fetcher().fetch(address)


def test_a_name_that_does_not_resolve_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError, match=r"no host named .*, or no network"):
        Fetcher().fetch("https://haber.example/")


@pytest.fixture
def tls(server: ThreadingHTTPServer, tmp_path: Path) -> ssl.SSLContext:
    """Puts the server behind TLS as haber.example; returns a context that trusts it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -days 2 "
        "-subj /CN=haber.example -addext subjectAltName=DNS:haber.example"
    )
    try:
        subprocess.run(command.split(), check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return ssl.create_default_context(cafile=str(certificate))


def test_the_certificate_is_checked_against_the_name(
    server: ThreadingHTTPServer, tls: ssl.SSLContext, resolve: Callable[..., list[str]]
) -> None:
    """Although the connection goes to an address, the certificate must be the name's."""
    resolve("haber.example", ["127.0.0.1"])
    fetcher = Fetcher(allow_private=True, ssl_context=tls)
    assert fetcher.fetch(f"https://haber.example:{server.server_port}/page").data == PAGE
    with pytest.raises(FetchError, match="certificate"):
        fetcher.fetch(f"https://127.0.0.1:{server.server_port}/page")
