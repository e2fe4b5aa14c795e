"""What was saved is there: after kill -9, a full disk, a read-only folder, two writers at once, and a new version."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from sqlalchemy import create_engine
from stores import TURKISH, on_both, place

from corpora.bitext import Pair
from corpora.errors import StoreError
from corpora.store import Project, migrating
from corpora.store.schema import metadata

SEGMENTS = 50
# Saves one segment after another and says so after each; the number of the save is its text.
SAVING = """
import sys
from corpora.errors import Conflict
from corpora.store import Project
place, person, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Project.open(place, person=person) as project:
    versions = {v.id: v.version for v in project.segments("memory")}
    for n in range(first, first + int(sys.argv[4])):
        key = f"#{n % 50}"
        try:
            saved = project.edit("memory", key, f"save {n}", version=versions[key])
        except Conflict as conflict:
            saved = project.edit("memory", key, f"save {n}", version=conflict.theirs.version)
        versions[key] = saved.version
        print(n, flush=True)
"""


@pytest.fixture
def where(kind: str, tmp_path: Path) -> Iterator[str]:
    with place(kind, tmp_path) as found:
        yield found


def fill(where: str) -> None:
    with Project.open(where, person="Zeynep") as project:
        project.import_pairs([Pair(f"s{n}", "new") for n in range(SEGMENTS)], document="memory")


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines(stream: IO[str] | None) -> Iterator[str]:
    assert stream
    yield from stream


def saved(where: str) -> list[int]:
    """The number of the last save of each segment; the database is sound."""
    with Project.open(where) as project:
        assert project.check() == []
        return [
            int(v.target.removeprefix("save ").replace("new", "-1"))
            for v in project.segments("memory")
        ]


@on_both
def test_every_acknowledged_save_survives_kill_9(where: str) -> None:
    fill(where)
    process = child(SAVING, where, "Ayşe", 0, 500)
    acknowledged = -1
    for line in lines(process.stdout):
        acknowledged = int(line)
        if acknowledged == 130:
            process.kill()
    process.communicate()
    assert 130 <= acknowledged < 499
    held = saved(where)
    for key, number in enumerate(held):
        last = max((n for n in range(acknowledged + 1) if n % SEGMENTS == key), default=-1)
        # One save may have been made and not been told.
        assert number == last or number == acknowledged + 1, f"segment {key}"
    with Project.open(where, person="Ayşe") as project:
        project.undo()
        assert len(project.history(person="Ayşe", limit=None)) in {
            acknowledged + 1,
            acknowledged + 2,
        }


@on_both
def test_two_processes_save_at_once(where: str) -> None:
    fill(where)
    both = [
        child(SAVING, where, person, first, 60) for person, first in (("Ayşe", 0), ("Mehmet", 1000))
    ]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert len(out.split()) == 60
    assert set(saved(where)) <= {*range(10, 60), *range(1010, 1060)}
    with Project.open(where) as project:
        texts = [e.after for e in project.history(limit=None) if e.kind == "edit"]
    assert sorted(texts) == sorted(f"save {n}" for n in (*range(60), *range(1000, 1060)))


@on_both
def test_exports_that_are_read_slowly_keep_nobody_out(where: str) -> None:
    with Project.open(where) as project:
        project.import_pairs(
            [Pair(f"Soru {n}", f"Question {n}") for n in range(3)], document="memory"
        )
        held = [project.pairs() for _ in range(20)]
        assert {next(pairs).source for pairs in held} == {"Soru 0"}
        project.import_pairs([Pair("Son", "Last")], document="memory")
        assert [next(pairs).source for pairs in held] == ["Soru 1"] * 20
        for pairs in held:
            pairs.close()  # type: ignore[attr-defined]


@on_both
def test_several_processes_make_the_project_at_once(where: str) -> None:
    code = "import sys; from corpora.store import Project; Project.open(sys.argv[1]).close()"
    started = [child(code, where) for _ in range(3)]
    for process in started:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    fill(where)


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    where = tmp_path / "news.dragoman"
    fill(str(where))
    limit = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
"""
    process = child(limit + SAVING, where, "Ayşe", 0, 500)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "corpora.errors.StoreError" in err
    assert "nothing of" in err
    acknowledged = [int(n) for n in out.split()]
    assert acknowledged
    held = saved(str(where))
    assert max(held) == acknowledged[-1]
    with Project.open(where, person="Ayşe") as project:
        project.undo()
        project.edit("memory", "#7", "there is room again", version=10**6)


def test_no_room_for_a_new_project_leaves_no_half_of_one(tmp_path: Path) -> None:
    where = tmp_path / "news.dragoman"
    code = """
import resource, signal, sys
from corpora.store import Project
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
Project.open(sys.argv[1])
"""
    process = child(code, where)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "corpora.errors.StoreError" in err
    fill(str(where))
    assert set(saved(str(where))) == {-1}


def test_a_read_only_folder_is_said_and_nothing_changes() -> None:
    # Not below pytest's own folder, which is closed to the user that root turns into here.
    root = Path(tempfile.mkdtemp())
    try:
        root.chmod(0o755)
        folder = root / "closed"
        folder.mkdir()
        where = folder / "news.dragoman"
        fill(str(where))
        before = where.read_bytes()
        where.chmod(0o444)
        folder.chmod(0o555)
        code = """
import os, sys, tempfile
from corpora.errors import StoreError
from corpora.store import Project
with tempfile.TemporaryDirectory() as folder, Project.open(folder + "/first.dragoman") as project:
    project.documents()  # loads all it needs while it may
if os.geteuid() == 0:
    os.setegid(65534), os.seteuid(65534)
for name in ("news", "other"):
    try:
        with Project.open(f"{sys.argv[1]}/{name}.dragoman", person="Ayşe") as project:
            project.edit("memory", "#0", "x", version=0)
    except StoreError as error:
        print(error)
"""
        process = child(code, folder)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        told = out.splitlines()
        assert len(told) == 2
        assert all("folder" in line for line in told)
        assert where.read_bytes() == before
        assert [p.name for p in folder.iterdir()] == ["news.dragoman"]
    finally:
        shutil.rmtree(root)


def test_backups_are_whole_and_the_latest_ten_are_kept(tmp_path: Path) -> None:
    where = tmp_path / "news.dragoman"
    fill(str(where))
    with Project.open(where, person="Ayşe") as project:
        stop = threading.Event()

        def write() -> None:
            n = 0
            while not stop.is_set():
                project.edit("memory", f"#{n % SEGMENTS}", f"save {n}", version=10**6)
                n += 1

        writer = threading.Thread(target=write)
        writer.start()
        made = [project.backup() for _ in range(12)]
        stop.set()
        writer.join()
        elsewhere = project.backup(tmp_path / "elsewhere" / "copy.dragoman")
    kept = sorted((tmp_path / "news.dragoman.backups").iterdir())
    assert kept == made[2:]
    assert len(saved(str(kept[0]))) == SEGMENTS
    assert saved(str(elsewhere)) == saved(str(where))


def test_a_backup_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        Project.open(tmp_path / "news.dragoman") as project,
        pytest.raises(StoreError, match="cannot write a backup"),
    ):
        project.backup(tmp_path / "file" / "copy.dragoman")


def revision(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    connection.close()
    return found


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])  # as it is used, and as a backup lies there
def test_a_newer_project_is_refused_unharmed(tmp_path: Path, journal: str) -> None:
    where = tmp_path / "news.dragoman"
    fill(str(where))
    with sqlite3.connect(where) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.close()
    before = where.read_bytes()
    with pytest.raises(StoreError, match="newer version of Dragoman"):
        Project.open(where)
    assert where.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["news.dragoman"]


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    """A project as the first version made it, with a segment in it."""
    where = tmp_path / "old.dragoman"
    engine = create_engine(f"sqlite:///{where}")
    migrating.upgrade(engine, "0001")
    engine.dispose()
    with sqlite3.connect(where) as connection:
        connection.execute(
            "INSERT INTO documents (id, name, lang, target_lang, added) VALUES (1, 'd', 'tr', 'en', '2026-11-23T00:00:00+00:00')"
        )
        connection.execute("INSERT INTO blocks (document, number, kind) VALUES (1, 0, 'paragraph')")
        connection.execute(
            "INSERT INTO segments (document, key, block, start, source, target, status, created, changed, version) VALUES "
            "(1, '0.0', 0, 0, 'Bir.', 'One.', 'edited', '2026-11-23T00:00:00+00:00', '2026-11-23T00:00:00+00:00', 0)"
        )
    connection.close()
    return where


def test_an_older_project_is_brought_up_to_date_after_a_backup(oldest: Path) -> None:
    with Project.open(oldest) as project:
        assert [(p.source, p.target) for p in project.pairs()] == [("Bir.", "One.")]
        project.edit("d", "0.0", "1.", version=0)
    backup = next((oldest.parent / "old.dragoman.backups").iterdir())
    assert revision(backup) == "0001"
    assert revision(oldest) > "0001"
    Project.open(oldest).close()
    assert len(list(backup.parent.iterdir())) == 1


def test_a_migration_that_fails_leaves_the_project_as_it_was(oldest: Path) -> None:
    with sqlite3.connect(oldest) as connection:
        connection.execute("CREATE TABLE segment_words (in_the_way)")
    connection.close()
    with pytest.raises(StoreError, match="segment_words"):
        Project.open(oldest)
    assert revision(oldest) == "0001"
    assert len(list((oldest.parent / "old.dragoman.backups").iterdir())) == 1
    with sqlite3.connect(oldest) as connection:
        connection.execute("DROP TABLE segment_words")
    connection.close()
    with Project.open(oldest) as project:
        assert project.segment("d", "0.0").target == "One."


def test_migrations_are_named_after_their_revisions() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    chain = ScriptDirectory.from_config(config).walk_revisions()
    assert migrating.revisions() == [r.revision for r in chain][::-1]


def test_opening_an_up_to_date_project_loads_no_alembic(tmp_path: Path) -> None:
    where = tmp_path / "news.dragoman"
    fill(str(where))
    code = "import sys; from corpora.store import Project; Project.open(sys.argv[1]).close(); print('alembic' in sys.modules)"
    out, err = child(code, where).communicate(timeout=60)
    assert out == "False\n", err


@on_both
def test_the_migrations_make_the_tables_of_the_schema(where: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    ours = set(metadata.tables)

    def include(_: Any, name: str, kind: str, __: Any, other: Any) -> bool:
        # Tables and indexes of the word search are made in SQL, and are no part of the schema.
        return (
            name in ours
            if kind == "table"
            else kind != "index" or other is not None or "words" not in name
        )

    with Project.open(where) as project, project.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_what_is_no_project_is_refused_unharmed(tmp_path: Path) -> None:
    letter, other = tmp_path / "letter.txt", tmp_path / "other.db"
    letter.write_text("Sayın Bakan, " * 100)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE other (a)")
    connection.close()
    for path in (letter, other):
        before = path.read_bytes()
        with pytest.raises(StoreError, match=path.name):
            Project.open(path)
        assert path.read_bytes() == before
    with pytest.raises(StoreError, match="is a folder"):
        Project.open(tmp_path)
    with pytest.raises(StoreError, match="there is no folder"):
        Project.open(tmp_path / "no" / "news.dragoman")
    with pytest.raises(StoreError, match="there is no project"):
        Project.open(tmp_path / "news.dragoman", create=False)
    with pytest.raises(StoreError, match="postgresql:// address"):
        Project.open("mysql://user:secret@host/db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt", "other.db"]


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(StoreError, match=r"postgresql://ayse:\*\*\*@127\.0\.0\.1:1/db: "):
        Project.open("postgresql://ayse:secret@127.0.0.1:1/db")


def test_odd_names_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("haber ağı?x=1#2%20.dragoman", ":memory:", "plain"):
        with Project.open(name) as project:
            project.add(TURKISH)
        assert (tmp_path / name).stat().st_size
        with Project.open(name) as project:
            assert len(project.documents()) == 1
            assert project.backup().exists()


def test_a_document_of_ten_thousand_segments_is_paged_at_once(tmp_path: Path) -> None:
    with Project.open(tmp_path / "news.dragoman", person="Ayşe") as project:
        project.import_pairs(
            [Pair(f"Cümle {n}.", f"Sentence {n}.") for n in range(10_000)], document="long"
        )

        def seconds(action: Any) -> float:
            times = []
            for _ in range(5):
                started = time.perf_counter()
                action()
                times.append(time.perf_counter() - started)
            return min(times)

        # Some milliseconds each where nothing else runs; a query that reads the whole document would take a second.
        assert seconds(lambda: project.segments("long", start=9_900, limit=50)) < 0.1
        assert seconds(lambda: project.segment("long", "#9999")) < 0.1
        number = iter(range(10))
        assert (
            seconds(lambda: project.edit("long", "#5000", f"{next(number)}", version=10**6)) < 0.1
        )
    assert (tmp_path / "news.dragoman").stat().st_size < 10_000_000
