"""`dragoman models list | pull | info | use | remove`, against a hub on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_hub import NAME, SHA, Hub

from mt import models
from ui.cli import run

Capture = pytest.CaptureFixture[str]


def ok(capfd: Capture, *arguments: str) -> str:
    """What a command prints that succeeds."""
    assert run(["models", *arguments]) == 0
    return capfd.readouterr().out


def refused(capfd: Capture, *arguments: str) -> str:
    """The one line that a command says that fails."""
    assert run(["models", *arguments]) == 1
    out, err = capfd.readouterr()
    assert not out
    assert err.startswith("dragoman: ")
    assert err.count("\n") == 1
    return err


def test_at_first_there_is_the_bundled_model(home: Path, capfd: Capture) -> None:
    (line,) = ok(capfd, "list").splitlines()
    assert line.startswith("* tr-en\tbundled\t")
    assert not home.exists()


def test_a_model_is_pulled_listed_used_and_removed(hub: Hub, home: Path, capfd: Capture) -> None:
    assert run(["models", "pull", NAME]) == 0
    out, err = capfd.readouterr()
    name, revision, folder = out.rstrip("\n").split("\t")
    assert (name, revision) == (NAME, SHA["main"])
    assert Path(folder).is_relative_to(home)
    assert f"{NAME}: model.safetensors" in err.splitlines()

    lines = ok(capfd, "list").splitlines()
    assert lines[0].startswith("* tr-en\t")
    assert lines[1] == f"  {NAME}\thub\t26 MB\t{SHA['main'][:12]}"

    assert ok(capfd, "use", NAME) == f"{NAME}\n"
    assert [line[0] for line in ok(capfd, "list").splitlines()] == [" ", "*"]
    assert run(["translate", "--beam", "1", str(article(home))]) == 0
    assert capfd.readouterr().out == "Minister came.\n"

    assert ok(capfd, "remove", NAME).startswith(f"{NAME}: ")
    assert ok(capfd, "list").startswith("* tr-en\t")
    assert "not on this machine" in refused(capfd, "info", NAME)


def article(home: Path) -> Path:
    path = home.parent / "article.tr.txt"
    path.write_text("Bakan geldi.\n")
    return path


def test_a_revision_is_pinned(hub: Hub, home: Path, capfd: Capture) -> None:
    assert ok(capfd, "pull", NAME, "--revision", "v2").split("\t")[1] == SHA["v2"]
    assert f"revision\t{SHA['v2']}\n" in ok(capfd, "info", NAME)


def test_info_shows_where_a_model_is_and_its_card(hub: Hub, home: Path, capfd: Capture) -> None:
    ok(capfd, "pull", NAME)
    about, _, card = ok(capfd, "info", NAME).partition("\n\n")
    values = dict(line.split("\t") for line in about.splitlines())
    assert values["name"] == NAME
    assert values["origin"] == "hub"
    assert values["revision"] == SHA["main"]
    assert Path(values["folder"]).is_dir()
    assert values["size"].endswith(" MB")
    assert "A toy." in card


def test_info_of_no_name_is_about_the_model_in_use(home: Path, toy_folder: Path, capfd: Capture) -> None:  # fmt: skip
    assert "name\ttr-en\n" in ok(capfd, "info")
    ok(capfd, "use", str(toy_folder))
    assert f"folder\t{toy_folder}\n" in ok(capfd, "info")
    assert f"* {toy_folder}\tfolder" in ok(capfd, "list").splitlines()


def test_a_pull_that_broke_off_says_so_and_goes_on(hub: Hub, home: Path, capfd: Capture) -> None:
    hub.cut_after = 1_000_000
    assert run(["models", "pull", NAME]) == 1
    assert "what was loaded is kept" in capfd.readouterr().err.splitlines()[-1]
    assert f"finish with: dragoman models pull {NAME}" in refused(capfd, "info", NAME)
    assert f"finish with: dragoman models pull {NAME}" in refused(capfd, "use", NAME)
    hub.status = 0
    ok(capfd, "pull", NAME)
    ok(capfd, "use", NAME)


def test_a_half_downloaded_model_is_removed(hub: Hub, home: Path, capfd: Capture) -> None:
    hub.cut_after = 1_000_000
    assert run(["models", "pull", NAME]) == 1
    capfd.readouterr()
    ok(capfd, "remove", NAME)
    assert "not on this machine" in refused(capfd, "info", NAME)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["pull", "Nobody/nothing"], "the hub does not give Nobody/nothing"),
        (["pull", NAME, "--revision", "v9"], "at 'v9'"),
        (["pull", "nothing"], "is no hub id; it should look like"),
        (["info", "nothing"], "there is no model called 'nothing'; on this machine: tr-en"),
        (["use", "nothing"], "there is no model called 'nothing'"),
        (["remove", "tr-en"], "was neither pulled nor adapted here, so it is not ours to remove"),
        (["remove", NAME], f"get it with: dragoman models pull {NAME}"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    hub: Hub, home: Path, capfd: Capture, arguments: list[str], says: str
) -> None:
    assert says in refused(capfd, *arguments)


def test_a_model_that_does_not_work_is_not_put_to_use(home: Path, toy_folder: Path, tmp_path: Path, capfd: Capture) -> None:  # fmt: skip
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text((toy_folder / "config.json").read_text())
    refused(capfd, "use", str(broken))
    assert models.in_use() == "tr-en"


@pytest.mark.parametrize("arguments", [[], ["pull"], ["remove"], ["use"], ["list", "more"], ["buy"]])  # fmt: skip
def test_wrong_usage(home: Path, capfd: Capture, arguments: list[str]) -> None:
    assert run(["models", *arguments]) == 2
    assert not capfd.readouterr().out
