"""The HTTP API: what LibreTranslate's clients see, our own addresses, batching, limits, and what is never served."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpora.bitext import Pair
from corpora.store import Project
from mt.translator import Translator
from ui.api import Limits, build_api
from ui.api.batching import SharedTranslator
from ui.api.limits import Pace
from ui.web.auth import Guard
from ui.web.desk import Desk
from ui.web.people import People, Person, key_hash

TEXT = "Bakan yarın köy okul. Polis dün şehir araba."
ENGLISH = "Minister tomorrow village school. Police yesterday city car."
TEXT_DATA = {"q": TEXT, "source": "tr", "target": "en"}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.open(tmp_path / "news.dragoman", person="Ayşe") as opened:
        opened.import_pairs(
            [
                Pair("Bakan geldi.", "The minister came.", status="approved"),
                Pair("Polis gitti.", "The police left.", status="edited"),
            ],
            document="first",
        )
        yield opened


def application(project: Project, model: Path, limits: Limits | None = None) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    build_api(app, Desk(project, model=str(model)), limits)
    return app


@pytest.fixture
def client(project: Project, toy_folder: Path) -> TestClient:
    return TestClient(application(project, toy_folder))


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """A real server on loopback, until the block ends."""
    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class TestLibreTranslate:
    def test_its_real_client(self, project: Project, toy_folder: Path) -> None:
        from libretranslatepy import LibreTranslateAPI

        with serving(application(project, toy_folder)) as address:
            api = LibreTranslateAPI(address)
            assert api.translate(TEXT, "tr", "en", timeout=30) == ENGLISH
            assert api.translate(TEXT, "auto", "en", timeout=30) == ENGLISH
            (found,) = api.detect("Bakan yarın bir açıklama yapacağını söyledi.", timeout=30)
            assert found["language"] == "tr"
            assert 50 < found["confidence"] <= 100
            assert {"tr", "en"} == {one["code"] for one in api.languages(timeout=30)}

    def test_lists_and_detection(self, client: TestClient) -> None:
        said = client.post(
            "/translate", json={**TEXT_DATA, "q": [TEXT, "", "Su."], "source": "auto"}
        )
        assert said.json()["translatedText"] == [ENGLISH, "", "Water."]
        assert [d["language"] for d in said.json()["detectedLanguage"]] == ["tr"] * 3
        assert client.post("/translate", json={**TEXT_DATA, "q": []}).json() == {
            "translatedText": []
        }

    def test_layout_and_markup_stay(self, client: TestClient) -> None:
        text = "Bakan geldi.\n\n\tPolis gitti.\n"
        said = client.post("/translate", json={**TEXT_DATA, "q": text}).json()
        assert said["translatedText"] == "Minister came.\n\n\tPolice left.\n"
        page = '<p class="green"><b>Bakan</b> geldi.</p>'
        said = client.post("/translate", json={**TEXT_DATA, "q": page, "format": "html"}).json()
        assert said["translatedText"] == '<p class="green"><b>Minister</b> came.</p>'

    def test_alternatives_are_others_than_the_best(self, client: TestClient) -> None:
        said = client.post("/translate", json={**TEXT_DATA, "q": "Bakan geldi.", "alternatives": 3})
        others = said.json()["alternatives"]
        assert 1 <= len(others) <= 3
        assert said.json()["translatedText"] not in others

    def test_the_same_language_is_left_alone(self, client: TestClient) -> None:
        said = client.post(
            "/translate", json={"q": "The minister came.", "source": "en", "target": "en"}
        )
        assert said.json() == {"translatedText": "The minister came."}

    @pytest.mark.parametrize(
        "given",
        [
            {"q": "x", "source": "en", "target": "tr"},
            {"q": "x", "source": "de", "target": "en"},
            {"source": "tr", "target": "en"},
            {"q": 5, "source": "tr", "target": "en"},
            {"q": "x", "source": "tr", "target": "en", "alternatives": -1},
        ],
    )
    def test_what_it_cannot_do_is_said(self, client: TestClient, given: dict[str, Any]) -> None:
        said = client.post("/translate", json=given)
        assert said.status_code == 400
        assert isinstance(said.json()["error"], str)

    def test_no_json_is_no_fault_of_ours(self, client: TestClient) -> None:
        said = client.post("/translate", content=b"{", headers={"content-type": "application/json"})
        assert said.status_code == 400

    def test_a_file_comes_back_in_its_format(self, client: TestClient) -> None:
        files = {"file": ("../haber<b>.html", b"<html><body><p>Bakan geldi.</p></body></html>")}
        said = client.post("/translate_file", files=files, data={"source": "tr", "target": "en"})
        fetched = client.get(said.json()["translatedFileUrl"])
        assert b"<p>Minister came.</p>" in fetched.content
        assert fetched.headers["content-disposition"].startswith("attachment;")
        assert "haber%3Cb%3E.html" in fetched.headers["content-disposition"]
        assert client.get("/download_file/guess").status_code == 404

    def test_no_file_and_no_format(self, client: TestClient) -> None:
        assert client.post("/translate_file", data={"target": "en"}).status_code == 400
        files = {"file": ("a.bin", b"\x00\x01\x02\xff" * 50)}
        assert client.post("/translate_file", files=files, data={"target": "en"}).status_code == 400


class TestOwn:
    def test_align_and_quotes_keep_the_contract(self, client: TestClient) -> None:
        source = (
            'Bakan Ali Demir, "Bu iş böyle olmaz, herkes bunu bilsin" dedi. Köprü yarın açılacak.'
        )
        target = 'Minister Ali Demir said: "This will not do, let everybody know it." The bridge opens tomorrow.'
        made = client.post("/align", json={"source": source, "target": target}).json()
        assert made["version"] == 1
        assert [b["source"] for b in made["beads"]] == [[0], [1]]
        assert made["quotes"][0]["source"]["speaker"] == "Ali Demir"
        found = client.post("/quotes", json={"text": source}).json()
        assert found["lang"] == "tr"
        assert found["quotes"][0]["text"] == "Bu iş böyle olmaz, herkes bunu bilsin"
        wrong = client.post("/align", json={"source": target, "target": source})
        assert wrong.status_code == 400
        assert "wrong way round" in wrong.json()["error"]

    def test_the_project_is_read(self, client: TestClient) -> None:
        assert [p["name"] for p in client.get("/projects").json()["projects"]] == ["news"]
        (document,) = client.get("/projects/news/documents").json()["documents"]
        query = {"document": document["id"], "status": "approved"}
        (segment,) = client.get("/projects/news/segments", params=query).json()["segments"]
        assert segment["target"] == "The minister came."
        (hit,) = client.get("/projects/news/search", params={"q": "BAKAN"}).json()["hits"]
        assert hit["source"] == "Bakan geldi."
        lines = client.get("/projects/news/pairs").text.splitlines()
        assert [json.loads(line)["source"] for line in lines] == ["Bakan geldi.", "Polis gitti."]
        assert "<tmx" in client.get("/projects/news/pairs?to=tmx&status=approved").text
        assert client.get("/projects/news/pairs?to=exe").status_code == 400

    @pytest.mark.parametrize(
        "path",
        ["/projects/other/documents", "/projects/..%2Fnews/documents", "/projects/.ssh/pairs"],
    )
    def test_there_is_no_other_project(self, client: TestClient, path: str) -> None:
        assert client.get(path).status_code == 404

    def test_the_description_is_complete_and_offline(self, client: TestClient) -> None:
        description = client.get("/openapi.json").json()
        paths = set(description["paths"])
        assert {"/translate", "/detect", "/align", "/quotes", "/projects/{project}/pairs"} <= paths
        page = client.get("/docs").text
        assert all(path in page for path in paths)
        assert "http" not in page.replace("http API", "")

    def test_the_figures_are_prometheus_text(self, client: TestClient) -> None:
        from prometheus_client.parser import text_string_to_metric_families

        client.post("/translate", json=TEXT_DATA)
        client.post("/translate", json={"q": "x", "source": "xx", "target": "en"})
        client.get("/nowhere")
        families = {f.name: f for f in text_string_to_metric_families(client.get("/metrics").text)}
        counts = {
            (s.labels["path"], s.labels["status"]): s.value
            for s in families["dragoman_request_seconds"].samples
            if s.name.endswith("_count")
        }
        assert counts["/translate", "200"] == 1
        assert counts["/translate", "400"] == 1
        assert not any(path == "/nowhere" for path, _ in counts)
        assert families["dragoman_sentences"].samples[0].value == 2


class TestLimits:
    def test_too_long_is_413(self, project: Project, toy_folder: Path) -> None:
        client = TestClient(application(project, toy_folder, Limits(characters=100, upload=5000)))
        long = client.post("/translate", json={**TEXT_DATA, "q": "su " * 50})
        assert long.status_code == 413
        assert "150 characters" in long.json()["error"]
        lists = client.post("/translate", json={**TEXT_DATA, "q": ["su " * 20] * 2})
        assert lists.status_code == 413
        large = client.post("/quotes", json={"text": "x" * 6000})
        assert large.status_code == 413
        assert "5,000 bytes" in large.json()["error"]

    def test_a_length_that_is_a_lie_helps_nobody(self, project: Project, toy_folder: Path) -> None:
        client = TestClient(application(project, toy_folder, Limits(upload=5000)))
        chunks = (b"x" * 1000 for _ in range(10))
        said = client.post("/quotes", content=chunks, headers={"content-type": "application/json"})
        assert said.status_code == 413

    def test_too_often_is_429(self, project: Project, toy_folder: Path) -> None:
        client = TestClient(application(project, toy_folder, Limits(rate=3)))
        codes = [client.post("/detect", json={"q": "su"}).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        said = client.post("/detect", json={"q": "su"})
        assert int(said.headers["retry-after"]) in range(1, 22)
        assert client.get("/health").status_code == 200

    def test_a_keys_pace_is_its_own_wherever_the_key_stands(
        self, project: Project, toy_folder: Path
    ) -> None:
        people = People([Person(n, "reader", key_hash(f"key of {n}")) for n in ("one", "two")])
        app = application(project, toy_folder, Limits(rate=2))
        client = TestClient(Guard(app, people=people))

        def codes(key: str) -> list[int]:
            asked = {"q": "su", "api_key": key}
            return [client.post("/detect", json=asked).status_code for _ in range(3)]

        assert codes("key of one") == [200, 200, 429]
        assert codes("key of two") == [200, 200, 429], "one address, another key"
        headers = {"authorization": "Bearer key of one"}
        assert client.post("/detect", json={"q": "su"}, headers=headers).status_code == 429
        assert codes("a guess") == [403, 403, 429], "who guesses keys is counted too"

    def test_the_pace_recovers_and_is_each_clients_own(self) -> None:
        now = [0.0]
        pace = Pace(60, clock=lambda: now[0])
        assert [pace.wait("a") for _ in range(60)] == [0.0] * 60
        assert pace.wait("a") == pytest.approx(1)
        assert pace.wait("b") == 0
        now[0] = 2
        assert (pace.wait("a"), pace.wait("a")) == (0, 0)
        assert pace.wait("a") > 0

    def test_too_many_at_once_is_503_and_the_others_are_answered(
        self, project: Project, toy_folder: Path
    ) -> None:
        import httpx

        app = application(project, toy_folder, Limits(requests=2))
        free = threading.Event()
        _ = app.state.desk.translator  # loaded before the crowd comes
        inner = app.state.desk.translator._inner
        waits = inner.segments
        inner.segments = lambda *given, **named: (free.wait(20), waits(*given, **named))[1]
        with serving(app) as address, ThreadPoolExecutor(3) as crowd:

            def ask() -> httpx.Response:
                return httpx.post(f"{address}/translate", json=TEXT_DATA, timeout=30)

            first = [crowd.submit(ask) for _ in range(2)]
            while app.state.gate.at_work < 2:
                time.sleep(0.01)
            refused = ask()
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert httpx.get(f"{address}/health").status_code == 200
            free.set()
            assert [f.result().json()["translatedText"] for f in first] == [ENGLISH] * 2
            assert ask().status_code == 200


class TestSharing:
    def shared(
        self, toy_engine: Any, rounds: list[tuple[int, int]], **options: Any
    ) -> SharedTranslator:
        def observe(sentences: int, requests: int) -> None:
            rounds.append((sentences, requests))

        return SharedTranslator(Translator(toy_engine, model="toy"), observe=observe, **options)

    def test_many_clients_share_a_round_and_each_gets_its_own(self, toy_engine: Any) -> None:
        from conftest import toy_pairs

        rounds: list[tuple[int, int]] = []
        translator = self.shared(toy_engine, rounds, window=0.3)
        pairs = toy_pairs(24, 5)
        alone = [
            t.target for t in Translator(toy_engine, model="toy").segments(s for s, _ in pairs)
        ]
        with ThreadPoolExecutor(8) as crowd:
            parts = [[s for s, _ in pairs[at : at + 3]] for at in range(0, 24, 3)]
            made = list(crowd.map(lambda part: list(translator.segments(part)), parts))
        assert [t.target for part in made for t in part] == alone
        assert max(requests for _, requests in rounds) > 3
        assert sum(sentences for sentences, _ in rounds) == 24
        translator.close()

    def test_a_long_article_does_not_hold_up_a_sentence(self, toy_engine: Any) -> None:
        done: list[str] = []
        translator = self.shared(toy_engine, [], size=4, window=0.05)

        def ask(name: str, count: int) -> None:
            list(translator.segments(["Bakan geldi."] * count))
            done.append(name)

        threads = [
            threading.Thread(target=ask, args=given) for given in (("long", 400), ("short", 1))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert done == ["short", "long"]
        translator.close()

    def test_capitals_are_spelt_after_their_own_article(self, toy_engine: Any) -> None:
        rounds: list[tuple[int, int]] = []
        translator = self.shared(toy_engine, rounds, window=0.3)
        plain = Translator(toy_engine, model="toy")
        asked = [("BAKAN DEMİR GELDİ", {"demir": "Demir"}), ("BAKAN DEMİR GELDİ", {})]
        with ThreadPoolExecutor(2) as crowd:
            made = list(crowd.map(lambda a: next(translator.segments([a[0]], names=a[1])), asked))
        assert made == [next(plain.segments([text], names=names)) for text, names in asked]
        translator.close()

    def test_a_fault_reaches_who_asked_and_the_worker_lives_on(
        self, toy_engine: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        translator = self.shared(toy_engine, [])

        def fail(*_: Any, **__: Any) -> None:
            raise RuntimeError("out of memory")

        with monkeypatch.context() as patch:
            patch.setattr(translator._inner, "segments", fail)
            with pytest.raises(RuntimeError, match="out of memory"):
                list(translator.segments(["Bakan geldi."]))
        assert next(translator.segments(["Bakan geldi."])).target == "Minister came."
        translator.close()
        with pytest.raises(RuntimeError, match="closed"):
            list(translator.segments(["Bakan geldi."]))
