"""Files meant to harm, and files cut off: refused in one line, with nothing fetched, expanded or imported half."""

from __future__ import annotations

import io
import resource
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.bitext import Pair
from corpora.errors import InputError, UnsafeInput
from corpora.formats import FORMATS, tmx, xliff

HEADER = '<header creationtool="x" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en" srclang="tr" datatype="plaintext"/>'


def tmx_page(doctype: str = "", text: str = "Geldi.", root: str = "tmx") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<{root} version="1.4">{HEADER}<body><tu><tuv xml:lang="tr"><seg>{text}</seg></tuv>'
        f'<tuv xml:lang="en"><seg>He came.</seg></tuv></tu></body></{root}>'
    )


def xliff_page(doctype: str = "", text: str = "Geldi.") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<xliff version="1.2" xmlns="{xliff.NAMESPACE_12}"><file original="a" '
        f'source-language="tr" target-language="en" datatype="plaintext"><body><trans-unit id="1"><source>{text}</source>'
        "<target>He came.</target></trans-unit></body></file></xliff>"
    )


def read(page: str) -> list[Pair]:
    module = tmx if "<tmx" in page else xliff
    return list(module.read(io.BytesIO(page.encode())))


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!ENTITY e 'fetched'>")

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
        thread.join()


PAGES = pytest.mark.parametrize("page", [tmx_page, xliff_page])


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
        '<!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD for Translation Memory eXchange//EN" "tmx14.dtd">',
        '<!DOCTYPE tmx SYSTEM "http://127.0.0.1:9/tmx14.dtd">',
        "<!DOCTYPE tmx [<!-- nothing -->]>",
    ],
)
@PAGES
def test_a_doctype_that_only_names_its_dtd_is_normal(page, doctype: str) -> None:  # type: ignore[no-untyped-def]
    assert [p.source for p in read(page(doctype))] == ["Geldi."]


@PAGES
def test_no_dtd_and_no_file_is_fetched(page, server: tuple[str, list[str]]) -> None:  # type: ignore[no-untyped-def]
    address, asked = server
    assert read(page(f'<!DOCTYPE tmx SYSTEM "{address}/x.dtd">'))
    for declared in (
        f'<!ENTITY e SYSTEM "{address}/e">',
        f'<!ENTITY % p SYSTEM "{address}/p">%p;',
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
        '<!ENTITY e "harmless">',
    ):
        for text in ("&e;", "Geldi."):
            with pytest.raises(InputError):
                read(page(f"<!DOCTYPE tmx [{declared}]>", text))
    assert asked == []


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(12)
)


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (f"<!DOCTYPE tmx [{LAUGHS}]>", "&l11;"),
        (f'<!DOCTYPE tmx [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 50_000),
    ],
    ids=["billion laughs", "quadratic"],
)
@PAGES
def test_entities_are_refused_before_they_grow(page, doctype: str, text: str) -> None:  # type: ignore[no-untyped-def]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnsafeInput, match="defines entities"):
        read(page(doctype, text))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_entities_in_the_first_tag_grow_no_further_than_the_parser_allows() -> None:
    page = tmx_page(f"<!DOCTYPE tmx [{LAUGHS}]>").replace('<tmx version="1.4"', '<tmx version="&l11;"')  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError):
        read(page)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_an_entity_that_is_not_defined_is_no_silent_gap() -> None:
    with pytest.raises(InputError, match="nbsp"):
        read(tmx_page('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', "a&nbsp;b"))


@PAGES
def test_a_file_cut_off_anywhere_is_refused(page) -> None:  # type: ignore[no-untyped-def]
    whole = page("<!DOCTYPE tmx SYSTEM 'tmx14.dtd'>", "Geldi; “şöyle” dedi.")
    data = whole.encode()
    module = tmx if "<tmx" in whole else xliff
    for end in range(0, len(data) - 1, 7):
        with pytest.raises(InputError) as caught:
            list(module.read(io.BytesIO(data[:end])))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04", b"Geldi.\tHe came.\n"])
@pytest.mark.parametrize("module", [tmx, xliff])
def test_what_is_no_xml_is_refused_in_one_line(data: bytes, module, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "news.tmx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"news\.tmx is no well-formed XML") as caught:
        list(module.read(path))
    assert "\n" not in str(caught.value)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InputError, match="no well-formed XML"):
        read(tmx_page("", "<hi>" * 5_000 + "</hi>" * 5_000))


SAMPLES = {
    name: b"".join(made.write([Pair("Geldi “ş”.", "He came.", document="a", score=0.5)] * 2))
    for name, made in FORMATS.items()
    if made.writer and name != "parquet"
} | {
    "po": 'msgid ""\nmsgstr "Language: tr\\nPlural-Forms: nplurals=2; plural=n>1;\\n"\nmsgid "a"\nmsgstr "ş"\n'.encode()
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of one of the formats with some of its bytes taken out, changed or put in."""
    name = draw(st.sampled_from(sorted(SAMPLES)))
    data = bytearray(SAMPLES[name])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 20))] = draw(st.binary(max_size=6))
    return name, bytes(data)


@given(damaged())
@settings(max_examples=200, deadline=None)
def test_whatever_is_in_a_file_it_is_read_or_refused_in_one_line(case: tuple[str, bytes]) -> None:
    assert "\n" not in refusal(*case)


def refusal(name: str, data: bytes) -> str:
    try:
        for pair in FORMATS[name].read(io.BytesIO(data)):
            (pair.source + pair.target).encode()
    except InputError as error:
        return str(error)
    return ""
