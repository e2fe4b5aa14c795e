"""XLIFF 1.2 and 2.1: everything comes back from both, and each says a status in its own way."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.bitext import Pair, Status
from corpora.errors import InputError
from corpora.formats import xliff

Writer = Callable[..., Iterator[str]]
BOTH = pytest.mark.parametrize("write", [xliff.write_12, xliff.write_21])
PAIR = Pair(
    "Geldi.",
    "He came.",
    score=0.123456789,
    origin="aligned",
    document="a & b.txt",
    segment="4.2",
    speaker="Ayşe <Kaya>",
    quote="direct",
    model="tr-en",
    editor="Öykü",
    created=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    changed=datetime(2026, 2, 3, tzinfo=UTC),
    comment="Dikkat!\n ",
)


def legal(text: str) -> str:
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def read(data: str | bytes) -> list[Pair]:
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return list(xliff.read(io.BytesIO(data)))


@BOTH
@given(texts=st.lists(st.tuples(st.text(), st.text(), st.text(), st.text(), st.text())))
@settings(deadline=None)
def test_any_text_comes_back_but_for_what_xml_forbids(write: Writer, texts: list[tuple[str, ...]]) -> None:  # fmt: skip
    pairs = [
        Pair(a, b, document=c, segment=d, speaker=e, comment=e, editor=d) for a, b, c, d, e in texts
    ]
    fields = ("source", "target", "document", "segment", "speaker", "comment", "editor")
    expected = [replace(pair, **{f: legal(getattr(pair, f)) for f in fields}) for pair in pairs]  # type: ignore[arg-type]
    assert read("".join(write(pairs))) == expected


@BOTH
@pytest.mark.parametrize("status", ["", *get_args(Status)])
@pytest.mark.parametrize("target", ["He came.", ""])
def test_status_and_provenance_come_back(write: Writer, status: Status, target: str) -> None:
    pair = replace(PAIR, status=status, target=target)
    assert read("".join(write([pair]))) == [pair]


@BOTH
def test_writing_twice_gives_the_same_bytes_and_the_signature_is_in_it(write: Writer) -> None:
    pages = ["".join(write([PAIR], signature="dragoman 1.0; dedupe")) for _ in range(2)]
    assert pages[0] == pages[1]
    notes = [e.text for e in ET.fromstring(pages[0]).iter() if e.tag.endswith("}note")]
    assert notes == ["dragoman 1.0; dedupe", PAIR.comment]


@BOTH
def test_each_document_is_a_file(write: Writer) -> None:
    pairs = [Pair(str(n), "x", document=d) for n, d in enumerate(["a", "a", "b", "", "a"])]
    page = "".join(write(pairs))
    files = [e for e in ET.fromstring(page) if e.tag.endswith("}file")]
    assert [len([u for u in file.iter() if u.tag.endswith("}source")]) for file in files] == [
        2,
        1,
        1,
        1,
    ]
    assert read(page) == pairs


@BOTH
def test_no_pairs_make_a_file_without_units(write: Writer) -> None:
    page = "".join(write([]))
    assert len([e for e in ET.fromstring(page) if e.tag.endswith("}file")]) == 1
    assert read(page) == []


def test_languages_may_change_in_1_2_but_not_in_2_1() -> None:
    pairs = [Pair("Bir.", "One."), Pair("Eins.", "One.", source_lang="de")]
    assert read("".join(xliff.write_12(pairs))) == pairs
    with pytest.raises(InputError, match="one pair of languages"):
        list(xliff.write_21(pairs))


def test_states_are_those_of_each_version() -> None:
    statuses = ["", *get_args(Status)]
    pairs = [replace(PAIR, status=status) for status in statuses]
    by_12 = [
        (u.get("approved"), u.get("translate"), t.get("state"), t.get("state-qualifier"))
        for u in ET.fromstring("".join(xliff.write_12(pairs))).iter(f"{{{xliff.NAMESPACE_12}}}trans-unit")
        for t in u.iter(f"{{{xliff.NAMESPACE_12}}}target")
    ]  # fmt: skip
    assert dict(zip(statuses, by_12, strict=True)) == {
        "": (None, None, None, None),
        "new": (None, None, "needs-translation", None),
        "machine": (None, None, "needs-review-translation", "leveraged-mt"),
        "edited": (None, None, "translated", None),
        "approved": ("yes", None, "signed-off", None),
        "rejected": (None, None, "needs-translation", "rejected-inaccurate"),
        "locked": ("yes", "no", "final", None),
    }
    by_21 = [
        (s.get("state"), s.get("subState"))
        for s in ET.fromstring("".join(xliff.write_21(pairs))).iter(f"{{{xliff.NAMESPACE_20}}}segment")
    ]  # fmt: skip
    assert dict(zip(statuses, by_21, strict=True)) == {
        "": (None, None),
        "new": ("initial", None),
        "machine": ("translated", "dragoman:machine"),
        "edited": ("translated", None),
        "approved": ("reviewed", None),
        "rejected": ("initial", "dragoman:rejected"),
        "locked": ("final", None),
    }


def test_an_untranslated_target_holds_the_source_for_programs_that_want_it() -> None:
    page = "".join(xliff.write_12([Pair("Geldi.", "", status="new")]))
    assert '<target state="needs-translation">Geldi.</target>' in page
    assert read(page) == [Pair("Geldi.", "", status="new")]


# After the examples of the two specifications: inline elements, segmentation by another tool, states.
FOREIGN_12 = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.html" source-language="en-US" target-language="tr" datatype="html"><header><note>no</note></header><body>
<group id="g"><trans-unit id="u1" resname="title"><source>One <g id="1">two</g><x id="2"/><ph id="3">{x}</ph>.</source>
<target state="final">Bir <g id="1">iki</g><x id="2"/><ph id="3">{x}</ph>.</target><note>n1</note><note>n2</note>
<alt-trans><target>other</target></alt-trans></trans-unit></group>
<trans-unit id="u2"><source>A. B.</source><seg-source><mrk mtype="seg" mid="0">A.</mrk> <mrk mtype="seg" mid="1">B.</mrk></seg-source>
<target><mrk mtype="seg" mid="0">Ş.</mrk> <mrk mtype="seg" mid="1">Ğ.</mrk></target></trans-unit>
<trans-unit id="u3"><source>C.</source><target state="needs-review-translation" state-qualifier="mt-suggestion">Ç.</target></trans-unit>
<trans-unit id="u4"><source>D.</source></trans-unit>
</body></file></xliff>"""
FOREIGN_21 = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="tr">
<file id="f1" original="a.html"><skeleton href="x"/><group id="g"><unit id="u1"><notes><note id="1">n1</note></notes>
<originalData><data id="d1">&lt;br/&gt;</data></originalData>
<segment id="s1" state="final"><source>One <pc id="1">two</pc><ph id="2" dataRef="d1"/><cp hex="0007"/>.</source><target>Bir <pc id="1">iki</pc>.</target></segment>
<ignorable><source> </source></ignorable>
<segment><source>B.</source></segment></unit></group>
<unit id="u2"><segment state="translated"><source>C.</source><target>Ç.</target></segment></unit></file></xliff>"""


def test_files_of_other_programs_are_read() -> None:
    pair = Pair("", "", "en-US", "tr", document="a.html")
    assert read(FOREIGN_12) == [
        replace(pair, source="One two.", target="Bir iki.", segment="title", status="approved", comment="n1\nn2"),
        replace(pair, source="A.", target="Ş.", segment="u2.0"),
        replace(pair, source="B.", target="Ğ.", segment="u2.1"),
        replace(pair, source="C.", target="Ç.", segment="u3", status="machine"),
        replace(pair, source="D.", segment="u4"),
    ]  # fmt: skip
    pair = Pair("", "", "en", "tr", document="a.html")
    assert read(FOREIGN_21) == [
        replace(pair, source="One two\a.", target="Bir iki.", segment="u1.s1", status="approved", comment="n1"),
        replace(pair, source="B.", segment="u1.2", comment="n1"),
        replace(pair, source="C.", target="Ç.", segment="u2", status="edited"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ('<xliff version="3.0"/>', "says it is XLIFF '3.0'"),
        ("<xliff/>", "says it is XLIFF ''"),
        ("<tmx/>", "no <xliff> file"),
    ],
)
def test_what_is_no_xliff_is_refused(page: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(page)
