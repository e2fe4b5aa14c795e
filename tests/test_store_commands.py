"""history, undo, redo, backup and stats, as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from stores import TURKISH

from corpora.store import Hypothesis, Project
from ui.cli import run


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which Ayşe edited a segment and Mehmet approved another; named by the environment, as is Ayşe."""
    path = tmp_path / "news.dragoman"
    with Project.open(path, person="Ayşe") as project:
        project.add(TURKISH, {"1.0": Hypothesis("Minister came.", "tr-en")})
        project.edit("haber", "1.0", "The minister\tcame.", version=10**6, why="article")
        project.by("Mehmet").set_status("haber", "1.1", "rejected", version=10**6)
    monkeypatch.setenv("DRAGOMAN_PROJECT", str(path))
    monkeypatch.setenv("DRAGOMAN_PERSON", "Ayşe")
    return path


def test_history(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["history"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in out if line[0].isdigit()] == ["3", "2", "1"]
    assert "  Ayşe  edit  haber 1.0" in out[3]
    assert out[4:7] == ["    - Minister came.", "    + The minister came.", "    because article"]
    assert run(["history", "haber", "--segment", "1.1", "--to", "json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    assert (event["person"], event["kind"], event["before"], event["after"]) == (
        "Mehmet",
        "status",
        "new",
        "rejected",
    )
    assert run(["history", "--person", "Ayşe", "--limit", "1", "--to", "tsv"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [len(row) for row in rows] == [10, 10]
    assert rows[1][7] == "The minister came."


def test_undo_and_redo_are_a_persons_own(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["undo"]) == 0
    assert "edit (undone)  haber 1.0" in capsys.readouterr().out
    with Project.open(db) as project:
        assert project.segment("haber", "1.0").target == "Minister came."
        assert project.segment("haber", "1.1").status == "rejected"
    assert run(["redo"]) == 0
    assert run(["undo", "3"]) == 1
    assert capsys.readouterr().err == "dragoman: change 3 is Mehmet's; everybody undoes their own\n"
    assert run(["undo", "3", "--person", "Mehmet"]) == 0
    assert run(["redo", "3", "--person", "Mehmet"]) == 0
    assert run(["redo"]) == 1
    assert "Ayşe has nothing to redo here" in capsys.readouterr().err


def test_a_backup_is_put_back_over_a_project_that_crashed(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backup"]) == 0
    made = Path(capsys.readouterr().out.strip())
    assert made.parent == tmp_path / "news.dragoman.backups"
    crashed = tmp_path / "crashed.dragoman"
    with Project.open(db) as project:
        for n in range(20):
            project.edit("haber", "1.0", f"after the backup {n}", version=10**6)
        for suffix in ("", "-wal"):  # as kill -9 leaves them
            shutil.copy(f"{db}{suffix}", f"{crashed}{suffix}")
    assert run(["backup", str(crashed), "--project", str(made)]) == 0
    with Project.open(crashed) as project:
        assert project.check() == []
        assert project.segment("haber", "1.0").target == "The minister\tcame."
    assert run(["backup", str(db)]) == 1
    assert "is the project itself" in capsys.readouterr().err


def test_stats(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stats", "--check"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert {
        "documents\t1",
        "segments\t6",
        "edited\t1",
        "by Mehmet\t1",
        "haber\t0 of 6 approved",
    } <= set(out)
    assert run(["stats", "--to", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], data["segments"], data["people"]) == (1, 6, {"Ayşe": 2, "Mehmet": 1})
    assert data["documents"][0]["status"] == {"new": 4, "edited": 1, "rejected": 1}


def test_damage_is_found(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    with sqlite3.connect(db) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE comments SET segment = 99")
        connection.execute("INSERT INTO comments (segment) VALUES (99)")
    connection.close()
    assert run(["stats", "--check"]) == 1
    assert "dragoman: comments row 1 points at no row of segments" in capsys.readouterr().err


def test_wrong_usage(
    db: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["history", "--segment", "1.0"]) == 2
    assert run(["history", "--project", str(db.parent / "no.dragoman")]) == 1
    assert "there is no project" in capsys.readouterr().err
    assert not (db.parent / "no.dragoman").exists()
    monkeypatch.delenv("DRAGOMAN_PROJECT")
    assert run(["stats"]) == 2
