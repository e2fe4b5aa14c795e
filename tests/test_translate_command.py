"""`dragoman translate`: what goes in, what comes out and where, and what is left of a job that was cut off."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import toy_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.reading import parts
from mt.translator import Translator
from ui.cli import run

ROOT = Path(__file__).parent.parent
ARTICLE = "Bakan geldi\n\nBakan dün evde. Adam geldi.\n\nKadın gitti.\n"
ENGLISH = "Minister came\n\nMinister yesterday home. Man came.\n\nWoman left.\n"
Capture = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def translate(toy_folder: Path, toy_engine: object, capfd: Capture) -> Run:
    """Run the command with the toy model; returns exit code, standard output and standard error."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = run(["translate", "--model", str(toy_folder), "--beam", "1", *map(str, arguments)])
        return code, *capfd.readouterr()

    return command


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.tr.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight articles, two of them in a folder below."""
    made = tmp_path / "articles"
    (made / "below").mkdir(parents=True)
    for number, (source, _) in enumerate(toy_pairs(8, 9)):
        (made / ("below" if number > 5 else "") / f"a{number}.tr.txt").write_text(source + "\n")
    return made


def written(out: Path) -> dict[str, str]:
    """Every file in a folder, hidden ones too, with its text."""
    return {p.relative_to(out).as_posix(): p.read_text() for p in out.rglob("*") if p.is_file()}


# In and out


def test_a_file_goes_to_standard_output(translate: Run, article: Path, toy_folder: Path) -> None:
    code, out, err = translate(article)
    assert (code, out) == (0, ENGLISH)
    assert err.startswith("4 sentences in ")
    assert str(toy_folder) in err


@pytest.mark.parametrize("name", ["-", None])
def test_a_pipe(toy_folder: Path, shared_home: Path, toy_engine: object, name: str | None) -> None:
    command = [sys.executable, "-m", "ui", "translate", "--model", str(toy_folder), "--beam", "1"]
    done = subprocess.run(
        command + ([name] if name else []), input=ARTICLE, capture_output=True, text=True, cwd=ROOT, check=True
    )  # fmt: skip
    assert done.stdout == ENGLISH
    assert "\x1b" not in done.stderr


def test_several_files_follow_each_other(translate: Run, article: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Polis geldi.")
    code, out, err = translate(article, other)
    assert (code, out) == (0, ENGLISH + "Police came.\n")
    assert "2 translated, 0 done before, 0 with a fault" in err


def test_a_file_into_a_file_or_a_folder(translate: Run, article: Path, tmp_path: Path) -> None:
    assert translate(article, "-o", tmp_path / "made.txt")[:2] == (0, "")
    assert (tmp_path / "made.txt").read_text() == ENGLISH
    assert translate(article, "-o", f"{tmp_path}/new/")[:2] == (0, "")
    (tmp_path / "there").mkdir()
    assert translate(article, "-o", tmp_path / "there")[:2] == (0, "")
    for made in ("new", "there"):
        assert (tmp_path / made / "article.en.txt").read_text() == ENGLISH


def test_a_folder_into_a_folder(translate: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, err = translate(folder, "-o", out)
    assert (code, said) == (0, "")
    assert "8 translated, 0 done before, 0 with a fault" in err
    made = written(out)
    ledger = [json.loads(line) for line in made.pop(".dragoman.jsonl").splitlines()]
    expected = {
        f"{'below/' if n > 5 else ''}a{n}.en.txt": t for n, (_, t) in enumerate(toy_pairs(8, 9))
    }
    assert made.keys() == expected.keys() == {entry["output"] for entry in ledger}
    assert sum(made[name] == f"{text}\n" for name, text in expected.items()) >= 7  # int8


def test_two_inputs_that_would_be_one_output_are_refused(translate: Run, tmp_path: Path) -> None:
    files = [tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt"]
    for file in files:
        file.parent.mkdir()
        file.write_text("Bakan geldi.")
    code, out, err = translate(*files, "-o", tmp_path / "out")
    assert (code, out) == (1, "")
    assert "would both be written to" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("a.md", "# Bakan geldi\n\n- **kitap**\n- su\n", "# Minister came\n\n- **book**\n- water\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nBakan geldi.\n", "1\n00:00:01,000 --> 00:00:02,000\nMinister came.\n"),
        ("a.txt", "Bakan geldi.\r\n\r\n  Adam gitti.\r\n", "Minister came.\r\n\r\n  Man left.\r\n"),
    ],
)  # fmt: skip
def test_a_format_is_kept(translate: Run, tmp_path: Path, name: str, source: str, target: str) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(source.encode())
    assert translate(path, "-o", f"{tmp_path}/out/")[0] == 0
    assert (tmp_path / "out" / name.replace("a.", "a.en.")).read_bytes() == target.encode()


def test_the_format_of_a_file_without_a_suffix_can_be_named(translate: Run, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("* Bakan geldi.\n* Adam gitti.\n")
    assert translate(path, "--format", "markdown", "--to", "md")[1].startswith("# page\n\n- Minister came.\n")  # fmt: skip


# --to


def test_to_txt_md_and_bilingual(translate: Run, article: Path) -> None:
    assert translate(article, "--to", "txt")[1] == ENGLISH
    assert translate(article, "--to", "md")[1] == f"## {ENGLISH}"
    rows = [row.split("│") for row in translate(article, "--to", "bilingual")[1].splitlines() if row]  # fmt: skip
    assert [tuple(side.strip() for side in row) for row in rows] == [
        ("Bakan geldi", "Minister came"),
        ("Bakan dün evde. Adam geldi.", "Minister yesterday home. Man came."),
        ("Kadın gitti.", "Woman left."),
    ]


def test_to_html(translate: Run, article: Path) -> None:
    from lxml import html

    page = html.document_fromstring(translate(article, "--to", "html")[1])
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == "Minister came"
    assert [(e.tag, e.text) for e in page.body] == [
        ("h2", "Minister came"), ("p", "Minister yesterday home. Man came."), ("p", "Woman left."),
    ]  # fmt: skip


def test_to_docx(translate: Run, article: Path, tmp_path: Path) -> None:
    import docx

    made = tmp_path / "made.docx"
    assert translate(article, "--to", "docx", "-o", made)[0] == 0
    assert [(p.style.name, p.text) for p in docx.Document(str(made)).paragraphs if p.style] == [
        ("Heading 1", "Minister came"), ("Normal", "Minister yesterday home. Man came."), ("Normal", "Woman left."),
    ]  # fmt: skip


def test_to_tsv(translate: Run, article: Path) -> None:
    table = list(csv.reader(io.StringIO(translate(article, "--to", "tsv")[1]), delimiter="\t", quoting=csv.QUOTE_NONE))  # fmt: skip
    assert table[0] == ["source", "target", "score", "flags"]
    assert [row[:2] for row in table[1:]] == [
        ["Bakan geldi", "Minister came"], ["Bakan dün evde.", "Minister yesterday home."],
        ["Adam geldi.", "Man came."], ["Kadın gitti.", "Woman left."],
    ]  # fmt: skip
    assert all(-3 < float(row[2]) < 0 for row in table[1:])


def test_to_json_is_as_documented(translate: Run, article: Path, toy_folder: Path, tmp_path: Path) -> None:  # fmt: skip
    article.write_text(
        "Bakan geldi\n\nBakan 7 kitap gördü. Xyz abc def ghi jkl mno prs.\n", "utf-8"
    )
    found = json.loads(translate(article, "--to", "json")[1])
    assert {k: type(v) for k, v in found.items()} == {
        "version": int, "document": str, "model": str, "engine": str, "blocks": list,
    }  # fmt: skip
    assert (found["version"], found["document"]) == (1, str(article))
    assert (found["model"], found["engine"]) == (str(toy_folder), "ct2")
    assert [block["kind"] for block in found["blocks"]] == ["heading", "paragraph"]
    assert all(block.keys() == {"kind", "segments"} for block in found["blocks"])
    segments = [s for block in found["blocks"] for s in block["segments"]]
    contract = {"source": str, "target": str, "score": float, "flags": list}
    for segment in segments:
        assert {k: type(segment[k]) for k in contract} == contract
        # Fields may be added to version 1; these were.
        added = {"origin", "percent", "changes", "confidence", "reasons"}
        assert segment.keys() - contract.keys() == added
    assert [(s["source"], s["target"]) for s in segments] == [
        ("Bakan geldi", "Minister came"), ("Bakan 7 kitap gördü.", "Minister 7 book saw."), ("Xyz abc def ghi jkl mno prs.", "Xyz abc def ghi jkl mno prs."),
    ]  # fmt: skip
    (flag,) = [f for f in segments[2]["flags"] if f["code"] == "copied-source"]
    assert flag.keys() == {"code", "message"}
    assert flag["message"]


def test_json_of_several_documents_is_one_a_line(translate: Run, folder: Path) -> None:
    lines = translate(folder, "--to", "json")[1].splitlines()
    assert [Path(json.loads(line)["document"]).name for line in lines] == [f"a{n}.tr.txt" for n in range(8)]  # fmt: skip


def test_line_ends_inside_a_sentence_stay_as_they_are_in_json(translate: Run, article: Path) -> None:  # fmt: skip
    article.write_text("Bakan\u2028geldi.\n\nAdam gitti.\n", "utf-8")
    found = json.loads(translate(article, "--to", "json")[1])
    assert "".join(s["source"] for s in found["blocks"][0]["segments"]) == "Bakan\u2028geldi."


# How it is translated


def test_both_engines_say_the_same(translate: Run, article: Path) -> None:
    ct2, torch = (json.loads(translate(article, "--to", "json", "--engine", e)[1]) for e in ("ct2", "torch"))  # fmt: skip
    assert (ct2["engine"], torch["engine"]) == ("ct2", "torch")
    assert [s["target"] for b in ct2["blocks"] for s in b["segments"]] == [
        s["target"] for b in torch["blocks"] for s in b["segments"]
    ]


def test_the_beam_is_the_one_asked_for(translate: Run, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from mt.engines import CTranslate2Engine

    beams: list[int] = []
    real = CTranslate2Engine.translate

    def spy(self: Any, batch: Any, search: Any, *rest: Any) -> Any:
        beams.append(search.beam)
        return real(self, batch, search, *rest)

    monkeypatch.setattr(CTranslate2Engine, "translate", spy)
    translate(article, "--beam", "3")
    assert set(beams) - {1} == {3}  # the smoke sentence takes 1
    assert translate(article, "--beam", "3")[1] == ENGLISH


def test_the_encoding_can_be_named(translate: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Bakan dün evde. Çocuk güzel.\n".encode("utf-16-le"))
    code, out, err = translate(path)
    assert (code, out) == (1, "")
    assert "encoding" in err
    assert translate(path, "--encoding", "utf-16-le", "--to", "txt")[:2] == (
        0, "Minister yesterday home. Child nice.\n"
    )  # fmt: skip
    assert translate(path, "--encoding", "utf-16-le", "-o", tmp_path / "b.txt")[0] == 0
    assert (tmp_path / "b.txt").read_bytes().decode("utf-16-le") == "Minister yesterday home. Child nice.\n"  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1254", "iso-8859-9", "utf-8-sig"])
def test_an_encoding_is_told_from_the_text(translate: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Kadın küçük çocuğu gördü. Başkan dün geldi. Kırmızı araba.\n".encode(encoding))  # fmt: skip
    code, out, _ = translate(path, "--to", "txt")
    assert code == 0
    assert out.endswith("President yesterday came. Red car.\n")


# Exit codes


@pytest.mark.parametrize(
    "arguments",
    [["--to", "pdf"], ["--beam", "0"], ["--beam", "x"], ["--engine", "marian"], ["--nonsense"], ["-o"]],
)  # fmt: skip
def test_wrong_usage_is_2(translate: Run, article: Path, arguments: list[str]) -> None:
    code, out, err = translate(article, *arguments)
    assert (code, out) == (2, "")
    assert "Error: " in err


def test_a_fault_among_many_is_1_and_the_rest_is_done(translate: Run, folder: Path, tmp_path: Path) -> None:  # fmt: skip
    (folder / "a1.tr.txt").write_bytes(b"")
    code, out, err = translate(folder, "-o", tmp_path / "out")
    assert (code, out) == (1, "")
    assert f"dragoman: {folder / 'a1.tr.txt'} is empty\n" in err
    assert "7 translated, 0 done before, 1 with a fault" in err
    assert len(written(tmp_path / "out")) == 8


def test_debug_shows_the_traceback(article: Path) -> None:
    from corpora.errors import ModelNotFound

    with pytest.raises(ModelNotFound):
        run(["--debug", "translate", "--model", "nothing", str(article)])


def test_a_reader_that_has_had_enough_is_no_fault(toy_folder: Path, folder: Path, toy_engine: object) -> None:  # fmt: skip
    command = f"{sys.executable} -m ui translate --model {toy_folder} --beam 1 {folder} | head -c 3; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)  # fmt: skip
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert len(done.stdout) == 3


# Progress


def test_progress_is_for_terminals(toy_folder: Path, article: Path, toy_engine: object) -> None:
    """Standard error is a terminal, standard output is not: a bar on the one, nothing but the text on the other."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ui", "translate", "--model", str(toy_folder), "--beam", "1", str(article)]  # fmt: skip
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT, check=True, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    )  # fmt: skip
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # what Linux says at the end of a terminal
        pass
    os.close(ours)
    assert done.stdout.decode() == ENGLISH
    assert b"\x1b[" in said
    assert b"translating" in said
    assert b"4/4" in said


# Jobs that are cut off


def test_what_is_done_is_not_done_again(translate: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    out = tmp_path / "out"
    done = counted(monkeypatch)
    translate(folder, "-o", out)
    assert len(done) == 8
    assert "0 translated, 8 done before" in translate(folder, "-o", out)[2]
    assert len(done) == 8
    (folder / "a2.tr.txt").write_text("Polis geldi.\n")
    (out / "a3.en.txt").unlink()
    assert "2 translated, 6 done before" in translate(folder, "-o", out)[2]
    assert (out / "a2.en.txt").read_text() == "Police came.\n"
    assert [Path(d).name for d in done[8:]] == ["a2.tr.txt", "a3.tr.txt"]
    # Other settings make other results.
    assert "8 translated, 0 done before" in translate(folder, "-o", out, "--beam", "2")[2]
    assert "8 translated, 0 done before" in translate(folder, "-o", out, "--beam", "2", "--overwrite")[2]  # fmt: skip


def test_a_model_that_is_trained_on_makes_everything_anew(translate: Run, folder: Path, toy_folder: Path, tmp_path: Path) -> None:  # fmt: skip
    model, out = tmp_path / "model", tmp_path / "out"
    shutil.copytree(toy_folder, model)
    assert "8 translated" in translate(folder, "-o", out, "--model", model)[2]
    assert "8 done before" in translate(folder, "-o", out, "--model", model)[2]
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes())
    assert "8 translated" in translate(folder, "-o", out, "--model", model)[2]


def counted(monkeypatch: pytest.MonkeyPatch, at: int = 0, do: Callable[[], object] = list) -> list[str]:  # fmt: skip
    """The documents that are translated, in order; at the one of that number something is done first."""
    real, asked = Translator.translate, []

    def translate(self: Translator, document: Any, **options: Any) -> Any:
        asked.append(document.source)
        if len(asked) == at:
            do()
        return real(self, document, **options)

    monkeypatch.setattr(Translator, "translate", translate)
    return asked


def test_ctrl_c_leaves_finished_files_whole_and_says_how_to_go_on(
    translate: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    done = counted(monkeypatch, 4, lambda: signal.raise_signal(signal.SIGINT))
    code, said, err = translate(folder, "-o", out)
    assert (code, said) == (1, "")
    assert err == "dragoman: stopped; 3 of 8 done and whole. Run the same command again to go on.\n"
    assert set(written(out)) == {".dragoman.jsonl", "a0.en.txt", "a1.en.txt", "a2.en.txt"}
    assert "5 translated, 3 done before" in translate(folder, "-o", out)[2]
    # The fourth was begun twice, no other was.
    assert sorted(done) == sorted([*dict.fromkeys(done), done[3]])


def test_ctrl_c_without_a_folder_promises_nothing(translate: Run, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    counted(monkeypatch, 1, lambda: signal.raise_signal(signal.SIGINT))
    assert translate(article) == (1, "", "dragoman: stopped; 0 of 1 done and whole\n")


def test_an_interrupted_file_keeps_its_old_result(translate: Run, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    out = tmp_path / "out" / "made.txt"
    out.parent.mkdir()
    out.write_text("old")
    monkeypatch.setattr(parts, "PART", 10)
    counted(monkeypatch, 2, lambda: signal.raise_signal(signal.SIGINT))
    assert translate(article, "-o", out)[0] == 1
    assert written(out.parent) == {"made.txt": "old"}


def test_a_job_can_be_resumed_into_the_folder_of_its_sources(translate: Run, folder: Path) -> None:
    assert translate(folder, "-o", folder)[0] == 0
    assert "0 translated, 8 done before, 0 with a fault" in translate(folder, "-o", folder)[2]


def test_a_killed_job_is_resumed_and_nothing_is_translated_twice(
    translate: Run, toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, out = tmp_path / "many", tmp_path / "out"
    many.mkdir()
    for number, (source, _) in enumerate(toy_pairs(150, 11)):
        (many / f"{number:03}.tr.txt").write_text("\n".join([source] * 5))
    with subprocess.Popen(
        [sys.executable, "-m", "ui", "translate", "--model", str(toy_folder), "--beam", "1", str(many), "-o", str(out)],
        cwd=ROOT, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not (out / "020.en.txt").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.kill()
    before = {p.name: (p.stat().st_mtime_ns, p.read_text()) for p in out.glob("*.en.txt")}
    assert 20 < len(before) < 150
    assert all(text.count("\n") == 4 for _, text in before.values())
    entries = (out / ".dragoman.jsonl").read_text().splitlines()
    assert len(before) - 1 <= len(entries) <= len(before)

    asked = counted(monkeypatch)
    assert translate(many, "-o", out)[0] == 0
    # Of the last one before the end the file may be there and its line in the ledger not.
    assert len(asked) == len(set(asked)) == 150 - len(entries)
    kept = {json.loads(entry)["output"] for entry in entries}
    assert all((out / name).stat().st_mtime_ns == before[name][0] for name in kept)
    assert len(list(out.glob("*.en.txt"))) == 150


# Long texts


@pytest.fixture
def long_text(tmp_path: Path) -> Path:
    """A heading, two hundred paragraphs, a list in between, and a wide gap."""
    draw = random.Random(3)
    paragraphs = [" ".join(s for s, _ in toy_pairs(draw.randint(1, 3), n)) for n in range(200)]
    paragraphs[0], paragraphs[90] = "Bakan geldi", "- kitap\n- su\n- ekmek" + "\n" * 300
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(paragraphs) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("to", [None, "txt", "md", "html", "json", "tsv", "bilingual"])
def test_parts_make_the_same_whole(
    translate: Run, long_text: Path, monkeypatch: pytest.MonkeyPatch, to: str | None
) -> None:
    options = ["--to", to] if to else []
    whole = translate(long_text, *options)
    assert whole[0] == 0
    monkeypatch.setattr(parts, "PART", 1000)
    done = counted(monkeypatch)
    pieces = translate(long_text, *options)
    assert len(done) > 5
    assert pieces[:2] == whole[:2]
    assert pieces[2].split()[:2] == whole[2].split()[:2]


def test_progress_through_parts_ends_at_the_end(toy_engine: Any, long_text: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from ui.cli.translate import _Reading, _Task

    monkeypatch.setattr(parts, "PART", 1000)
    told: list[tuple[int, int]] = []
    task = _Task(Translator(toy_engine, model="toy"), None, None, _Reading("tr", None, None), None, compact=False)  # fmt: skip
    made = list(task._parts(str(long_text), long_text.read_bytes(), lambda *at: told.append(at)))
    done = [at for at, _ in told]
    assert done == list(range(1, len(done) + 1))
    assert told[-1] == (done[-1], done[-1])
    assert all(at <= total < 2 * done[-1] for at, total in told)
    assert b"".join(part.data for _, part in made) == long_text.read_bytes()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abğ .\n\r\t*", min_size=1, max_size=200), st.sampled_from(["", "\ufeff"]))
def test_parts_are_the_text_and_each_is_written_back(text: str, mark: str) -> None:
    from corpora.errors import InputError
    from corpora.reading import read_parts

    data = (mark + text).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART", 20)
        try:
            found = list(read_parts(data, name="-", format="text"))
        except InputError:
            assert not any(map(str.isalnum, text))
            return
    assert b"".join(part.data for part in found) == data
    assert b"".join(part.write(part.document) for part in found) == data


@pytest.mark.parametrize("encoding", ["cp1254", "utf-16"])
def test_another_encoding_stays_in_one_piece(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:  # fmt: skip
    from corpora.reading import read_parts

    monkeypatch.setattr(parts, "PART", 10)
    text = "Kadın küçük çocuğu gördü.\n\nBaşkan dün geldi.\n\nKırmızı araba.\n"
    (part,) = read_parts(text.encode(encoding), name="a.txt")
    assert part.write(part.document) == text.encode(encoding)


# Not what wait4 says of a child: that begins with what its parent had.
PEAK = r"""
import re, sys
from pathlib import Path
from ui.cli import run
assert run(sys.argv[1:]) == 0
print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024)
"""


@pytest.mark.slow
def test_the_memory_of_a_long_text_stays_flat(toy_folder: Path, toy_engine: object, tmp_path: Path) -> None:  # fmt: skip
    """50,000 sentences take hardly more than 5,000: the text as read and decoded, and what the allocator keeps of many batches."""

    def peak(count: int) -> tuple[int, int]:
        draw = random.Random(count)
        base = [source for source, _ in toy_pairs(5000, 1)]
        path = tmp_path / f"{count}.txt"
        path.write_text("".join(f"{draw.choice(base)}\n" for _ in range(count)), "utf-8")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, "translate", "--model", str(toy_folder), "--beam", "1", str(path), "-o", str(tmp_path / "out.txt")],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert (tmp_path / "out.txt").read_text().count("\n") == count
        return int(done.stdout), path.stat().st_size

    (few, small), (many, large) = peak(5000), peak(50000)
    assert many - few < 5 * (large - small) + 40 * 2**20
