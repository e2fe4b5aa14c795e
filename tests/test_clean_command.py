"""`dragoman clean` and `dragoman news` from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpora import formats, news
from corpora.bitext import Pair
from ui.cli import run

ROOT = Path(__file__).parent.parent
GOOD = [Pair(tr, en, document="a", speaker="Ayşe") for (tr, en), _ in zip(news.sentence_pairs(), range(60), strict=False)]  # fmt: skip
BAD = {
    "length-ratio": Pair("Evet.", "Yes, and then the minister went on to say a great many other things at length."),
    "markup": Pair("<b>Bakan</b> dün geldi.", "<b>The minister</b> came yesterday."),
    "garbage": Pair("Bakan dÃ¼n geldi.", "The minister came yesterday."),
    "script": Pair("Министр приехал вчера.", "The minister came yesterday."),
    "identical": Pair("The minister came yesterday.", "The minister came yesterday."),
    "repetition": Pair("Bakan geldi geldi geldi.", "The minister came yesterday."),
    "numbers": Pair("Bakan 12 ülkeye gitti.", "The minister visited 13 countries."),
    "language": Pair("Bakan dün akşam Ankara'ya geldi.", "Der Minister kam gestern Abend nach Ankara."),
    "similarity": Pair("Kedi pencerenin önünde uyuyor.", "Interest rates rose again in March."),
    "near-duplicates": Pair(GOOD[7].source + "!", GOOD[7].target.upper()),
}  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.tmx"
    formats.find(path).save([*GOOD, *BAD.values()], path)
    return path


def test_every_kind_of_fault_is_dropped_for_its_reason(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, report = corpus.with_name("clean.jsonl"), corpus.with_name("report.json")
    assert run(["clean", str(corpus), "-o", str(output), "--report", str(report)]) == 0
    told = json.loads(report.read_text("utf-8"))
    assert (told["version"], told["read"], told["kept"]) == (1, 70, 60)
    dropped = {
        f["name"]: [(e["source"], e["target"]) for e in f["examples"]]
        for f in told["filters"]
        if f["dropped"]
    }
    assert dropped == {name: [(pair.source, pair.target)] for name, pair in BAD.items()}
    # What is kept is kept whole.
    assert list(formats.find(output).read(str(output))) == GOOD
    assert "60 of 70 pairs kept, 10 dropped" in capsys.readouterr().err
    assert told["signature"] in Path(f"{output}.signature").read_text("utf-8")


def test_a_clean_dataset_bears_its_licence(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from huggingface_hub import DatasetCard

    folder = corpus.with_name("clean")
    command = ["clean", str(corpus), "--licence", "cc-by-4.0", "-o"]
    assert run([*command, str(folder), "--to", "dataset"]) == 0
    assert DatasetCard.load(folder / "README.md").data.license == "cc-by-4.0"
    assert run([*command, str(folder.with_suffix(".tsv"))]) == 2
    assert "--licence is for the card of --to dataset" in capsys.readouterr().err


def test_a_report_for_people(corpus: Path) -> None:
    report = corpus.with_name("report.txt")
    assert (
        run(["clean", str(corpus), "-o", str(corpus.with_name("x.tsv")), "--report", str(report)])
        == 0
    )
    text = report.read_text("utf-8")
    assert "numbers (threshold 0.5): 1 of " in text
    assert (
        "Do both sides say the same numbers?\n  pair 67, score 0\n    Bakan 12 ülkeye gitti."
        in text
    )


def test_a_recipe_of_ones_own_in_a_pipe(tmp_path: Path) -> None:
    recipe = tmp_path / "short.toml"
    recipe.write_text('[[filter]]\nname = "length"\nmax_length = 2\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ui", "clean", "-", "--recipe", str(recipe)],
        input="Bakan geldi.\tHe came.\nBakan dün geldi.\tHe came yesterday.\n",
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    heading, line = done.stdout.splitlines()
    assert heading.startswith("source\ttarget\t")
    assert line.startswith("Bakan geldi.\tHe came.\t")
    assert done.stderr == "1 of 2 pairs kept, 1 dropped (length 1)\n"


def test_a_fault_leaves_the_old_output(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = corpus.with_name("clean.tsv")
    output.write_text("years of work", "utf-8")
    assert run(["clean", str(corpus), "-o", str(output), "--recipe", str(corpus)]) == 1
    corpus.write_bytes(corpus.read_bytes()[:-300])
    assert run(["clean", str(corpus), "-o", str(output)]) == 1
    assert output.read_text("utf-8") == "years of work"
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert "cannot read the recipe" in errors[0]


def test_the_same_corpus_gives_the_same_bytes(corpus: Path) -> None:
    made = []
    for name in ("a", "b"):
        output, report = corpus.with_name(f"{name}.parquet"), corpus.with_name(f"{name}.json")
        assert run(["clean", str(corpus), "-o", str(output), "--report", str(report)]) == 0
        made.append((output.read_bytes(), report.read_bytes()))
    assert made[0] == made[1]


def test_the_news_corpus_comes_out_in_any_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["news"]) == 0
    assert "| quote pairs | 1,015 | 116 | 427 | 1,558 |" in capsys.readouterr().out
    for suffix in ("tmx", "parquet", "tsv"):
        path = tmp_path / f"quotes.{suffix}"
        assert run(["news", "quotes", "--split", "test", "-o", str(path)]) == 0
        assert list(formats.find(path).read(str(path))) == list(news.pairs("quotes", "test"))
    assert run(["news", "--to", "dataset", "-o", str(tmp_path / "whole")]) == 0
    assert (tmp_path / "whole" / "quotes" / "test-00000-of-00001.parquet").exists()
    assert run(["news", "--to", "tmx"]) == 2
    assert run(["news", "quotes", "--to", "dataset", "-o", str(tmp_path / "part")]) == 2
