"""`dragoman evaluate`: what is printed, what the report holds, what a project keeps, and what is refused."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ui.cli import run

REFERENCE = ["The minister came to the school.", "Nobody was at home on Monday."] * 4
SYSTEM = ["The minister came to the school.", "Nobody had been home on Monday."] * 4
OTHER = ["A minister at a school.", "Nobody was at home."] * 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, lines in (("ref", REFERENCE), ("new", SYSTEM), ("old", OTHER)):
        (tmp_path / name).write_text("".join(f"{x}\n" for x in lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["evaluate", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("folder")
class TestFiles:
    def test_json_keeps_the_contract(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = json.loads(printed(capsys, "new", "ref", "--baseline", "old", "--to", "json"))
        assert made["version"] == 1
        assert [s["name"] for s in made["systems"]] == ["new", "old"]
        assert [s["metric"] for s in made["systems"][0]["scores"]] == ["BLEU", "chrF2", "TER"]
        assert all("version:" in s["signature"] for s in made["systems"][0]["scores"])
        assert [d["verdict"] for d in made["differences"]] == ["better"] * 3
        assert [s["number"] for s in made["segments"]] == list(range(1, 9))
        assert made["segments"][0]["chrF2"] == pytest.approx(100)
        assert made["segments"][0]["baseline"] == OTHER[0]
        assert {"length", "quotes", "headlines", "names", "numbers"} == {
            b["group"] for b in made["buckets"]
        }

    def test_the_table_has_the_scores(self, capsys: pytest.CaptureFixture[str]) -> None:
        shown = printed(capsys, "ref", "ref")
        assert "100.00" in shown
        assert "tok:13a" in shown

    def test_several_references(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = json.loads(printed(capsys, "old", "ref", "old", "--to", "json"))
        assert made["systems"][0]["scores"][0]["value"] == pytest.approx(100)

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["new"],
            ["new", "ref", "--model", "tr-en"],
            ["--test", "ref", "--baseline", "old"],
            ["--history"],
            ["--test", "ref", "--document", "a"],
            ["--test", "ref", "--project", "p.dragoman", "--document", "a"],
            ["--project", "p.dragoman", "--history", "--model", "tr-en"],
        ],
    )
    def test_wrong_usage(self, arguments: list[str]) -> None:
        assert run(["evaluate", *arguments]) == 2

    def test_another_number_of_lines_is_one_line_of_fault(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "short").write_text("one\n", "utf-8")
        assert run(["evaluate", "short", "ref"]) == 1
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "1 segments" in err
        assert "8" in err

    def test_comet_without_its_package(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "comet", None)
        assert run(["evaluate", "new", "ref", "--source", "ref", "--comet", "Unbabel/x"]) == 1
        assert "pip install unbabel-comet" in capsys.readouterr().err


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class TestReport:
    def test_it_stands_alone_and_has_plots(self, folder: Path) -> None:
        assert run(["evaluate", "new", "ref", "--baseline", "old", "-o", "out.html"]) == 0
        page = (folder / "out.html").read_text("utf-8")
        seen = Tags(page).tags
        assert sum(tag == "svg" for tag, _ in seen) >= 7
        assert sum(tag == "rect" for tag, _ in seen) > 20
        assert not any(a for tag, attributes in seen for a in attributes if a in ("src", "href"))
        assert "http" not in page

    def test_hostile_text_is_shown_as_text(self, folder: Path) -> None:
        attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        (folder / attack.replace("/", "")).write_text(f"{attack}\n" * 8, "utf-8")
        name = attack.replace("/", "")
        assert (
            run(["evaluate", name, "ref", "--baseline", name, "--source", name, "-o", "out.html"])
            == 0
        )
        seen = Tags((folder / "out.html").read_text("utf-8")).tags
        assert not any(tag in ("script", "img") for tag, _ in seen)


def test_two_models_are_compared_on_a_test_set(
    folder: Path, toy_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "t.tsv").write_text(
        "Bakan yarın köy okul.\tMinister tomorrow village school.\n"
        "Polis dün şehir araba.\tPolice yesterday city car.\n",
        "utf-8",
    )
    toy = str(toy_folder)
    made = json.loads(
        printed(capsys, "--model", toy, "--against", toy, "--test", "t.tsv", "--to", "json")
    )
    assert made["systems"][0]["scores"][0]["value"] == pytest.approx(100)
    assert {d["verdict"] for d in made["differences"]} == {"no difference"}


class TestProject:
    @pytest.fixture
    def database(self, folder: Path) -> str:
        """A project of two documents, one of them held out; in both a heading and a sentence are approved."""
        from corpora.bitext import Pair
        from corpora.store import Project
        from mt.evaluation_sets import is_held_out

        names = [f"news {n}" for n in range(50)]
        held = next(n for n in names if is_held_out(n))
        known = next(n for n in names if not is_held_out(n))
        with Project.open(folder / "p.dragoman", person="Ayşe") as project:
            for name, rows in (
                (held, [("Bakan köy okul.", "Minister village school."), ("Yarın.", "Tomorrow.")]),
                (known, [("Bakan köy okul.", "Minister village school."), ("Su.", "Water.")]),
            ):
                pairs = [Pair(a, b, status="approved") for a, b in rows]
                project.import_pairs(
                    [*pairs, Pair("Ev.", "House.", status="machine")], document=name
                )
        return str(folder / "p.dragoman")

    def test_its_held_out_documents_are_the_test_set_and_keep_the_result(
        self, database: str, folder: Path, toy_folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--project", database, "--model", str(toy_folder), "--to", "json"]
        made = json.loads(printed(capsys, *options))
        assert [s["source"] for s in made["segments"]] == ["Bakan köy okul.", "Yarın."]
        memory = {b["name"]: b["size"] for b in made["buckets"] if b["group"] == "memory"}
        assert memory == {"exact match": 1, "no match": 1}
        capsys.readouterr()
        assert run(["evaluate", "new", "ref", "--project", database]) == 0
        capsys.readouterr()
        results = json.loads(printed(capsys, "--project", database, "--history", "--to", "json"))
        assert [r["model"] for r in results["results"]] == [str(toy_folder), "new"]
        assert results["results"][0]["scores"]["chrF2"] == made["systems"][0]["scores"][1]["value"]
        assert all(r["when"] and "BLEU|nrefs:1" in r["signature"] for r in results["results"])
        assert "new" in printed(capsys, "--project", database, "--history")
        assert run(["evaluate", "--project", database, "--history", "-o", "h.html"]) == 0
        seen = Tags((folder / "h.html").read_text("utf-8")).tags
        assert sum(tag == "svg" for tag, _ in seen) == 6

    def test_no_approved_segment_is_said(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from corpora.store import Project

        assert run(["evaluate", "--project", "none.dragoman"]) == 1
        assert not (folder / "none.dragoman").exists()
        capsys.readouterr()
        Project.open(folder / "empty.dragoman").close()
        assert run(["evaluate", "--project", "empty.dragoman"]) == 1
        assert "approve some" in capsys.readouterr().err
