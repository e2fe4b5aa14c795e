"""Tables, Moses files, ladders and catalogues: what is written comes back, and what others wrote is read."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.bitext import Pair, Status
from corpora.errors import InputError, OutputError, UnsupportedFormat
from corpora.formats import FORMATS, find, ladder, moses, po, tabular

PAIR = Pair(
    "Geldi.",
    "He came.",
    score=0.91,
    origin="aligned",
    document="a & b.txt",
    segment="4.2",
    speaker="Ayşe",
    quote="direct",
    status="approved",
    model="tr-en",
    editor="Öykü",
    created=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    comment="=Dikkat!\n",
)
TABLES = ("tsv", "csv", "jsonl")
times = st.none() | st.datetimes(timezones=st.just(UTC))
any_pair = st.builds(
    Pair, st.text(), st.text(), st.text(min_size=1), st.text(min_size=1), st.none() | st.floats(0, 1),
    *[st.text()] * 5, st.sampled_from(["", *get_args(Status)]), st.text(), st.text(), times, times, st.text(),
)  # fmt: skip


def written(name: str, *pairs: Pair) -> bytes:
    return b"".join(FORMATS[name].write(pairs))


def read(name: str, data: bytes | str) -> list[Pair]:
    data = data.encode() if isinstance(data, str) else data
    return list(FORMATS[name].read(io.BytesIO(data)))


class TestTables:
    @pytest.mark.parametrize("name", TABLES)
    @given(pairs=st.lists(any_pair, max_size=5))
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
    def test_every_pair_comes_back_whole(self, name: str, pairs: list[Pair]) -> None:
        assert read(name, written(name, *pairs)) == pairs

    @pytest.mark.parametrize("name", ["tsv", "jsonl"])
    @given(texts=st.tuples(*[st.text()] * 2))
    @settings(deadline=None)
    def test_one_pair_is_one_line_whatever_takes_it_for_a_line_end(self, name: str, texts: tuple[str, str]) -> None:  # fmt: skip
        pair = Pair(*texts)
        headings = name == "tsv"
        assert len(written(name, pair).decode().splitlines()) == 1 + headings

    @pytest.mark.parametrize("name", ["tsv", "csv"])
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "  =1", "\t=1", "＝1"])
    def test_no_cell_is_a_formula(self, name: str, text: str) -> None:
        pair = Pair(text, text, document=text, comment=text)
        assert text in ("'=1",) or b"'" in written(name, pair)
        cells = written(name, pair).decode().splitlines()[1].split("\t" if name == "tsv" else ",")
        assert not any(c.strip('"\\ t').startswith(tuple("=+-@＝")) for c in cells)
        assert read(name, written(name, pair)) == [pair]

    @pytest.mark.parametrize("name", ["tsv", "csv"])
    def test_columns_may_be_moved_added_and_left_out(self, name: str) -> None:
        sign = "\t" if name == "tsv" else ","
        page = sign.join(["note", "target_lang", "target", "source_lang", "source"]) + "\n"
        page += sign.join(["x", "en", "'-b", "tr", "'=a"]) + "\n"
        assert read(name, page) == [Pair("=a", "-b")]

    @pytest.mark.parametrize(
        ("name", "page", "pairs"),
        [
            ("tsv", "Geldi.\tHe came.\tmore\n\nGit.\tGo.", [("Geldi.", "He came."), ("Git.", "Go.")]),
            ("tsv", "EN\tTR\r\nC:\\new\t'=ş\r\n", [("'=ş", "C:\\new")]),
            ("tsv", "Score\tSource\tTarget\n0.5\ta\tb\n", [("a", "b", 0.5)]),
            ("tsv", '"a\t"b\n', [('"a', '"b')]),
            ("tsv", "a\u2028b\x85\tc\x0cd\n", [("a\u2028b\x85", "c\x0cd")]),
            ("csv", 'source;target\n"a;b";"c ""d"""\n', [("a;b", 'c "d"')]),
            ("csv", 'source,target\n"a\nb",c\n', [("a\nb", "c")]),
            ("jsonl", '{"translation": {"en": "b", "tr": "a"}}\n\n', [("a", "b")]),
            ("jsonl", '{"source": "a", "target": "b", "score": 0.5, "status": null, "segment": 4}', [("a", "b", 0.5, "4")]),
            ("jsonl", '{"source": "a\\ud800", "target": "b", "score": 1e999, "status": "?"}', [("a", "b")]),
            ("tsv", "", []), ("csv", "", []), ("jsonl", "\n", []),
        ],
    )  # fmt: skip
    def test_tables_of_others_are_read(self, name: str, page: str, pairs: list[tuple[str, ...]]) -> None:  # fmt: skip
        found = [(p.source, p.target, p.score, p.segment) for p in read(name, page)]
        assert found == [(*pair, *(None, "")[len(pair) - 2 :]) for pair in pairs]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1254"])
    @pytest.mark.parametrize("lines", [1, 20_000])
    def test_encodings_are_told_apart(self, encoding: str, lines: int) -> None:
        page = "Çağrı yapıldı, şöyle dedi.\tHe said.\n" * lines
        found = read("tsv", page.encode(encoding))
        assert {(p.source, p.target) for p in found} == {("Çağrı yapıldı, şöyle dedi.", "He said.")}
        assert len(found) == lines

    @pytest.mark.parametrize(
        ("name", "page", "message"),
        [
            ("tsv", "source\ttarget\nalone\n", "record 1: there is no target"),
            ("csv", 'source,target\n"a,b\n', "is no CSV: unexpected end of data"),
            ("csv", 'source,target\n"a"b,c\n', "is no CSV: .*line 2"),
            ("jsonl", '{"source": "a", "target": "b"}\nx', "line 2: no JSON object"),
            ("jsonl", '{"source": "a"}', "line 1"),
            ("jsonl", '{"source": 1, "target": "b"}', "line 1"),
            ("jsonl", "[]", "line 1"),
            ("jsonl", "[" * 100_000, "line 1"),
            ("jsonl", '{"translation": {"tr": "a"}}', "line 1"),
            ("jsonl", b'{"source": "a", "target": "' + b"a" * 70_000 + b'\n\xff"}', "is not all utf-8"),
        ],
    )  # fmt: skip
    def test_a_broken_table_says_where(self, name: str, page: str | bytes, message: str) -> None:
        with pytest.raises(InputError, match=message):
            read(name, page)


class TestMoses:
    @given(texts=st.lists(st.tuples(st.text(), st.text())))
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
    )
    def test_lines_stay_beside_each_other(self, texts: list[tuple[str, str]], tmp_path: Path) -> None:  # fmt: skip
        files = moses.save([Pair(a, b) for a, b in texts], tmp_path / "news.moses")
        assert [f.name for f in files] == ["news.tr", "news.en"]
        one_line = [tuple(tabular.cell(text).strip() for text in pair) for pair in texts]
        kept = [pair for pair in one_line if all(pair)]
        assert [f.read_bytes().count(b"\n") for f in files] == [len(kept)] * 2
        assert [(p.source, p.target) for p in moses.read(tmp_path / "news.moses")] == kept

    @pytest.mark.parametrize("name", ["news.moses", "news.tr", "news.en", "news"])
    def test_either_name_stands_for_both_files(self, name: str, tmp_path: Path) -> None:
        moses.save([Pair("Geldi.", "He came.")], tmp_path / name)
        assert {p.name for p in tmp_path.iterdir()} == {"news.tr", "news.en"}
        assert list(moses.read(tmp_path / name)) == [Pair("Geldi.", "He came.")]

    def test_files_of_unequal_length_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.tr").write_text("bir\niki\n", "utf-8")
        (tmp_path / "a.en").write_text("one\n", "utf-8")
        with pytest.raises(InputError, match=r"a\.en ends after 1 lines but .*a\.tr goes on"):
            list(moses.read(tmp_path / "a.tr"))

    def test_a_file_alone_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.tr").write_text("bir\n", "utf-8")
        with pytest.raises(InputError, match=r"cannot read .*a\.en"):
            list(moses.read(tmp_path / "a.tr"))

    def test_one_pair_of_languages_and_the_old_files_stay(self, tmp_path: Path) -> None:
        moses.save([PAIR], tmp_path / "a.moses")
        with pytest.raises(InputError, match="one pair of languages"):
            moses.save([PAIR, replace(PAIR, source_lang="de")], tmp_path / "a.moses")
        assert {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()} == {
            "a.tr": "Geldi.\n",
            "a.en": "He came.\n",
        }


class Bead(NamedTuple):
    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float


@st.composite
def alignments(draw: st.DrawFn) -> list[Bead]:
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any)
    beads, a, b = [], 0, 0
    for m, n in draw(st.lists(sizes, max_size=6)):
        score = draw(st.integers(0, 100)) / 100
        beads.append(Bead(tuple(range(a, a + m)), tuple(range(b, b + n)), score))
        a, b = a + m, b + n
    return beads


class TestLadders:
    @pytest.mark.parametrize("write", [ladder.write_vecalign, ladder.write_ladder])
    @given(beads=alignments())
    @settings(deadline=None)
    def test_beads_come_back(self, write: Callable[..., Iterator[str]], beads: list[Bead]) -> None:
        page = "".join(write(beads)).encode()
        assert list(ladder.read(io.BytesIO(page))) == [tuple(bead) for bead in beads]

    def test_lines_are_those_of_the_two_programs(self) -> None:
        beads = [Bead((0,), (0, 1), 0.75), Bead((1,), (), 0.5)]
        assert list(ladder.write_vecalign(beads)) == ["[0]:[0, 1]:0.250000\n", "[1]:[]:0.500000\n"]
        assert list(ladder.write_ladder(beads)) == ["0\t0\t0.750000\n", "1\t2\t0.500000\n", "2\t2\t0\n"]  # fmt: skip

    @pytest.mark.parametrize(
        "page", ["[0]:[0,1]:0.30\n[1]:[]:0.9", "0\t0\t3.5\n1\t2\t-0.3\n2\t2\t0\n"]
    )
    def test_an_alignment_and_its_sentences_make_pairs(self, page: str) -> None:
        beads = ladder.read(io.BytesIO(page.encode()))
        (pair,) = ladder.pairs(beads, ["Geldi, gitti.", "Sustu."], ["He came.", "He went."])
        assert (pair.source, pair.target) == ("Geldi, gitti.", "He came. He went.")
        # hunalign's 3.5 is no score from 0 to 1.
        assert pair.score == (0.7 if "[" in page else None)

    @pytest.mark.parametrize(
        ("page", "message"),
        [
            ("[0]:[7]:0.1", "names sentence 7 of 1"),
            ("x", "line 1: neither a bead"),
            ("0\t0\t1\n999999999999\t0\t1\n", "no text has 999,999,999,999 sentences"),
        ],
    )
    def test_what_cannot_be_is_refused(self, page: str, message: str) -> None:
        with pytest.raises(InputError, match=message):
            list(ladder.pairs(ladder.read(io.BytesIO(page.encode())), ["a"], ["b"]))

    def test_a_ladder_cannot_cross(self) -> None:
        with pytest.raises(InputError, match="write vecalign"):
            list(ladder.write_ladder([Bead((1,), (0,), 1.0), Bead((0,), (1,), 1.0)]))


CATALOGUE = r"""
msgid ""
msgstr ""
"Language: tr\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

#. for the title
# Emin değilim
#: src/a.c:12
msgctxt "menu"
msgid "Open \"%s\"\n"
msgstr ""
"\"%s\" "
"aç\n"

#, fuzzy
msgid "Close"
msgstr "Kapat"

msgid "Never translated"
msgstr ""

msgid "a file"
msgid_plural "%d files"
msgstr[0] "bir dosya"
msgstr[1] "%d dosya"

#~ msgid "old"
#~ msgstr "eski"
"""


class TestCatalogues:
    def test_translated_messages_are_pairs(self) -> None:
        found = list(po.read(io.BytesIO(CATALOGUE.encode())))
        assert [(p.source, p.target, p.status) for p in found] == [
            ('Open "%s"\n', '"%s" aç\n', ""),
            ("Close", "Kapat", "new"),
            ("a file", "bir dosya", ""),
            ("%d files", "%d dosya", ""),
        ]
        assert {(p.source_lang, p.target_lang) for p in found} == {("en", "tr")}
        first = found[0]
        assert (first.document, first.segment) == ("src/a.c", "menu")
        assert first.comment == "for the title\nEmin değilim"

    def test_what_is_no_catalogue_is_refused(self) -> None:
        with pytest.raises(InputError, match="is no PO catalogue"):
            list(po.read(io.BytesIO(b'msgid "a"\nnonsense\n')))


class TestFiles:
    @pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if f.writer])
    def test_an_export_twice_is_the_same_and_says_how_it_was_made(self, name: str, tmp_path: Path) -> None:  # fmt: skip
        chosen = FORMATS[name]
        files = [chosen.save([PAIR], tmp_path / n, "dragoman 1.0; dedupe") for n in ("a", "b")]
        assert files[0][0].read_bytes() == files[1][0].read_bytes()
        assert b"dragoman 1.0; dedupe" in files[0][-1].read_bytes()
        assert len(files[0]) == (1 if chosen.signed else 2)

    @pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if f.writer or n == "moses"])
    def test_an_export_that_fails_leaves_the_old_file(self, name: str, tmp_path: Path) -> None:
        chosen = FORMATS[name]
        before = {f: f.read_bytes() for f in chosen.save([PAIR], tmp_path / "a")}

        def broken() -> Iterator[Pair]:
            yield PAIR
            raise InputError("cut off")

        with pytest.raises(InputError, match="cut off"):
            chosen.save(broken(), tmp_path / "a")
        assert {f: f.read_bytes() for f in tmp_path.iterdir()} == before

    @pytest.mark.parametrize("name", ["tmx", "moses"])
    def test_a_place_that_cannot_be_written_is_named(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(OutputError, match="cannot write"):
            FORMATS[name].save([PAIR], tmp_path / "file" / "a")

    @pytest.mark.parametrize(
        ("path", "name"),
        [("a.TMX", "tmx"), ("a.xlf", "xliff"), ("a.tr", "moses"), ("a.ndjson", "jsonl")],
    )
    def test_a_suffix_tells_the_format(self, path: str, name: str) -> None:
        assert find(path).name == name

    def test_what_is_unknown_names_what_is_known(self) -> None:
        for arguments in (("a.doc",), ("a", "doc")):
            with pytest.raises(UnsupportedFormat, match="tmx, xliff, xliff2, tsv"):
                find(*arguments)
        with pytest.raises(UnsupportedFormat, match="po cannot be written"):
            FORMATS["po"].write([])

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        for name, chosen in FORMATS.items():
            with pytest.raises(InputError, match=r"missing"):
                list(chosen.read(tmp_path / f"missing.{name}"))


def test_csv_and_jsonl_are_what_python_reads() -> None:
    record = next(csv.DictReader(io.StringIO(written("csv", PAIR).decode(), newline="")))
    assert record["source"] == "Geldi."
    assert record["comment"] == "'=Dikkat!\n"
    assert json.loads(written("jsonl", PAIR))["score"] == 0.91


STREAM = r"""
import re, sys
from pathlib import Path
from corpora.bitext import Pair
from corpora.formats import FORMATS
name, path, count = sys.argv[1], Path(sys.argv[2]), 60_000
pairs = (Pair(f"{n}. cümle budur. " * 8, f"This is sentence {n}. " * 8, document=f"d{n // 50}") for n in range(count))
FORMATS[name].save(pairs, path)
assert sum(1 for _ in FORMATS[name].read(path)) == count
# Not getrusage: a child's begins with what its parent had.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(path.stat().st_size, int(peak[1]) * 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tmx", "xliff", "xliff2", "tsv", "csv", "jsonl"])
def test_memory_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", STREAM, name, str(tmp_path / "big")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    size, peak = map(int, done.stdout.split())
    assert size > 20e6
    # An interpreter with lxml has some 25 MB.
    assert peak < 60e6


def test_a_pipe_is_written_to_and_a_link_stays(tmp_path: Path) -> None:
    pipe, link, place = (tmp_path / name for name in ("pipe.tsv", "link.tsv", "place.tsv"))
    os.mkfifo(pipe)
    link.symlink_to(place)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert FORMATS["tsv"].save([Pair("Geldi.", "He came.")], pipe, "signature") == [pipe]
        FORMATS["tsv"].save([Pair("Geldi.", "He came.")], link)
        assert reader.communicate(timeout=30)[0] == place.read_bytes()
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.tsv", "pipe.tsv", "place.tsv"]


def test_a_file_written_over_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "secret.tsv"
    path.touch(0o600)
    FORMATS["tsv"].save([Pair("Geldi.", "He came.")], path)
    assert path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
