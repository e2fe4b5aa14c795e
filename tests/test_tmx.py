"""TMX: what is written can be read, whatever the text holds; what others write is read too."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.bitext import Pair
from corpora.errors import InputError
from corpora.formats import tmx

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def legal(text: str) -> str:
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def written(*pairs: Pair, **options: object) -> bytes:
    return "".join(tmx.write(pairs, **options)).encode("utf-8", "surrogatepass")  # type: ignore[arg-type]


def read(data: bytes | str) -> list[Pair]:
    return list(tmx.read(io.BytesIO(data.encode() if isinstance(data, str) else data)))


@given(st.lists(st.tuples(st.text(), st.text())))
@settings(deadline=None)
def test_any_text_comes_back_but_for_what_xml_forbids(texts: list[tuple[str, str]]) -> None:
    page = written(*[Pair(*pair) for pair in texts])
    expected = [(legal(a), legal(b)) for a, b in texts if legal(a).strip() and legal(b).strip()]
    by_another = [
        tuple(seg.text or "" for seg in tu.iter("seg")) for tu in ET.fromstring(page).iter("tu")
    ]
    assert by_another == expected
    assert [(pair.source, pair.target) for pair in read(page)] == expected


def test_provenance_stands_where_other_programs_look_for_it() -> None:
    pair = Pair(
        "Geldi.",
        "He came.",
        score=0.91,
        origin="aligned",
        document="a & b.txt",
        segment="4.2",
        speaker="Ayşe <Kaya>",
        quote="direct",
        status="approved",
        model="tr-en",
        editor="Öykü",
        created=NOW,
        changed=datetime(2026, 2, 3, tzinfo=UTC),
        comment="Dikkat!",
    )
    unit = ET.fromstring(written(pair)).find("body/tu")
    assert unit is not None
    assert unit.attrib == {
        "creationdate": "20260102T030405Z",
        "changedate": "20260203T000000Z",
        "changeid": "Öykü",
    }
    assert unit.findtext("note") == "Dikkat!"
    assert [tuv.get(LANG) for tuv in unit.iter("tuv")] == ["tr", "en"]
    properties = {p.get("type"): p.text for p in unit.iter("prop")}
    assert properties == {
        "x-origin": "aligned", "x-document": "a & b.txt", "x-segment": "4.2", "x-speaker": "Ayşe <Kaya>",
        "x-score": "0.91", "x-quote": "direct", "x-status": "approved", "x-model": "tr-en",
    }  # fmt: skip
    assert read(written(pair)) == [pair]


def test_the_only_dates_are_those_of_the_pairs() -> None:
    pairs = [Pair("Bir.", "One."), Pair("İki.", "Two.", created=NOW)]
    assert written(*pairs) == written(*pairs)
    assert written(*pairs).count(b"creationdate") == 1
    assert written(*pairs, created=NOW).count(b'creationdate="20260102T030405Z"') == 3


def test_the_signature_stands_in_the_header() -> None:
    page = written(Pair("Bir.", "One."), signature="dragoman 1.0; status=approved")
    found = ET.fromstring(page).find("header/prop[@type='x-signature']")
    assert found is not None
    assert found.text == "dragoman 1.0; status=approved"


def test_languages_may_change_within_a_file() -> None:
    pairs = [Pair("Bir.", "One."), Pair("Zwei.", "Two.", source_lang="de")]
    assert read(written(*pairs)) == pairs


# From TMX 1.4b, 1.1 and what memories in the field look like.
FOREIGN = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="X" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en"
 srclang="en-US" datatype="plaintext"/>
<body>
<tu tuid="7" creationdate="20020125T210344Z" creationid="ANN"><note>n</note><prop type="subject">x</prop>
 <tuv xml:lang="TR-TR"><seg>Bir <bpt i="1">&lt;b></bpt>iki<ept i="1">&lt;/b></ept> <hi>üç</hi><ph>%s</ph>.</seg></tuv>
 <tuv xml:lang="EN-US"><seg>One &amp; <!-- no --><it pos="begin">x<sub>y</sub></it>two.</seg></tuv>
 <tuv lang="de"><seg>Eins.</seg></tuv>
</tu>
<tu srclang="*all*"><tuv xml:lang="fr"><seg>Un</seg></tuv><tuv xml:lang="it"><seg>Uno</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>alone</seg></tuv></tu>
</body></tmx>"""


def test_memories_of_other_programs_are_read() -> None:
    common = Pair(
        "One & two.",
        "",
        "EN-US",
        "TR-TR",
        segment="7",
        editor="ANN",
        comment="n",
        created=datetime(2002, 1, 25, 21, 3, 44, tzinfo=UTC),
    )
    assert read(FOREIGN) == [
        replace(common, target="Bir iki üç."),
        replace(common, target="Eins.", target_lang="de"),
        Pair("Un", "Uno", "fr", "it"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_tell_the_encoding(encoding: str) -> None:
    page = FOREIGN.replace('<?xml version="1.0"?>\n', "")
    assert len(read(page.encode(encoding))) == 3


def test_a_declared_turkish_encoding_is_followed() -> None:
    page = FOREIGN.replace("?>", ' encoding="iso-8859-9"?>', 1).encode("iso-8859-9")
    assert read(page)[0].target == "Bir iki üç."


def test_a_file_by_path_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "news.tmx"
    path.write_bytes(written(*[Pair(f"{n}. cümle.", f"Sentence {n}.") for n in range(500)]))
    stream = tmx.read(path)
    assert next(stream).target == "Sentence 0."
    assert sum(1 for _ in stream) == 499


def test_what_is_no_tmx_is_refused() -> None:
    with pytest.raises(InputError, match="no <tmx> file: it begins with <html>"):
        read("<html><body/></html>")
