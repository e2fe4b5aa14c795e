"""The door: files, bytes and folders to Documents and back; encodings; what cannot be read is told in one line."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import reading
from corpora.document import Block
from corpora.errors import InputError, UnsupportedFormat
from corpora.reading import documents
from corpora.reading.encoding import decode

NEWS = """Bakan Aydoğan: “Adım atacağız”

Dışişleri Bakanı Selin Aydoğan, İstanbul'da gazetecilere konuştu. Görüşmelerin süreceğini söyledi.
"""
ARTICLE = Path(__file__).parents[2] / "shared/article/blinken-lavrov.tr.txt"


def test_a_file_becomes_a_document(tmp_path: Path) -> None:
    path = tmp_path / "Dış Haber.txt"
    path.write_text(NEWS, "utf-8")
    document = reading.read(path)
    assert document.title == "Bakan Aydoğan: “Adım atacağız”"
    assert (document.lang, document.source) == ("tr", str(path))
    assert document.id.startswith("dis-haber-")
    assert [segment.id for _, segment in document.segments()] == ["0.0", "1.0", "1.1"]
    assert reading.read(str(path)) == document


def test_ids_tell_sources_apart_and_stay() -> None:
    def id_of(name: str, text: str = "Metin.") -> str:
        return reading.read_bytes(text.encode(), name=name, format="text").id

    names = [
        "a/x.txt",
        "b/x.txt",
        "https://ornek.tr/haber/x",
        "https://ornek.tr/haber/y/",
        "-",
        "ж",
    ]
    ids = [id_of(name) for name in names]
    assert len(set(ids)) == len(names)
    assert ids == [id_of(name, "Metin.") for name in names]
    assert id_of("a/x.txt", "Başka.") == ids[0]
    assert id_of("-", "Başka.") != ids[4]
    assert ids[3].startswith("y-")


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        ("a.txt", b"Ilk metin burada.", "a"),
        ("a.md", b"Ilk metin.\n\n# Bir\n", "Bir"),
        ("a.html", b"<title>Bir</title><p>Ilk metin burada.</p>", "Bir"),
        ("-", b"Ilk metin burada.", "untitled"),
    ],
)
def test_the_title_is_the_first_heading_or_the_pages(name: str, data: bytes, title: str) -> None:
    assert reading.read_bytes(data, name=name).title == title


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!DOCTYPE html><p>Metin</p>", "paragraph"),
        (b"\xef\xbb\xbf  <html lang=tr><li>Metin</li>", "list-item"),
        (b"<?xml version='1.0'?><html><h1>Metin</h1></html>", "heading"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nMetin\n", "caption"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nMetin\n", "caption"),
        (b"- Metin\n- Metin\n", "list-item"),
    ],
)
def test_the_format_of_a_pipe_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert reading.read_bytes(data, name="-").blocks[0].kind == kind


def test_a_format_can_be_named() -> None:
    data = b"# Metin\n"
    assert reading.read_bytes(data, name="x.log", format="markdown").blocks[0].text == "Metin"
    with pytest.raises(UnsupportedFormat, match="there is no format 'pdf'"):
        reading.read_bytes(data, name="x.log", format="pdf")


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254", "cp857"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_encoding_is_told_and_kept(encoding: str, newline: str) -> None:
    text = NEWS.replace("“", '"').replace("”", '"').replace("\n", newline)
    data = text.encode(encoding)
    document = reading.read_bytes(data, name="a.txt")
    assert document.blocks[0].text == 'Bakan Aydoğan: "Adım atacağız"'
    assert reading.write(document, data) == data
    blocks = (Block("heading", "Çelik wins"), *document.blocks[1:])
    written = reading.write(replace(document, blocks=blocks), data)
    assert written == text.replace('Bakan Aydoğan: "Adım atacağız"', "Çelik wins").encode(encoding)


def test_iso_8859_9_is_read_and_written_back() -> None:
    data = NEWS.replace("“", '"').replace("”", '"').encode("iso-8859-9")
    document = reading.read_bytes(data, name="a.txt")
    assert "süreceğini söyledi" in document.blocks[1].text
    assert reading.write(document, data) == data


def test_a_text_that_its_encoding_cannot_hold_becomes_utf_8() -> None:
    data = "Şu kadar: 5 liraya çıktı.".encode("cp1254")
    document = reading.read_bytes(data, name="a.txt")
    translated = replace(document, blocks=(Block("paragraph", "5 ₺ → 6 ₺"),))
    assert reading.write(translated, data).decode() == "5 ₺ → 6 ₺"


def test_a_wrong_guess_can_be_overridden() -> None:
    data = "Ţara şi oamenii în această dimineaţă".encode("cp1250")
    document = reading.read_bytes(data, name="a.txt", lang="en", encoding="cp1250")
    assert document.blocks[0].text == "Ţara şi oamenii în această dimineaţă"
    assert reading.write(document, data, encoding="cp1250") == data


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [('<meta charset="windows-1251">', "cp1251"), ("<meta charset=iso-8859-9>", "cp1254")],
)
def test_a_page_says_its_encoding(meta: str, encoding: str) -> None:
    words = {"cp1251": "Добрый день, Анкара", "cp1254": "Günaydın, şehir"}[encoding]
    data = f"<html>{meta}<p>{words}</p>".encode(encoding)
    document = reading.read_bytes(data, name="a.html")
    assert document.blocks[0].text == words
    assert reading.write(document, data) == data


def test_a_page_that_is_utf_8_and_says_otherwise_is_utf_8() -> None:
    data = "<html><meta charset=iso-8859-9><p>Günaydın</p>".encode()
    assert reading.read_bytes(data, name="a.html").blocks[0].text == "Günaydın"


@pytest.mark.parametrize(
    "text",
    [
        "Café Müller’s naïve façade — £5",
        "Résumé",
        "Merkel: “Europa”",
        "Señor Núñez é o cara, said he",
    ],
)
def test_english_with_foreign_names_is_read(text: str) -> None:
    assert decode(text.encode("cp1252"), "a.txt")[0] == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            "Президент провёл встречу в Анкаре".encode("cp1251"),
            "neither UTF-8 nor a Turkish encoding",
        ),
        ("Πρόεδρος της χώρας μίλησε χθες".encode("cp1253"), "neither UTF-8 nor a Turkish encoding"),
        (NEWS.encode() * 3 + b"\xc3", "neither UTF-8 nor a Turkish encoding"),
        (NEWS.encode("utf-16-le"), "utf-16"),
        (bytes(range(256)) * 4, "binary file"),
        (b"%PDF-1.7 bir iki", "is a PDF"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"*** --- ***", "has no text to translate"),
    ],
    ids=[
        "cyrillic",
        "greek",
        "broken-utf-8",
        "utf-16",
        "binary",
        "pdf",
        "empty",
        "blank",
        "wordless",
    ],
)
def test_what_is_no_text_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as raised:
        reading.read_bytes(data, name="haber.txt")
    assert str(raised.value).startswith("haber.txt")
    assert "\n" not in str(raised.value)


def test_a_wrong_override_is_told() -> None:
    with pytest.raises(InputError, match="is not in utf-8: byte 1 does not fit"):
        reading.read_bytes(b"a\xff", name="a.txt", encoding="utf-8")
    with pytest.raises(InputError, match="no encoding named 'klingon'"):
        reading.read_bytes(b"a", name="a.txt", encoding="klingon")
    with pytest.raises(InputError, match="no encoding named 'rot13'"):
        reading.read_bytes(b"a", name="a.txt", encoding="rot13")


# Files and folders


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="there is no file"):
        reading.read(tmp_path / "yok.txt")
    with pytest.raises(InputError, match="is a folder"):
        reading.read(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        reading.read("a\0b.txt")
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(UnsupportedFormat, match=r"\.doc files are not read"):
        reading.read(tmp_path / "a.doc")
    with pytest.raises(InputError, match="not 'de'"):
        reading.read_bytes(b"Text.", name="a.txt", lang="de")
    (tmp_path / "a.txt").write_text("Uzun metin.", "utf-8")
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="is larger than"):
        reading.read(tmp_path / "a.txt")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_an_endless_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 2**20)
    with pytest.raises(InputError, match="is larger than 1 MB"):
        reading.read("/dev/zero", format="text")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch(mode=0)
    with pytest.raises(InputError, match="may not be read"):
        reading.read(path)


def test_a_fault_in_a_word_document_names_the_file() -> None:
    with pytest.raises(InputError, match=r"^haber\.docx: this \.docx is damaged"):
        reading.read_bytes(b"PK\x03\x04", name="haber.docx")


def test_a_changed_original_is_told() -> None:
    document = reading.read_bytes(b"Bir.\n\nIki.\n", name="a.txt")
    with pytest.raises(
        InputError, match=r"^a\.txt: the original has 1 blocks and the translation 2"
    ):
        reading.write(document, b"Bir.\n")


def test_folders_are_walked(tmp_path: Path) -> None:
    names = ["b.txt", "a.MD", "alt/c.html", "alt/.gizli/d.txt", ".e.txt", "f.pdf", "alt/g.docx"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = reading.find_inputs([tmp_path / "b.txt", tmp_path, tmp_path / "f.pdf"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        *("b.txt", "a.MD", "alt/c.html", "alt/g.docx", "f.pdf")
    ]


def test_a_folder_without_articles_is_told(tmp_path: Path) -> None:
    (tmp_path / "resim.png").touch()
    with pytest.raises(InputError, match="there is no article in"):
        reading.find_inputs([tmp_path])
    with pytest.raises(InputError, match="there is no file or folder"):
        reading.find_inputs([tmp_path / "yok"])


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article lies beside the project only")
def test_a_real_article() -> None:
    document = reading.read(ARTICLE)
    assert reading.write(document, ARTICLE.read_bytes()) == ARTICLE.read_bytes()
    kinds = [block.kind for block in document.blocks]
    assert (kinds.count("heading"), len(kinds)) == (3, 13)


# Every format


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=80).map(lambda text: f"Metin {text}"),
    st.sampled_from(["text", "markdown", "html", "page", "subtitles"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_comes_back_byte_for_byte(text: str, name: str, encoding: str) -> None:
    if name == "subtitles":
        text = f"1\n00:00:01,000 --> 00:00:02,000\n{text}"
    data = text.encode(encoding)
    try:
        document = reading.read_bytes(data, name="-", format=name)
    except InputError:  # control characters
        return
    assert reading.write(document, data, format=name) == data
