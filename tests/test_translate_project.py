"""`dragoman translate --project` and `--glossary`: the memory first, then the model, and everything kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpora.bitext import Pair
from corpora.glossary import Term
from corpora.store import Project
from ui.cli import run

ARTICLE = "Bakan geldi. Adam evde.\n\nKadın kitap gördü.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTICLE, "utf-8")
    return tmp_path


class Translate:
    """The command with the toy model, its JSON read."""

    def __init__(self, model: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.model = str(model)
        self.capfd = capfd
        self.notes = ""

    def __call__(self, *arguments: str) -> list[dict[str, Any]]:
        assert run(["translate", *arguments, "--model", self.model, "--to", "json"]) == 0
        out, self.notes = self.capfd.readouterr()
        return [s for block in json.loads(out)["blocks"] for s in block["segments"]]

    def texts(self, *arguments: str) -> list[tuple[str, str]]:
        return [(s["target"], s["origin"]) for s in self(*arguments)]


@pytest.fixture
def translate(toy_folder: Path, capfd: pytest.CaptureFixture[str]) -> Translate:
    return Translate(toy_folder, capfd)


def approve(place: str, source: str, target: str) -> None:
    with Project.open(place) as project:
        for document in project.documents():
            for s in project.segments(document.id):
                if s.source == source:
                    project.edit(document.id, s.id, target, version=s.version, status="approved")


def test_without_a_project_all_is_the_models(translate: Translate, folder: Path) -> None:
    made = translate("a.txt")
    assert [(s["origin"], s["percent"]) for s in made] == [("model", None)] * 3


def test_text_and_translations_are_kept(translate: Translate, folder: Path) -> None:
    translate("a.txt", "--project", "p.dragoman")
    with Project.open("p.dragoman", create=False) as project:
        (document,) = project.documents()
        kept = project.segments(document.id)
        assert [(s.source, s.target, s.status) for s in kept] == [
            ("Bakan geldi.", "Minister came.", "machine"),
            ("Adam evde.", "Man home.", "machine"),
            ("Kadın kitap gördü.", "Woman book saw.", "machine"),
        ]
        assert all(s.origin == "machine" and 0 < (s.score or 0) <= 1 and s.model for s in kept)
        assert [len(project.hypotheses(document.id, s.id)) for s in kept] == [1, 1, 1]


def test_what_was_approved_comes_from_the_memory_word_for_word(
    translate: Translate, folder: Path
) -> None:
    translate("a.txt", "--project", "p.dragoman")
    approve("p.dragoman", "Adam evde.", "The man is at home.")
    (folder / "b.txt").write_text("Polis geldi. Adam evde.\n", "utf-8")
    made = translate("b.txt", "--project", "p.dragoman")
    assert [(s["target"], s["origin"], s["percent"]) for s in made] == [
        ("Police came.", "model", None),
        ("The man is at home.", "memory", 100),
    ]
    assert "1 of them from the memory" in translate.notes
    with Project.open("p.dragoman") as project:
        kept = [s for d in project.documents() for s in project.segments(d.id)]
        assert [(s.status, s.origin) for s in kept][-1] == ("machine", "memory")
        assert kept[1].status == "approved"


def test_the_same_neighbours_decide_between_two_translations(
    translate: Translate, folder: Path
) -> None:
    pairs = [
        Pair("Bakan geldi.", "The minister came.", document="a"),
        Pair("Adam evde.", "The man is in.", document="a"),
        Pair("Su geldi.", "Water came.", document="b"),
        Pair("Adam evde.", "The man is at home.", document="b"),
    ]
    with Project.open("p.dragoman") as project:
        project.import_pairs(pairs, document="tm")
    (folder / "b.txt").write_text("Bakan geldi. Adam evde.\n", "utf-8")
    assert translate.texts("b.txt", "--project", "p.dragoman")[1] == ("The man is in.", "memory")
    (folder / "c.txt").write_text("Su geldi. Adam evde.\n", "utf-8")
    assert translate.texts("c.txt", "--project", "p.dragoman")[1] == ("The man is at home.", "memory")  # fmt: skip


def test_a_second_run_changes_nothing_that_a_person_did(translate: Translate, folder: Path) -> None:
    translate("a.txt", "--project", "p.dragoman")
    approve("p.dragoman", "Kadın kitap gördü.", "The woman saw a book.")
    with Project.open("p.dragoman") as project:
        before = project.segments(project.documents()[0].id)
    translate("a.txt", "--project", "p.dragoman")
    with Project.open("p.dragoman") as project:
        assert project.segments(project.documents()[0].id) == before


def test_a_text_that_changed_is_kept_beside_the_old_one(translate: Translate, folder: Path) -> None:
    translate("a.txt", "--project", "p.dragoman")
    approve("p.dragoman", "Bakan geldi.", "The minister has come.")
    (folder / "a.txt").write_text(ARTICLE.replace("Adam evde.", "Adam gitti."), "utf-8")
    assert translate.texts("a.txt", "--project", "p.dragoman")[:2] == [
        ("The minister has come.", "memory"),
        ("Man left.", "model"),
    ]
    with Project.open("p.dragoman") as project:
        assert len(project.documents()) == 2
    translate("a.txt", "--project", "p.dragoman")
    with Project.open("p.dragoman") as project:
        assert len(project.documents()) == 2


def test_a_glossary_file_and_the_terms_of_the_project_are_obeyed(
    translate: Translate, folder: Path
) -> None:
    (folder / "g.tsv").write_text("source\ttarget\nkitap\tvolume\n", "utf-8")
    assert translate("a.txt", "--glossary", "g.tsv")[2]["target"] == "Woman volume saw."
    with Project.open("p.dragoman") as project:
        project.add_term(Term("kadın", "lady"))
    made = translate("a.txt", "--glossary", "g.tsv", "--project", "p.dragoman")
    assert made[2]["target"] == "Lady volume saw."


def test_what_cannot_be_opened_is_one_line(
    folder: Path, toy_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "no.dragoman").write_text("plain text, no database at all" * 50)
    model = ("--model", str(toy_folder))
    assert run(["translate", "a.txt", *model, "--project", "no.dragoman"]) == 1
    assert run(["translate", "a.txt", *model, "--glossary", "no.tsv"]) == 1
    assert run(["translate", "a.txt", *model, "--glossary", "a.docx"]) == 1
    errors = capfd.readouterr().err
    assert len(errors.splitlines()) == 3
    assert "Traceback" not in errors
