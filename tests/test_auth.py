"""Login, keys, other sites' pages, and what no address of the server leads to."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import InputError
from corpora.store import Project
from ui.cli import run
from ui.web.auth import COOKIE, SESSION, Guard, Sessions, guard, is_loopback, session_key
from ui.web.people import People, Person, key_hash, new_key, password_hash, read_people

KEY = new_key()
with pytest.MonkeyPatch.context() as patch:
    # The real cost of a hash would be paid at every login here.
    patch.setattr("ui.web.people._SCRYPT", (2**4, 8, 1))
    AYSE = Person("Ayşe", "reviewer", password_hash("köprü açıldı"))
    BOT = Person("bot", "reader", key_hash(KEY))
    PEOPLE = People([AYSE, BOT])


def inner() -> FastAPI:
    """An application that says who asks."""
    app = FastAPI()

    def who(request: Request) -> dict[str, Any]:
        return {"person": request.scope.get("person"), "role": request.scope.get("role")}

    for path in ("/", "/save", "/health", "/translate", "/download_file/x"):
        app.add_api_route(path, who, methods=["GET", "POST"])
    return app


@pytest.fixture
def client() -> TestClient:
    return TestClient(Guard(inner(), people=PEOPLE, key=b"k" * 32), follow_redirects=False)


def log_in(client: TestClient, password: str = "köprü açıldı", **more: str) -> Any:
    return client.post("/login", data={"name": "Ayşe", "password": password, **more})


class TestLogin:
    def test_who_is_not_known_is_sent_to_the_login(self, client: TestClient) -> None:
        page = client.get("/?a=1", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2F%3Fa%3D1")
        assert client.get("/save").status_code == 401
        assert client.post("/save").status_code == 401
        assert client.get("/health").status_code == 200
        assert "<form" in client.get("/login").text

    def test_in_and_out(self, client: TestClient) -> None:
        said = log_in(client, next="/save")
        assert (said.status_code, said.headers["location"]) == (303, "/save")
        cookie = said.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert client.get("/save").json() == {"person": "Ayşe", "role": "reviewer"}
        client.post("/logout")
        assert client.get("/save").status_code == 401

    def test_a_secure_connection_has_a_secure_cookie(self) -> None:
        client = TestClient(
            Guard(inner(), people=PEOPLE), base_url="https://news", follow_redirects=False
        )
        assert "secure" in log_in(client).headers["set-cookie"].lower()

    @pytest.mark.parametrize(
        ("name", "password"),
        [("Ayşe", "wrong"), ("Ayşe", ""), ("nobody", "köprü açıldı"), ("bot", KEY), ("bot", "")],
    )
    def test_a_wrong_password(self, client: TestClient, name: str, password: str) -> None:
        said = client.post("/login", data={"name": name, "password": password})
        assert said.status_code == 401
        assert "set-cookie" not in said.headers
        assert "wrong" in said.text

    def test_guessing_is_ended(self, client: TestClient) -> None:
        codes = [
            client.post("/login", data={"name": "x", "password": "y"}).status_code
            for _ in range(12)
        ]
        assert codes == [401] * 10 + [429] * 2
        assert log_in(client).status_code == 429

    @pytest.mark.parametrize(
        "wanted",
        ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\r\nx: y"],
    )
    def test_login_leads_nowhere_else(self, client: TestClient, wanted: str) -> None:
        assert log_in(client, next=wanted).headers["location"] == "/"

    def test_what_is_in_the_address_is_text_on_the_page(self, client: TestClient) -> None:
        page = client.get("/login", params={"next": '/"><script>alert(1)</script>'}).text
        assert "<script" not in page


class TestSessions:
    def test_it_ends_and_cannot_be_forged(self) -> None:
        now = [1000.0]
        sessions = Sessions(b"k" * 32, PEOPLE, clock=lambda: now[0])
        cookie = sessions.make(AYSE)
        found = sessions.read(cookie)
        assert found
        assert found[0] == AYSE
        assert Sessions(b"x" * 32, PEOPLE, clock=lambda: now[0]).read(cookie) is None
        promoted = People([Person("Ayşe", "admin", password_hash("another"))])
        assert Sessions(b"k" * 32, promoted, clock=lambda: now[0]).read(cookie) is None
        now[0] += SESSION
        assert sessions.read(cookie) is None

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=80))
    def test_no_other_text_is_a_session(self, text: str) -> None:
        assert Sessions(b"k" * 32, PEOPLE).read(text) is None

    def test_the_key_is_kept_for_its_owner_alone(self, tmp_path: Path) -> None:
        key = session_key(tmp_path / "home")
        assert len(key) == 32
        assert session_key(tmp_path / "home") == key
        assert stat.S_IMODE((tmp_path / "home" / "session.key").stat().st_mode) == 0o600

    def test_work_goes_on_after_a_restart(self) -> None:
        first = TestClient(Guard(inner(), people=PEOPLE, key=b"k" * 32), follow_redirects=False)
        log_in(first)
        again = TestClient(Guard(inner(), people=PEOPLE, key=b"k" * 32))
        again.cookies.set(COOKIE, first.cookies[COOKIE])
        assert again.get("/save").json()["person"] == "Ayşe"


class TestKeys:
    def test_a_program_comes_in_by_key(self, client: TestClient) -> None:
        known = {"authorization": f"Bearer {KEY}"}
        assert client.get("/save", headers=known).json() == {"person": "bot", "role": "reader"}
        for path in ("/save", "/translate", "/health"):
            said = client.get(path, headers={"authorization": "Bearer wrong"})
            assert said.status_code == 401

    def test_the_api_looks_for_a_key_in_the_body(
        self, project: Project, toy_folder: Path, tmp_path: Path
    ) -> None:
        from libretranslatepy import LibreTranslateAPI
        from test_api import application, serving

        with serving(Guard(application(project, toy_folder), people=PEOPLE)) as address:
            from urllib.error import HTTPError

            good = LibreTranslateAPI(address, KEY)
            assert good.translate("Bakan geldi.", "tr", "en", timeout=30) == "Minister came."
            assert good.languages(timeout=30)
            for key in (None, "wrong"):
                api = LibreTranslateAPI(address, key)
                for ask in (
                    lambda api=api: api.translate("Su.", "tr", "en", timeout=30),
                    lambda api=api: api.detect("Su.", timeout=30),
                ):
                    with pytest.raises(HTTPError) as refused:
                        ask()
                    assert refused.value.code == 403
                    refused.value.close()

    def test_everything_else_of_the_api_is_closed(self, project: Project, toy_folder: Path) -> None:
        from test_api import application

        client = TestClient(Guard(application(project, toy_folder), people=PEOPLE))
        for path in ("/projects", "/projects/news/pairs", "/metrics", "/docs", "/openapi.json"):
            assert client.get(path).status_code == 401
        for path in ("/align", "/quotes"):
            assert client.post(path, json={}).status_code == 401
        files = {"file": ("a.txt", b"Su.")}
        assert client.post("/translate_file", files=files, data={"target": "en"}).status_code == 403


class TestOtherSites:
    STRANGE = (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://testserver:81"},
    )

    @pytest.mark.parametrize("headers", STRANGE)
    def test_their_pages_cannot_act(self, client: TestClient, headers: dict[str, str]) -> None:
        log_in(client)
        assert client.post("/save", headers=headers).status_code == 403
        assert client.post("/save", headers={"origin": "http://testserver"}).status_code == 200
        assert client.get("/save", headers=headers).status_code == 200

    @pytest.mark.parametrize("headers", STRANGE[:3])
    def test_nor_without_a_login_on_this_machine(self, headers: dict[str, str]) -> None:
        client = TestClient(Guard(inner()), base_url="http://127.0.0.1:5000")
        assert client.post("/save", headers=headers).status_code == 403
        assert client.post("/save").json() == {"person": None, "role": None}

    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", ""]
    )
    def test_no_other_name_leads_to_this_machine(self, host: str) -> None:
        client = TestClient(Guard(inner()), base_url="http://127.0.0.1:5000")
        assert client.get("/", headers={"host": host}).status_code == 403

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:5000"])
    def test_its_own_names_do(self, host: str) -> None:
        client = TestClient(Guard(inner()), base_url="http://127.0.0.1:5000")
        assert client.get("/", headers={"host": host}).status_code == 200


class TestBinding:
    @pytest.mark.parametrize(
        ("host", "alone"),
        [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
    )  # fmt: skip
    def test_what_only_this_machine_reaches(self, host: str, alone: bool) -> None:
        assert is_loopback(host) is alone

    def test_others_are_let_in_only_by_login(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="--auth"):
            guard(inner(), "0.0.0.0", None, tmp_path)
        assert guard(inner(), "0.0.0.0", PEOPLE, tmp_path)
        assert guard(inner(), "127.0.0.1", None, tmp_path)

    def test_the_command_refuses(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("DRAGOMAN_AUTH", raising=False)
        database = str(tmp_path / "p.dragoman")
        options = ["serve", "--no-page", "--host", "0.0.0.0", "--port", "0", "--project", database]
        assert run(options) == 1
        assert "--auth" in capsys.readouterr().err


class TestPeople:
    def test_the_file_is_written_and_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "people"
        answers = iter(["short", "köprü açıldı", "another one"])
        monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
        add = ["serve", "--auth", str(path), "--role", "admin"]
        assert run([*add, "--add-person", "Ayşe"]) == 1
        assert not path.exists()
        assert run([*add, "--add-person", "Ayşe"]) == 0
        assert run(["serve", "--auth", str(path), "--add-key", "bot", "--role", "reader"]) == 0
        key = capsys.readouterr().out.strip()
        people = read_people(path, {})
        assert people
        assert people.by_password("Ayşe", "köprü açıldı")
        assert people.by_key(key) == people.get("bot")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "köprü" not in path.read_text("utf-8")
        assert key not in path.read_text("utf-8")
        assert run([*add, "--add-person", "Ayşe"]) == 0
        again = read_people(path, {})
        assert again
        assert not again.by_password("Ayşe", "köprü açıldı")
        assert again.by_key(key)

    def test_the_variable_will_do(self) -> None:
        text = f"# people\n{AYSE.name}:{AYSE.role}:{AYSE.secret}\n"
        people = read_people(None, {"DRAGOMAN_AUTH": text})
        assert people
        assert people.get("Ayşe") == AYSE
        assert read_people(None, {}) is None

    @pytest.mark.parametrize(
        "text",
        ["Ayşe", "Ayşe:boss:sha256$00", "Ayşe:admin:password", ":admin:sha256$00", "a:admin:sha256$0\na:reader:sha256$1", "#"],
    )  # fmt: skip
    def test_a_damaged_file_lets_nobody_in(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "people").write_text(text, "utf-8")
        with pytest.raises(InputError, match="people"):
            read_people(tmp_path / "people", {})

    def test_two_hashes_of_a_password_differ(self) -> None:
        assert password_hash("a") != password_hash("a")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.open(tmp_path / "news.dragoman", person="Ayşe") as opened:
        yield opened


@pytest.fixture(scope="module")
def served(
    toy_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a `dragoman serve` of its own, and the folder that it runs in."""
    folder = tmp_path_factory.mktemp("served")
    (folder / ".secret").write_text("hidden treasure", "utf-8")
    (folder / "people").write_text("hidden treasure", "utf-8")
    command = [sys.executable, "-m", "ui", "serve", "--port", "0", "--project", "news.dragoman"]
    environment = {k: v for k, v in os.environ.items() if k != "DRAGOMAN_AUTH"}
    environment |= {
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "DRAGOMAN_HOME": str(folder / ".home"),
    }
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*command, "--model", str(toy_folder)], cwd=folder, env=environment, stderr=log
        ) as process,
    ):
        while not (address := re.search(r"http://[\d.:]+/", (folder / "log").read_text("utf-8"))):
            assert process.poll() is None
            time.sleep(0.05)
        yield address[0].rstrip("/"), folder
        process.terminate()
    assert "Traceback" not in (folder / "log").read_text("utf-8")


def test_no_address_leads_to_the_database_or_to_hidden_files(served: tuple[str, Path]) -> None:
    address, folder = served
    inside = ("SQLite format 3", "hidden treasure", "root:")
    names = ["news.dragoman", ".secret", "people", "news.dragoman-wal"]
    places = [
        *names,
        *(str(folder / n) for n in names),
        "/etc/passwd",
        str(Path.home() / ".bashrc"),
    ]
    assert all((folder / name).exists() for name in names)
    prefixes = [
        "/", "/web/static/", "/web/static/../../", "/web/static/%2e%2e/%2e%2e/", "/gradio_api/file=", "/file=", "/file/",
        "/download_file/", "/download_file/..%2f..%2f", "/projects/", "/gradio_api/static/", "/assets/../", "/static/..%2f",
    ]  # fmt: skip
    for prefix in prefixes:
        for place in places:
            said = raw_get(address, prefix + place)
            assert said.split(maxsplit=2)[1] in ("307", "400", "403", "404", "405"), prefix + place
            assert not any(text in said for text in inside), prefix + place


def raw_get(address: str, path: str) -> str:
    """The answer to a request for exactly this path: clients tidy up paths before they send them."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        with connection.makefile("rb") as file:
            return file.read().decode("utf-8", "replace")


def test_the_workbench_and_the_api_are_served_together(served: tuple[str, Path]) -> None:
    with httpx.Client(base_url=served[0], timeout=60) as client:
        assert "Dragoman" in client.get("/").text
        assert client.get("/web/documents").json() == {"documents": []}
        said = client.post("/translate", json={"q": "Bakan geldi.", "source": "tr", "target": "en"})
        assert said.json() == {"translatedText": "Minister came."}
        refused = client.post("/translate", json={"q": "x", "source": "xx", "target": "en"})
        assert "not supported" in refused.json()["error"]
