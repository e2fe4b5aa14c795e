"""Pulling models from a hub, which a server on loopback plays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loopback_hub import NAME, SHA, Hub

from corpora.errors import ModelError, ModelNotFound, OutputError
from mt import models
from mt.hub import pull


def test_a_pulled_model_is_there_by_name_and_works(hub: Hub, home: Path) -> None:
    told: list[str] = []
    info = pull(NAME, report=told.append)
    assert (info.name, info.origin, info.revision) == (NAME, "hub", SHA["main"])
    assert info.folder.is_relative_to(home)
    assert {"config.json", "source.spm", "model.safetensors"} <= set(told)
    assert models.find(NAME) == info
    assert info in list(models.installed())
    from mt.translator import Translator

    engine, _ = models.load(NAME)
    assert (
        next(Translator(engine, model=NAME).segments(["Bakan geldi."])).target == "Minister came."
    )
    # The same weights in another format were not downloaded.
    assert not any("rust_model" in path for _, path, _ in hub.asked)


def test_the_card_comes_with_the_model(hub: Hub, home: Path) -> None:
    assert "A toy." in (pull(NAME).folder / "README.md").read_text()


def test_a_revision_is_pinned_to_its_commit(hub: Hub, home: Path) -> None:
    assert pull(NAME, revision="v2").revision == SHA["v2"]
    files = [path for _, path, _ in hub.asked if "/resolve/" in path]
    assert files
    assert all(f"/resolve/{SHA['v2']}/" in path for path in files)
    assert models.find(NAME).revision == SHA["v2"]


def test_pulling_twice_downloads_once(hub: Hub, home: Path) -> None:
    pull(NAME)
    hub.asked.clear()
    pull(NAME)
    assert not [path for method, path, _ in hub.asked if method == "GET" and "/resolve/" in path]


def test_a_new_revision_replaces_the_old_files(hub: Hub, home: Path) -> None:
    pull(NAME)
    config = hub.models[NAME] / "generation_config.json"
    config.write_text('{"max_length": 99}')
    info = pull(NAME, revision="v2")
    assert json.loads((info.folder / "generation_config.json").read_text()) == {"max_length": 99}


def test_a_download_that_broke_off_goes_on_where_it_stopped(hub: Hub, home: Path) -> None:
    size = (hub.models[NAME] / "model.safetensors").stat().st_size
    hub.cut_after = size // 2
    with pytest.raises(ModelError, match="kept"):
        pull(NAME)
    with pytest.raises(ModelNotFound, match=f"half downloaded.*models pull {NAME}"):
        models.find(NAME)
    assert NAME not in {m.name for m in models.installed()}
    hub.status = 0
    hub.asked.clear()
    info = pull(NAME)
    starts = [int(r[6:-1]) for _, path, r in hub.asked if "safetensors" in path and r]
    assert starts
    assert 0 < starts[0] <= size // 2
    assert (info.folder / "model.safetensors").read_bytes() == (
        hub.models[NAME] / "model.safetensors"
    ).read_bytes()


def test_what_arrives_damaged_is_not_kept(hub: Hub, home: Path) -> None:
    pull(NAME)
    models.remove(NAME)
    hub.cut_after = 12_000_000
    with pytest.raises(ModelError):
        pull(NAME)
    (part,) = home.rglob("model.safetensors.part")
    part.write_bytes(b"x" * part.stat().st_size)
    hub.status = 0
    with pytest.raises(ModelError, match="damaged"):
        pull(NAME)
    assert pull(NAME) in list(models.installed())


def test_a_new_revision_that_breaks_off_leaves_the_old_model_whole(hub: Hub, home: Path) -> None:
    old = pull(NAME)
    before = {f.name: f.read_bytes() for f in old.folder.iterdir()}
    hub.cut_after = 1_000_000
    with pytest.raises(ModelError):
        pull(NAME, revision="v2")
    assert models.find(NAME) == old
    assert {f.name: f.read_bytes() for f in old.folder.iterdir()} == before


def test_two_processes_that_pull_at_once_download_once(hub: Hub, home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: pull(NAME), range(2)))
    assert found[0] == found[1] == models.find(NAME)
    gets = [p for m, p, _ in hub.asked if m == "GET" and "safetensors" in p]
    assert len(gets) == 1


def test_a_half_downloaded_model_can_be_removed(hub: Hub, home: Path) -> None:
    hub.cut_after = 1000
    with pytest.raises(ModelError):
        pull(NAME)
    models.remove(NAME)
    with pytest.raises(ModelNotFound, match="not on this machine"):
        models.find(NAME)


def test_an_unknown_model_is_said_to_be_unknown(hub: Hub, home: Path) -> None:
    with pytest.raises(ModelError, match="Nobody/nothing"):
        pull("Nobody/nothing")
    with pytest.raises(ModelError, match="no-such-branch"):
        pull(NAME, revision="no-such-branch")


@pytest.mark.parametrize("name", ["nothing", "a/b/c", "some one/some thing", "a/..", ""])
def test_what_is_no_hub_id_is_said_to_be_none(hub: Hub, home: Path, name: str) -> None:
    with pytest.raises(ModelError, match="no hub id"):
        pull(name)
    assert not hub.asked


def test_a_model_of_another_kind_is_refused_before_its_weights_are_downloaded(
    hub: Hub, home: Path
) -> None:
    (hub.models[NAME] / "config.json").write_text('{"model_type": "t5", "architectures": ["T5"]}')
    with pytest.raises(ModelError, match="t5 model, not a Marian"):
        pull(NAME)
    assert not [p for m, p, _ in hub.asked if m == "GET" and "safetensors" in p]


def test_a_repository_without_weights_is_refused(hub: Hub, home: Path) -> None:
    (hub.models[NAME] / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="holds no model"):
        pull(NAME)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_hub_that_answers_with_an_error(hub: Hub, home: Path, status: int) -> None:
    hub.status = status
    with pytest.raises(ModelError, match=NAME) as caught:
        pull(NAME)
    assert "\n" not in str(caught.value)


def test_no_network(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # discard: nobody listens
    with pytest.raises(ModelError, match="cannot reach the hub"):
        pull(NAME)


def test_a_home_that_cannot_be_written(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a folder should be")
    monkeypatch.setenv("DRAGOMAN_HOME", str(blocked))
    with pytest.raises(OutputError, match="blocked"):
        pull(NAME)
