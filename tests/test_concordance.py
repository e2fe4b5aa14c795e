"""Concordance: every form of a word, on both sides and both databases, with what stands around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from stores import on_both, place

from corpora.bitext import Pair
from corpora.concordance import Hit, search
from corpora.errors import InputError
from corpora.news import sentence_pairs
from corpora.phrases import Finder
from corpora.store import Filter, Project
from ui.cli import run

TM = [
    Pair("Müzakerelerin ikinci turu 12 Mayıs'ta başladı.", "The second round of negotiations began on May 12."),
    Pair("Bakan [bold] kitabı açtı.", "The minister opened the book."),
    Pair("ŞEHİR SESSİZDİ", "THE CITY WAS QUIET"),
    Pair("Iğdır'da hâlâ kar var.", "There is still snow in Iğdır."),
    Pair("F-16'lar e-posta gönderdi: bakan@example.com", "F-16s sent e-mail."),
]  # fmt: skip


@pytest.fixture(params=on_both.args[1])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    with place(request.param, tmp_path) as where, Project.open(where, person="Ayşe") as opened:
        opened.import_pairs(TM, document="tm")
        yield opened


def marked(hits: Iterator[Hit]) -> list[str]:
    return [
        text[start:end]
        for h in hits
        for text, places in ((h.source, h.in_source), (h.target, h.in_target))
        for start, end in places
    ]


@pytest.mark.parametrize(
    ("term", "forms"),
    [
        ("müzakere", ["Müzakerelerin"]),
        ("MÜZAKERE", ["Müzakerelerin"]),
        ("negotiation", ["negotiations"]),
        ("kitap", ["kitabı"]),
        ("şehir", ["ŞEHİR"]),
        ("ŞEHİR", ["ŞEHİR"]),
        ("ığdır", ["Iğdır'da", "Iğdır"]),
        ("IĞDIR", ["Iğdır'da", "Iğdır"]),
        ("hala", ["hâlâ"]),
        ("12", ["12", "12"]),
        ("F-16", ["F-16'lar", "F-16s"]),
        ("e-posta", ["e-posta"]),
        ("bakan", ["Bakan", "bakan"]),
        ("opened the book", ["opened the book"]),
        ("the open book", []),
        ("kar", ["kar"]),
        ("ka", []),
        ("book OR minister", []),
        ('"book"', ["book"]),
        ("book*)", ["book"]),
    ],
)
def test_a_word_is_found_in_its_forms(project: Project, term: str, forms: list[str]) -> None:
    assert marked(search(project, term)) == forms


def test_a_hit_brings_its_neighbours_and_its_place(project: Project) -> None:
    (hit,) = search(project, "kitap")
    assert (hit.document, hit.status) == ("tm", "approved")
    assert hit.before == (TM[0].source, TM[0].target)
    assert hit.after == (TM[2].source, TM[2].target)
    (first,) = search(project, "tur", side="source")
    assert first.before == ("", "")


def test_sides_status_form_and_number_narrow_the_hits(project: Project) -> None:
    assert marked(search(project, "iğdır", side="target")) == ["Iğdır"]
    assert not marked(search(project, "kitap", where=Filter(status=["new"])))
    assert not marked(search(project, "müzakere", exact=True))
    assert marked(search(project, "müzakerelerin", exact=True)) == ["Müzakerelerin"]
    assert marked(search(project, "Iğdır", exact=True)) == ["Iğdır'da", "Iğdır"]
    assert len(list(search(project, "the", limit=2))) == 2


@pytest.mark.parametrize("term", ["", "  ", "?!", "'"])
def test_a_term_without_a_word_is_refused(project: Project, term: str) -> None:
    with pytest.raises(InputError):
        list(search(project, term))


def test_edits_undo_and_removal_show_at_once(project: Project) -> None:
    segment = project.segments("tm")[0]
    project.edit("tm", segment.id, "Quixotic wording.", version=segment.version)
    assert marked(search(project, "quixotic")) == ["Quixotic"]
    assert not marked(search(project, "negotiation"))
    project.undo()
    assert not marked(search(project, "quixotic"))
    assert marked(search(project, "negotiation")) == ["negotiations"]
    project.remove("tm")
    assert not marked(search(project, "negotiation"))


def test_the_index_finds_what_reading_everything_finds(project: Project) -> None:
    pairs = [
        replace(Pair(tr, en), document="news") for tr, en in islice(sentence_pairs(), 0, None, 40)
    ]
    project.import_pairs(pairs, document="news")
    for term, lang in (("başkan", "tr"), ("ülke", "tr"), ("hükümet", "tr"), ("say", "en"), ("country", "en")):  # fmt: skip
        side = "source" if lang == "tr" else "target"
        finder = Finder([term], lang)
        wanted = [getattr(p, side) for p in pairs if next(finder.find(getattr(p, side)), None)]
        hits = search(project, term, side=side, where=Filter(documents=["news"]))  # type: ignore[arg-type]
        assert [getattr(h, side) for h in hits] == wanted
        assert wanted


@pytest.fixture
def database(tmp_path: Path) -> str:
    where = str(tmp_path / "p.dragoman")
    with Project.open(where) as opened:
        opened.import_pairs(TM, document="tm")
    return where


Read = Callable[[], tuple[str, str]]


@pytest.fixture
def said(capfdbinary: pytest.CaptureFixture[bytes]) -> Read:
    def read() -> tuple[str, str]:
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return read


def test_the_command_prints_a_table_json_and_tsv(database: str, tmp_path: Path, said: Read) -> None:
    assert run(["search", "kitap", "--project", database]) == 0
    out, err = said()
    assert "Bakan [bold] kitabı açtı." in out
    assert TM[2].target in out
    assert not err
    assert run(["search", "kitap", "--project", database, "--to", "json"]) == 0
    (hit,) = json.loads(said()[0])["hits"]
    assert hit["source"][slice(*hit["in_source"][0])] == "kitabı"
    assert hit["after"]["target"] == TM[2].target
    file = tmp_path / "hits.tsv"
    assert run(["search", "the", "--project", database, "-o", str(file), "--limit", "1"]) == 0
    heading, row = file.read_text("utf-8").splitlines()
    assert heading.split("\t") == ["document", "segment", "status", "found", "source", "target"]
    assert row.split("\t")[3:] == ["The", TM[0].source, TM[0].target]
    assert "--limit" in said()[1]


def test_the_command_says_when_there_is_nothing(database: str, said: Read) -> None:
    assert run(["search", "yok", "--project", database]) == 0
    out, err = said()
    assert not out
    assert "stands nowhere" in err
    assert run(["search", "?", "--project", database]) == 1
    assert run(["search", "x", "--project", database + "x"]) == 1
    assert "Traceback" not in said()[1]
