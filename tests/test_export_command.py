"""`dragoman import` and `dragoman export`: pairs into a project and out of it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpora.bitext import Pair
from corpora.formats import FORMATS, find
from corpora.formats.selection import Selection, oriented
from corpora.glossary import Term
from corpora.reading import read_bytes
from corpora.store import Hypothesis, Project
from ui.cli import run

DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PAIRS = [
    Pair("Geldi.", "He came.", score=0.9, document="https://example.org/a", segment="0.0", status="approved",
         editor="Ayşe Demir", model="/home/ayse/models/tr-en", origin="memory", created=DATE, changed=DATE, comment="Ayşe'den"),
    Pair("“Gitti.”", "“He went.”", score=0.5, document="https://example.org/a", segment="1.0", status="machine",
         quote="direct", speaker="Ali Kaya", model="tr-en", origin="machine", created=DATE, changed=DATE),
    Pair("Geldi.", "He  came.", score=0.7, document="C:\\haber\\b.docx", segment="0.0", status="edited",
         editor="Bora", model="tr-en", origin="machine", created=DATE, changed=DATE),
    Pair("Sustu.", "She fell silent.", document="C:\\haber\\b.docx", segment="1.0", status="approved",
         editor="Ayşe Demir", origin="import", created=DATE, changed=DATE),
]  # fmt: skip


class TestSelection:
    @pytest.mark.parametrize(
        ("selection", "kept", "signature"),
        [
            (Selection(), [0, 1, 2, 3], ""),
            (Selection(status=("approved", "edited")), [0, 2, 3], "; status=approved,edited"),
            (Selection(min_score=0.7), [0, 2], "; min-score=0.7"),
            (Selection(quotes_only=True), [1], "; quotes-only"),
            (Selection(dedupe=True), [0, 1, 3], "; dedupe"),
            (Selection(status=("edited",), dedupe=True), [2], "; status=edited; dedupe"),
            (Selection(documents=("C:\\haber\\b.docx",)), [2, 3], "; documents=1"),
        ],
    )
    def test_filters_keep_and_sign(self, selection: Selection, kept: list[int], signature: str) -> None:  # fmt: skip
        assert list(selection.apply(PAIRS)) == [PAIRS[i] for i in kept]
        version, sign, rest = selection.signature().partition(";")
        assert version.startswith("dragoman ")
        assert sign + rest == signature

    def test_anonymous_pairs_name_nobody_who_worked_on_them_and_no_place(self) -> None:
        found = list(Selection(anonymise=True).apply(PAIRS))
        assert [p.editor for p in found] == ["editor-1", "", "editor-2", "editor-1"]
        assert [p.document for p in found] == ["document-1"] * 2 + ["document-2"] * 2
        assert [p.model for p in found] == ["tr-en", "tr-en", "tr-en", ""]
        # Who speaks stands in the text, and what a score or a status says is about the text.
        assert found[1].speaker == "Ali Kaya"
        told = repr(found)
        for secret in ("Ayşe", "Bora", "example.org", "haber", "/home", "ayse"):
            assert secret not in told

    def test_pairs_are_turned_to_the_languages_wanted(self) -> None:
        pairs = [Pair("a", "b", "tr-TR", "en_US"), Pair("b", "a", "EN", "TR"), Pair("c", "d", "de", "tr")]  # fmt: skip
        counted: Counter[str] = Counter()
        assert list(oriented(pairs, left_out=counted)) == [Pair("a", "b")] * 2
        assert counted == {"de–tr": 1}


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    place = str(tmp_path / "news.dragoman")
    FORMATS["jsonl"].save(PAIRS, tmp_path / "pairs.jsonl")
    assert run(["import", str(tmp_path / "pairs.jsonl"), "--project", place]) == 0
    assert capsys.readouterr().err == "4 pairs imported\n"
    return place


def exported(path: Path, *options: str) -> list[Pair]:
    assert run(["export", "-o", str(path), *options]) == 0
    return list(find(path).read(path))


def test_what_is_imported_is_exported(project: str, tmp_path: Path) -> None:
    for name in ("tmx", "xlf", "tsv", "csv", "jsonl", "parquet"):
        found = exported(tmp_path / f"out.{name}", "--project", project)
        assert sorted(found, key=PAIRS.index) == PAIRS, name


def test_filters_and_the_signature(project: str, tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    found = exported(path, "--project", project, "--status", "approved", "--min-score", "0.8", "--dedupe", "--anonymise")  # fmt: skip
    assert found == list(Selection(anonymise=True).apply(PAIRS[:1]))
    signature = (tmp_path / "out.tsv.signature").read_text("utf-8")
    assert signature.endswith("; status=approved; min-score=0.8; dedupe; anonymise\n")


def test_an_export_twice_is_byte_identical_also_through_a_pipe(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.tmx", "b.tmx"):
        exported(tmp_path / name, "--project", project)
    capsys.readouterr()
    assert run(["export", "--project", project, "--to", "tmx"]) == 0
    piped = capsys.readouterr().out.encode()
    assert piped == (tmp_path / "a.tmx").read_bytes() == (tmp_path / "b.tmx").read_bytes()


def test_a_second_import_brings_only_what_is_new(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = Pair("Yeni.", "New.", document="https://example.org/a", status="approved")
    FORMATS["tmx"].save([*PAIRS, more], tmp_path / "more.tmx")
    assert run(["import", str(tmp_path / "more.tmx"), "--project", project]) == 0
    assert capsys.readouterr().err == "1 pairs imported, 4 pairs were there already\n"


def test_files_are_imported_all_or_none(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = tmp_path / "whole.tmx", tmp_path / "broken.tmx"
    FORMATS["tmx"].save([Pair(f"{n}.", f"{n}.") for n in range(3_000)], whole)
    data = whole.read_bytes()
    broken.write_bytes(data[: len(data) // 2])
    before = exported(tmp_path / "before.tsv", "--project", project)
    capsys.readouterr()
    assert run(["import", str(whole), str(broken), "--project", project]) == 1
    error = capsys.readouterr().err
    assert "broken.tmx is no well-formed XML" in error
    assert error.count("\n") == 1
    assert exported(tmp_path / "after.tsv", "--project", project) == before
    assert run(["import", str(broken), "--project", str(tmp_path / "new.dragoman")]) == 1
    assert not list(tmp_path.glob("new.dragoman*"))


def test_a_misspelt_file_makes_no_project(tmp_path: Path) -> None:
    assert run(["import", "no-such.tmx", "--project", str(tmp_path / "new.dragoman")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_pairs_that_name_no_document_and_no_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "p.dragoman")
    for name in ("a.tsv", "b.tsv"):
        (tmp_path / name).write_text(f"Geldi.\tHe came, {name}.\n", "utf-8")
    files = [str(tmp_path / "a.tsv"), str(tmp_path / "b.tsv")]
    assert run(["import", *files, "--project", place, "--status", "edited"]) == 0
    found = exported(tmp_path / "out.jsonl", "--project", place)
    assert [(p.document, p.status) for p in found] == [("a.tsv", "edited"), ("b.tsv", "edited")]
    only = exported(tmp_path / "one.jsonl", "--project", place, "--document", "b.tsv")
    assert [p.target for p in only] == ["He came, b.tsv."]


def test_english_to_turkish_is_turned_round_and_other_languages_stay_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "p.dragoman")
    pairs = [Pair("He came.", "Geldi.", "en-GB", "tr"), Pair("Er kam.", "Geldi.", "de", "tr")]
    FORMATS["tmx"].save(pairs, tmp_path / "a.tmx")
    assert run(["import", str(tmp_path / "a.tmx"), "--project", place]) == 0
    assert capsys.readouterr().err == "1 pairs imported\n1 pairs are de–tr and were left out\n"
    (pair,) = exported(tmp_path / "out.moses", "--project", place)
    assert (pair.source, pair.target) == ("Geldi.", "He came.")


def test_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "p.dragoman")
    page = io.TextIOWrapper(io.BytesIO(b"Geldi.\tHe came.\n"))
    monkeypatch.setattr(sys, "stdin", page)
    assert run(["import", "-", "--from", "tsv", "--project", place]) == 0
    assert [p.document for p in exported(tmp_path / "a.csv", "--project", place)] == ["stdin"]
    assert run(["import", "-", "--project", place]) == 2


def test_an_alignment_of_two_files(tmp_path: Path) -> None:
    place = str(tmp_path / "p.dragoman")
    for name, text in (("a.tr", "Geldi.\nGitti.\n"), ("a.en", "He came\nand went.\n"), ("a.ladder", "0\t0\t0.8\n2\t2\t0\n")):  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
    files = [str(tmp_path / name) for name in ("a.ladder", "a.tr", "a.en")]
    assert run(["import", files[0], "--sentences", *files[1:], "--project", place]) == 0
    (pair,) = exported(tmp_path / "out.tsv", "--project", place)
    assert (pair.source, pair.target, pair.score) == ("Geldi. Gitti.", "He came and went.", 0.8)


def test_align_writes_what_import_reads(tmp_path: Path) -> None:
    for name, lines in (("a.tr", "Bakan dün geldi.\nSu yok."), ("a.en", "The minister came yesterday.\nThere is no water.")):  # fmt: skip
        (tmp_path / name).write_text(lines, "utf-8")
    files = [str(tmp_path / name) for name in ("a.tr", "a.en")]
    place = str(tmp_path / "p.dragoman")
    for to in ("vecalign", "ladder"):
        out = str(tmp_path / f"a.{to}")
        assert run(["align", "--lines", *files, "--to", to, "-o", out]) == 0
        assert run(["import", out, "--sentences", *files, "--document", to, "--project", place]) == 0  # fmt: skip
        found = exported(tmp_path / "out.tsv", "--project", place, "--document", to)
        assert [p.source for p in found] == ["Bakan dün geldi.", "Su yok."]


class TestBringingBack:
    """A document leaves as XLIFF, is translated by another program, and comes back."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> str:
        text = "Geldi.\n\nGitti.\n\nSustu.\n\nGüldü.\n"
        document = read_bytes(text.encode(), name="a.txt", lang="tr")
        ids = [segment.id for _, segment in document.segments()]
        place = str(tmp_path / "p.dragoman")
        with Project.open(place) as project:
            project.add(document, {ids[1]: Hypothesis("He left.", model="tr-en")})
        return place

    def translated(self, place: str, path: Path, texts: dict[str, str], status: str = "") -> None:
        """Export, and change targets as a program does that leaves states alone, or sets them."""
        pairs = exported(path, "--project", place, "--untranslated")
        assert [p.source for p in pairs] == ["Geldi.", "Gitti.", "Sustu.", "Güldü."]
        changed = [
            replace(p, target=texts[p.source], status=status or p.status) if p.source in texts else p  # type: ignore[arg-type]
            for p in pairs
        ]  # fmt: skip
        find(path).save(changed, path)

    @pytest.mark.parametrize("name", ["news.xlf", "news.jsonl"])
    def test_translations_come_into_their_segments(
        self, place: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / name
        self.translated(place, path, {"Geldi.": "He came.", "Gitti.": "He went."})
        capsys.readouterr()
        for expected in ("2 pairs brought back, 2 pairs are as they were\n", "4 pairs are as they were\n"):  # fmt: skip
            assert run(["import", str(path), "--update", "--project", place]) == 0
            assert capsys.readouterr().err == expected
        found = exported(tmp_path / "out.tsv", "--project", place, "--untranslated")
        assert [(p.target, p.status) for p in found] == [
            ("He came.", "edited"),
            ("He went.", "edited"),
            ("", "new"),
            ("", "new"),
        ]

    def test_what_was_changed_here_since_stays_and_both_texts_are_kept(
        self, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "news.tmx"
        pairs = [replace(p, target=f"{p.source} (elsewhere)", changed=DATE) for p in
                 exported(tmp_path / "a.xlf", "--project", place, "--untranslated")]  # fmt: skip
        document = pairs[0].document
        find(path).save([*pairs, Pair("Yok.", "Not here.", document=document, segment="99")], path)
        with Project.open(place) as project:
            here = project.segments(document)
            project.edit(document, here[0].id, "Mine.", version=here[0].version)
            project.set_status(document, here[2].id, "locked", version=here[2].version)
        capsys.readouterr()
        assert run(["import", str(path), "--update", "--project", place]) == 0
        said = capsys.readouterr().err
        assert "2 pairs brought back" in said
        assert "2 pairs were changed here since and stay" in said
        assert "1 pairs have no segment here" in said
        with Project.open(place) as project:
            first, *_, last = project.segments(document)
            assert (first.target, last.target) == ("Mine.", "Güldü. (elsewhere)")
            proposed = project.hypotheses(document, first.id)
            assert [h.text for h in proposed] == ["Geldi. (elsewhere)"]

    def test_a_status_set_elsewhere_comes_back(self, place: str, tmp_path: Path) -> None:
        path = tmp_path / "news.xlf"
        self.translated(place, path, {"Gitti.": "He left."}, status="approved")
        assert run(["import", str(path), "--update", "--project", place]) == 0
        found = exported(tmp_path / "out.tsv", "--project", place, "--status", "approved")
        assert [p.target for p in found] == ["He left."]

    def test_a_broken_file_changes_nothing(self, place: str, tmp_path: Path) -> None:
        path = tmp_path / "news.xlf"
        self.translated(place, path, {"Geldi.": "He came."})
        path.write_bytes(path.read_bytes()[:-20])
        assert run(["import", str(path), "--update", "--project", place]) == 1
        found = exported(tmp_path / "out.tsv", "--project", place)
        assert [p.target for p in found] == ["He left."]


def test_a_glossary_goes_into_a_project_and_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, table = tmp_path / "a.dragoman", tmp_path / "b.dragoman", tmp_path / "t.tsv"
    table.write_text("esnaf\tshopkeeper\nesnaf\tartisan\tforbidden\tnot makers\n", "utf-8")
    for said in ("2 of 2 terms are new\n", "0 of 2 terms are new\n"):
        assert run(["import", str(table), "--terms", "--project", str(first)]) == 0
        assert capsys.readouterr().err == said
    tbx = [tmp_path / "a.tbx", tmp_path / "b.tbx"]
    assert run(["export", "--project", str(first), "-o", str(tbx[0])]) == 0
    assert run(["import", str(tbx[0]), "--project", str(second)]) == 0
    assert run(["export", "--project", str(second), "-o", str(tbx[1])]) == 0
    assert tbx[0].read_bytes() == tbx[1].read_bytes()
    with Project.open(second) as project:
        assert project.terms() == [
            Term("esnaf", "shopkeeper"),
            Term("esnaf", "artisan", "forbidden", "not makers"),
        ]
    capsys.readouterr()
    assert run(["undo", "--project", str(second)]) == 0
    assert run(["export", "--project", str(second), "--terms", "--to", "csv"]) == 0
    assert capsys.readouterr().out.endswith("source,target,status,note,kind\n")


def test_a_broken_glossary_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, good, bad = tmp_path / "p.dragoman", tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("esnaf,shopkeeper\n", "utf-8")
    bad.write_text("esnaf,shopkeeper,perhaps\n", "utf-8")
    assert run(["import", str(good), str(bad), "--terms", "--project", str(place)]) == 1
    assert "bad.csv, line 1: the status 'perhaps' is none of" in capsys.readouterr().err
    assert not place.exists()


def test_a_dataset_card_bears_the_licence(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from huggingface_hub import DatasetCard

    capsys.readouterr()
    for licence in ([], ["--licence", "cc-by-4.0"]):
        folder = tmp_path / "news"
        options = ["--to", "dataset", "-o", str(folder), *licence]
        assert run(["export", "--project", project, *options]) == 0
        said = (licence or ["", "unknown"])[1]
        assert DatasetCard.load(folder / "README.md").data.license == said
        assert ("--licence" in capsys.readouterr().err) == (not licence)
    # A folder needs no --from.
    assert run(["import", str(folder), "--project", project]) == 0
    assert capsys.readouterr().err == "4 pairs were there already\n"


def test_a_project_is_cleaned_through_a_pipe(tmp_path: Path) -> None:
    place = str(tmp_path / "p.dragoman")
    good = Pair("Bakan dün geldi.", "The minister came yesterday.", document="a\tb", status="edited", editor="Ayşe")  # fmt: skip
    pairs = [good, Pair("Bakan 12 ülkeye gitti.", "The minister visited 13 countries.")]
    FORMATS["jsonl"].save(pairs, tmp_path / "pairs.jsonl")
    assert run(["import", str(tmp_path / "pairs.jsonl"), "--project", place]) == 0
    clean = tmp_path / "clean.jsonl"
    command = (
        'set -o pipefail; "$0" -m ui export --project "$1" --to tsv | "$0" -m ui clean - -o "$2"'
    )
    done = subprocess.run(["bash", "-c", command, sys.executable, place, str(clean)], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == "1 of 2 pairs kept, 1 dropped (numbers 1)\n"
    (found,) = find(clean).read(clean)
    assert replace(found, segment="", origin="", created=None, changed=None) == good


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["export", "--project", "{p}"], 2, "no output is named: say --to"),
        (["export", "--project", "{p}", "-o", "x.doc"], 2, "the suffix of x.doc tells no format"),
        (["export", "--project", "{p}", "--to", "moses"], 1, "moses is more than one file"),
        (["export", "--project", "{p}", "--to", "po"], 2, "'po' is not one of"),
        (["export", "--project", "{p}.no", "--to", "tsv"], 1, "there is no project"),
        (["import", "missing.tmx", "--project", "{p}"], 1, "cannot read missing.tmx"),
        (["import", "missing.doc", "--project", "{p}"], 1, "suffix that stands for no format"),
        (["import", "--project", "{p}"], 2, "Missing argument"),
        (["import", "a.tbx", "a.tmx", "--project", "{p}"], 2, "a glossary comes in by itself"),
        (["import", "-", "--terms", "--project", "{p}"], 1, "- is no glossary file"),
        (
            ["export", "--terms", "--to", "tmx", "--project", "{p}"],
            2,
            "a glossary is written whole",
        ),
        (
            ["export", "-o", "a.tbx", "--dedupe", "--project", "{p}"],
            2,
            "without the options of pairs",
        ),
        (["export", "--to", "tsv", "--licence", "mit", "--project", "{p}"], 2, "--licence is for"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: list[str], code: int, message: str, project: str, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    capsys.readouterr()
    assert run([a.replace("{p}", project) for a in arguments]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
