"""Word documents: texts, looks and links; whole packages; and those that would do harm.

python-docx writes the documents and reads the results, as an outside witness.
"""

import io
import struct
import zipfile
from dataclasses import replace

import docx as witness
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from corpora.errors import InputError, UnsafeInput, UnsupportedFormat
from corpora.reading import docx, package

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = f'<?xml version="1.0"?><w:document xmlns:w="{W}" xmlns:r="urn:r" xmlns:mc="urn:mc"><w:body>'
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return data.getvalue()


def document(body: str) -> bytes:
    return zipped({"word/document.xml": f"{HEAD}{body}</w:body></w:document>".encode()})


def body_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return source.read("word/document.xml").decode()


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.fixture(scope="module")
def article() -> bytes:
    word = witness.Document()
    word.add_heading("Bakan konuştu", 1)
    paragraph = word.add_paragraph("Ankara'da ")
    paragraph.add_run("dün").bold = True
    paragraph.add_run(" bir açıklama yapıldı.")
    word.add_paragraph("birinci madde", style="List Bullet")
    word.add_paragraph("Bu bir alıntıdır.", style="Quote")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Ad", "42"
    word.sections[0].header.paragraphs[0].text = "Örnek Haber"
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def test_the_blocks_of_an_article(article: bytes) -> None:
    assert [(block.kind, block.text) for block in docx.read(article)] == [
        ("heading", "Bakan konuştu"),
        ("paragraph", "Ankara'da dün bir açıklama yapıldı."),
        ("list-item", "birinci madde"),
        ("quote", "Bu bir alıntıdır."),
        ("table-cell", "Ad"),
        ("table-cell", "42"),
        ("paragraph", "Örnek Haber"),
    ]


def test_an_untranslated_document_comes_back_byte_for_byte(article: bytes) -> None:
    assert docx.write(article, docx.read(article)) == article


def test_a_translated_document_opens_with_its_styles(article: bytes) -> None:
    blocks = [
        replace(block, text=f"T{i}", inlines=()) for i, block in enumerate(docx.read(article))
    ]
    written = docx.write(article, blocks)
    word = witness.Document(io.BytesIO(written))
    assert [(p.style.name if p.style else "", p.text) for p in word.paragraphs] == [
        ("Heading 1", "T0"),
        ("Normal", "T1"),
        ("List Bullet", "T2"),
        ("Quote", "T3"),
    ]
    assert [cell.text for cell in word.tables[0].rows[0].cells] == ["T4", "T5"]
    assert word.sections[0].header.paragraphs[0].text == "T6"
    with zipfile.ZipFile(io.BytesIO(written)) as new, zipfile.ZipFile(io.BytesIO(article)) as old:
        same = {"word/document.xml", "word/header1.xml"} ^ set(old.namelist())
        assert new.namelist() == old.namelist()
        assert all(new.read(name) == old.read(name) for name in same)


def test_a_projected_span_keeps_its_look(article: bytes) -> None:
    blocks = docx.read(article)
    (bold,) = blocks[1].inlines
    text = "A statement was made yesterday in Ankara."
    blocks[1] = replace(blocks[1], text=text, inlines=(replace(bold, start=21, end=30),))
    word = witness.Document(io.BytesIO(docx.write(article, blocks)))
    runs = word.paragraphs[1].runs
    assert word.paragraphs[1].text == text
    assert [r.text for r in runs if r.bold] == ["yesterday"]


def test_links_and_footnote_marks_survive() -> None:
    link = f'<w:hyperlink r:id="rId7">{run("sitede")}</w:hyperlink>'
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    data = document(f"<w:p>{run('Ayrıntılar ')}{link}{run(' var')}{mark}{run('.')}</w:p>")
    (block,) = docx.read(data)
    (inline,) = block.inlines
    assert block.text == "Ayrıntılar sitede var."
    translated = replace(block, text="See the site.", inlines=(replace(inline, start=8, end=12),))
    written = body_of(docx.write(data, [translated]))
    root = etree.fromstring(written.encode())
    (anchor,) = root.iter(f"{{{W}}}hyperlink")
    assert (anchor.get("{urn:r}id"), "".join(anchor.itertext())) == ("rId7", "site")
    assert "footnoteReference" in written
    assert "".join(root.itertext()) == "See the site."


def test_page_numbers_and_other_fields_stay_fields() -> None:
    data = document(f"<w:p>{run('Sayfa ')}{FIELD.format(' PAGE ', '3')}{run(' sonu')}</w:p>")
    blocks = docx.read(data)
    assert [block.text for block in blocks] == ["Sayfa ", " sonu"]
    written = body_of(docx.write(data, [replace(blocks[0], text="Page "), blocks[1]]))
    assert FIELD.format(" PAGE ", "3") in written.replace("<w:rPr/>", "")


def test_the_result_of_a_link_field_is_text() -> None:
    data = document(f"<w:p>{run('Bkz. ')}{FIELD.format('HYPERLINK x', 'şurada')}</w:p>")
    assert [block.text for block in docx.read(data)] == ["Bkz. şurada"]


def test_tabs_breaks_and_no_break_hyphens_come_and_go() -> None:
    data = document(
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/>"
        '<w:t>d</w:t><w:br w:type="page"/></w:r></w:p>'
    )
    (block,) = docx.read(data)
    assert block.text == "a\tb\nc\u2011d"
    written = docx.write(data, [replace(block, text="1\t2\n3\u20114")])
    assert docx.read(written)[0].text == "1\t2\n3\u20114"
    assert '<w:br w:type="page"/>' in body_of(written)


def test_deleted_text_is_not_read_and_a_text_box_once() -> None:
    box = f"<w:txbxContent><w:p>{run('kutu')}</w:p></w:txbxContent>"
    data = document(
        f"<w:p>{run('kalan')}<w:del><w:r><w:delText>silinen</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run('taşınan')}</w:moveFrom><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [block.text for block in docx.read(data)] == ["kalan", "kutu"]


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_translation_reads_back_as_it_was(text: str) -> None:
    data = document(f"<w:p>{run('metin')}{run('kalın', '<w:b/>')}</w:p>")
    (block,) = docx.read(data)
    text = docx._ILLEGAL.sub("", f"x{text}").replace("\r", "")
    written = docx.write(data, [replace(block, text=text, inlines=())])
    assert [b.text for b in docx.read(written)] == [text]


def bomb_by_ratio() -> bytes:
    return zipped({"word/document.xml": b"<a>" + b" " * (8 * 2**20) + b"</a>"})


def bomb_by_total() -> bytes:
    """Each file within the ratio, all together too large; the sizes are only declared."""
    data = bytearray(zipped({f"word/media/{i}": b"x" for i in range(9)}))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<II", data, at + 20, 2**26, 2**26)
    return bytes(data)


def bomb_zip64() -> bytes:
    """A ZIP64 extra field that declares 2**40 bytes."""
    extra = struct.pack("<HHQQ", 1, 16, 2**40, 2**40)
    name = b"word/document.xml"
    central = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", 45, 0, 45, 0, 0, 8, 0, 33, 0, 2**32 - 1, 2**32 - 1,
        len(name), len(extra), 0, 0, 0, 0, 0,
    )  # fmt: skip
    central += name + extra
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), 4, 0)
    return b"PK\x03\x04" + central + end


def many_entries() -> bytes:
    return zipped({f"{i}": b"" for i in range(package.MAX_ENTRIES + 1)})


def twins() -> bytes:
    """Two files under one name, made from two names of the same length."""
    files = {"word/document.xml": b"<a/>", "word/documenu.xml": b"<b/>"}
    return zipped(files).replace(b"documenu", b"document")


def with_dtd(dtd: str) -> bytes:
    return zipped(
        {"word/document.xml": f'<!DOCTYPE w:document {dtd}><w:document xmlns:w="{W}"/>'.encode()}
    )


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {x} "{f"&{y};" * 10}">' for y, x in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb_by_ratio(), "grows more than"),
        (bomb_by_total(), "unpacks to"),
        (bomb_zip64(), "unpacks to 1,099,511,627,776"),
        (many_entries(), "4,097 files"),
        (twins(), "same name"),
        (with_dtd('SYSTEM "http://localhost/x.dtd"'), "document type"),
        (with_dtd('[<!ENTITY x SYSTEM "file:///etc/passwd">]'), "document type"),
        (with_dtd(f"[{LAUGHS}]"), "document type"),
    ],
    ids=["ratio", "total", "zip64", "entries", "twins", "dtd", "xxe", "laughs"],
)
def test_hostile_packages_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeInput, match=reason):
        docx.read(data)


def test_a_part_that_unpacks_to_more_than_it_said_is_refused(
    article: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MAX_RATIO", 10**9)
    with pytest.raises(UnsafeInput, match="more than 100 bytes"):
        package.Package(article).read("word/document.xml", 100)


def encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    at = -1
    while (at := changed.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (b"PK\x03\x04 and no more", InputError, "damaged"),
        (document("<w:p>")[:-40], InputError, "damaged"),
        (zipped({"word/document.xml": b"<w:document"}), InputError, "no XML"),
        (zipped({"content.xml": b"<a/>"}), UnsupportedFormat, "no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), UnsupportedFormat, "old Word document"),
        (encrypted(document("<w:p/>")), InputError, "password"),
    ],
    ids=["cut", "no-directory", "no-xml", "odt", "doc", "password"],
)
def test_what_is_no_readable_document_is_told(
    data: bytes, error: type[InputError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        docx.read(data)
