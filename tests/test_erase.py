"""What is erased from a project is gone: from its tables, its history, its memory, its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from stores import BEADS, ENGLISH, QUOTE, TRANSLATED, TURKISH, QuotePair, on_both, place
from test_store_undo import ACTIONS, Desk

from corpora.bitext import Pair
from corpora.errors import CannotUndo, StoreError
from corpora.memory import ProjectMemory
from corpora.store import Hypothesis, Project
from ui.cli import run


@pytest.fixture
def project(kind: str, tmp_path: Path) -> Iterator[Project]:
    with place(kind, tmp_path) as where, Project.open(where, person="Ayşe") as opened:
        yield opened


def everything(project: Project) -> str:
    """Every row of every table, as text."""
    from corpora.store.schema import metadata

    with project.reading() as connection:
        return str([connection.execute(t.select()).all() for t in metadata.sorted_tables])


@on_both
def test_whatever_was_done_to_an_article_goes_with_it(project: Project) -> None:
    kept = Desk(project)
    before = kept.seen()
    gone = Desk(project)
    for at, action in enumerate(ACTIONS.values()):
        try:
            action(gone, at, at + 1)
        except StoreError:
            continue
    new = [gone.tr, gone.en, f"new{gone.n}", f"memory{gone.n}"]
    done = project.erase(new)
    assert (done.documents, done.alignments) == (len(new), 1)
    assert done.segments
    assert done.hypotheses
    assert done.comments
    assert done.quotes
    assert {d.id for d in project.documents()} == {kept.tr, kept.en}
    assert kept.seen()[:2] == before[:2]
    assert project.check() == []
    rows = everything(project)
    assert not [name for name in new if f"'{name}'" in rows]
    left = project.history(person=gone.project.person)
    # Terms that they added or that their edits taught are the project's.
    for each in left:
        if not each.undone:
            gone.project.undo()
    assert kept.seen() == before
    assert [each.kind for each in project.history(person="Ayşe")] == ["erase"]


@on_both
def test_an_article_that_was_removed_is_erased_too(project: Project) -> None:
    project.add(TURKISH)
    project.remove("haber")
    project.erase(["haber"])
    assert "Karaca" not in everything(project)
    with pytest.raises(StoreError, match="no document haber"):
        project.erase(["haber"])
    with pytest.raises(CannotUndo, match="nothing to undo"):
        project.undo()


@on_both
def test_what_was_done_with_other_articles_stays_and_can_be_undone(project: Project) -> None:
    project.add_alignment(TURKISH, ENGLISH, BEADS)
    project.set_quote_pairs("haber", [QuotePair(QUOTE, TRANSLATED)], target="news")
    project.rename_speaker(["haber", "news"], "Selim Karaca", "S. K.")
    project.erase(["haber"])
    assert project.alignments() == []
    (pair,) = project.quote_pairs("news")
    assert pair.source is None
    assert pair.target
    assert pair.target.speaker == "S. K."
    project.undo()
    (quote,) = project.quotes("news")
    assert quote.speaker == "Selim Karaca"
    assert "haber" not in everything(project)


@on_both
def test_a_memory_in_use_forgets_what_is_erased(project: Project) -> None:
    memory = ProjectMemory(project)
    project.import_pairs([Pair("Bakan geldi.", "The minister came.")], document="a")
    project.import_pairs([Pair("Polis gitti.", "The police left.")], document="b")
    assert len(memory) == 2
    project.erase(["b"])
    project.add(replace(TURKISH, id="c"))  # its rows may have the numbers of those that went
    assert len(memory) == 1
    assert memory.look_up("Polis gitti.") == []
    assert memory.look_up("Bakan geldi.")[0].target == "The minister came."


@pytest.fixture
def forgetful() -> Iterator[None]:
    """SQLite as most have it: Debian's overwrites what is deleted by itself."""

    def off(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA secure_delete=OFF")

    event.listen(Engine, "connect", off)
    yield
    event.remove(Engine, "connect", off)


@pytest.mark.usefixtures("forgetful")
def test_no_trace_is_left_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "news.dragoman"
    with Project.open(path) as project:
        project.add(TURKISH, {"1.0": Hypothesis("Ministerial secret.", "m")})
        project.edit("haber", "1.0", "Open secret.", version=10**6, why="because")
        project.add(replace(ENGLISH, id="other"))
    words = ("haber", "Bakan", "bakan", "secret", "because")
    assert run(["erase", "haber", "--project", str(path), "--yes"]) == 0
    left = b"".join(file.read_bytes() for file in tmp_path.glob("news.dragoman*") if file.is_file())
    assert not [word for word in words if word.encode() in left]
    (backup,) = (tmp_path / "news.dragoman.backups").iterdir()
    said = capsys.readouterr().err
    assert "1 proposal" in said
    assert str(backup) in said
    with Project.open(backup) as copy:
        assert [d.id for d in copy.documents()] == ["haber", "other"]


def test_nothing_is_erased_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from ui.cli import dragoman

    path = str(tmp_path / "news.dragoman")
    with Project.open(path) as project:
        project.add(TURKISH)
    asked = CliRunner().invoke(dragoman, ["erase", "haber", "--project", path], input="n\n")
    assert "haber" in asked.output
    assert asked.exit_code == 1
    assert run(["erase", "nobody", "--project", path, "--yes"]) == 1
    assert "there is no document nobody" in capsys.readouterr().err
    with Project.open(path) as project:
        assert [d.id for d in project.documents()] == ["haber"]
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == []
