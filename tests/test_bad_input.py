"""What can go wrong on a user's side: one clear line each, exit code 1, and nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import LEXICON
from loopback_hub import NAME, Hub

from ui.cli import run

ROOT = Path(__file__).parent.parent
Refused = Callable[..., str]


@pytest.fixture
def refused(toy_engine: object, capfd: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that fails; returns the one line that says why."""

    def command(*arguments: str | Path) -> str:
        assert run([str(a) for a in arguments]) == 1
        out, err = capfd.readouterr()
        assert not out
        return one_line(err)

    return command


def one_line(said: str) -> str:
    assert said.startswith("dragoman: ")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return said


@pytest.fixture
def translate(refused: Refused, toy_folder: Path) -> Refused:
    return lambda *arguments: refused("translate", "--model", toy_folder, "--beam", "1", *arguments)


# Inputs


def test_a_missing_file(translate: Refused, tmp_path: Path) -> None:
    assert f"there is no file or folder {tmp_path / 'no.txt'}" in translate(tmp_path / "no.txt")


def test_a_folder_without_articles(translate: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert f"there is no article in {tmp_path / 'empty'}; read are .txt" in translate(tmp_path / "empty")  # fmt: skip


def test_a_folder_of_translations_only(translate: Refused, tmp_path: Path) -> None:
    (tmp_path / "a.en.txt").write_text("A minister.")
    assert "but those named .en" in translate(tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", bytes(range(256)) * 20, "binary file"),
        ("a.txt", b"%PDF-1.7\n\xe2\xe3", "is a PDF; save its text"),
        ("a.jpg", b"\xff\xd8\xff\xe0", ".jpg files are not read"),
        ("a.docx", b"PK\x03\x04 cut off", "a.docx"),
        ("a.docx", b"no archive", "a.docx"),
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\r\n", "is empty"),
        ("a.txt", b"***\n---\n", "has no text to translate"),
        ("a.html", b"<html><body></body></html>", "has no text"),
        ("a.txt", "Привет, мир! Как дела?".encode("koi8-r"), "neither UTF-8 nor a Turkish encoding"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_text(translate: Refused, tmp_path: Path, name: str, data: bytes, says: str) -> None:  # fmt: skip
    path, out = tmp_path / name, tmp_path / "out" / "made.txt"
    path.write_bytes(data)
    assert says in translate(path)
    assert says in translate(path, "-o", out)
    assert not out.parent.exists()
    assert path.read_bytes() == data


def test_a_wrong_encoding(translate: Refused, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Çocuk güzel.".encode("cp1254"))
    assert "is not in utf-8: byte 0 does not fit" in translate(path, "--encoding", "utf-8")
    assert "there is no encoding named 'utf-9'" in translate(path, "--encoding", "utf-9")
    assert "there is no format 'word'" in translate(path, "--format", "word")


def test_an_empty_pipe(toy_folder: Path, shared_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui", "translate", "--model", str(toy_folder)],
        input="", capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "is empty" in one_line(done.stderr)


def test_a_sentence_of_ten_thousand_characters(
    toy_folder: Path, toy_engine: object, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No fault at all: it comes out whole."""
    words = sorted(LEXICON) * 40
    path = tmp_path / "a.txt"
    path.write_text(" ".join(words) + ".", "utf-8")
    assert path.stat().st_size > 10_000
    assert run(["translate", "--model", str(toy_folder), "--beam", "1", str(path)]) == 0
    out, err = capfd.readouterr()
    assert len(out.split()) == len(words)
    assert err.startswith("1 sentences in ")


def test_no_network_for_an_address(translate: Refused) -> None:
    assert "example.invalid" in translate("https://example.invalid/haber.html")


def test_an_address_inside_the_house(translate: Refused) -> None:
    assert "127.0.0.1" in translate("http://127.0.0.1:9/haber.html")


# Models


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text("Bakan geldi.\n")
    return path


def test_an_unknown_model(refused: Refused, home: Path, article: Path) -> None:
    assert "on this machine: tr-en" in refused("translate", "--model", "nothing", article)
    assert "dragoman models pull Some/one" in refused("translate", "--model", "Some/one", article)
    assert "no config.json in it" in refused("translate", "--model", article.parent, article)


def test_a_half_downloaded_model(hub: Hub, home: Path, refused: Refused, article: Path, capfd: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    hub.cut_after = 100_000
    assert run(["models", "pull", NAME]) == 1
    capfd.readouterr()
    assert f"half downloaded; finish with: dragoman models pull {NAME}" in refused(
        "translate", "--model", NAME, article
    )


def test_a_damaged_model(refused: Refused, home: Path, toy_folder: Path, article: Path, tmp_path: Path) -> None:  # fmt: skip
    import shutil

    broken = Path(shutil.copytree(toy_folder, tmp_path / "broken"))
    (broken / "model.safetensors").write_bytes(b"half")
    for engine in ("ct2", "torch"):
        assert str(broken) in refused("translate", "--model", broken, "--engine", engine, article)


def test_no_network_for_a_model(home: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # discard: nobody listens
    assert "cannot reach the hub" in refused("models", "pull", NAME)


def test_a_cache_that_cannot_be_written(
    refused: Refused, toy_folder: Path, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a folder should be: root may write into any folder")
    monkeypatch.setenv("DRAGOMAN_HOME", str(blocked))
    assert "set DRAGOMAN_HOME to a folder" in refused("translate", "--model", toy_folder, article)


# Disks


def limited(size: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that cannot write a file of more than ``size`` bytes."""
    return subprocess.run(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        cwd=ROOT, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_full_disk_leaves_the_old_result(toy_folder: Path, toy_engine: object, tmp_path: Path) -> None:  # fmt: skip
    articles, out = tmp_path / "articles", tmp_path / "out"
    articles.mkdir()
    out.mkdir()
    (out / "b.en.txt").write_text("old")
    (articles / "a.tr.txt").write_text("Bakan geldi.\n")
    (articles / "b.tr.txt").write_text("Adam gitti.\n" * 400)
    (articles / "c.tr.txt").write_text("Kadın gördü.\n")
    done = limited(2000, "translate", "--model", toy_folder, "--beam", "1", articles, "-o", out)
    assert done.returncode == 1
    assert f"cannot write {out / 'b.en.txt'}" in one_line(done.stderr)
    # The job ends there: nor could the third be kept.
    assert {p.name: p.read_text() for p in out.glob("*.txt")} == {"a.en.txt": "Minister came.\n", "b.en.txt": "old"}  # fmt: skip
    assert {p.name for p in out.iterdir()} == {"a.en.txt", "b.en.txt", ".dragoman.jsonl"}


def test_a_full_disk_while_a_model_is_converted(toy_folder: Path, article: Path, home: Path) -> None:  # fmt: skip
    done = limited(100_000, "translate", "--model", toy_folder, "--beam", "1", article)
    assert (done.returncode, done.stdout) == (1, "")
    assert "set DRAGOMAN_HOME to a folder that can be written and has room" in one_line(done.stderr)
    assert [p for p in (home / "converted").iterdir() if p.is_dir()] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output(toy_folder: Path, toy_engine: object, article: Path) -> None:  # fmt: skip
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ui", "translate", "--model", str(toy_folder), "--beam", "1", str(article)],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in one_line(done.stderr)


def test_an_output_where_none_can_be(translate: Refused, article: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    assert f"cannot write {blocked / 'made.txt'}" in translate(article, "-o", blocked / "made.txt")
    assert blocked.read_text() == "a file"
