"""Models on this machine: found by name, converted once, refused when broken, never over the network."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpora.errors import ModelError, ModelNotFound, OutputError
from mt import models
from mt.translator import Translator


@pytest.fixture
def toy_copy(toy_folder: Path, tmp_path: Path) -> Path:
    """A copy of the toy model to spoil."""
    return Path(shutil.copytree(toy_folder, tmp_path / "copy"))


@pytest.fixture(scope="session")
def conversion(toy_engine: object, toy_folder: Path, shared_home: Path) -> Path:
    """The toy model's conversion in the shared home; read only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_HOME", str(shared_home))
        return models.converted(models.find(str(toy_folder)))


@pytest.fixture
def quick(conversion: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Conversions of the toy model take no time; returns the folders that were asked for."""
    from ctranslate2.converters import TransformersConverter

    asked: list[str] = []

    def convert(_: object, folder: str, **options: object) -> None:
        asked.append(folder)
        shutil.copytree(conversion, folder)

    monkeypatch.setattr(TransformersConverter, "convert", convert)
    return asked


def says(name: str, engine: models.EngineName = "ct2") -> str:
    """What the model of that name makes of a sentence."""
    ready, _ = models.load(name, engine)
    return next(Translator(ready, model="toy").segments(["Bakan geldi."])).target


def test_the_bundled_model_is_there_from_the_start(home: Path) -> None:
    assert [m.name for m in models.installed()] == ["tr-en"]
    info = models.find()
    assert (info.name, info.origin, models.in_use()) == ("tr-en", "bundled", "tr-en")
    assert info.size > 1_000_000


def test_a_model_folder_is_a_model(toy_folder: Path) -> None:
    assert models.find(str(toy_folder)).origin == "folder"
    assert says(str(toy_folder)) == "Minister came."


def test_both_engines_load_it(toy_folder: Path) -> None:
    engine, _ = models.load(str(toy_folder), "torch")
    assert engine.name == "torch"
    assert says(str(toy_folder), "torch") == "Minister came."


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing-here", "no model called 'nothing-here'; on this machine: tr-en"),
        ("Helsinki-NLP/opus-mt-tr-en", "dragoman models pull Helsinki-NLP/opus-mt-tr-en"),
        ("./nowhere", "no model called"),
    ],
)
def test_an_unknown_model_is_said_to_be_unknown_with_the_way_out(home: Path, name: str, says: str) -> None:  # fmt: skip
    with pytest.raises(ModelNotFound) as caught:
        models.find(name)
    assert says in str(caught.value)


def test_a_folder_that_is_no_model(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no Marian model: there is no config\.json"):
        models.find(str(tmp_path))


@pytest.mark.parametrize("file", ["vocab.json", "source.spm", "target.spm", "model.safetensors", "config.json"])  # fmt: skip
@pytest.mark.parametrize("fault", ["missing", "cut off", "empty"])
@pytest.mark.parametrize("engine", ["ct2", "torch"])
def test_a_broken_model_is_refused_in_one_sentence(
    home: Path, toy_copy: Path, file: str, fault: str, engine: models.EngineName
) -> None:
    path = toy_copy / file
    if fault == "missing":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if fault == "cut off" else b"")
    refused(toy_copy, engine)


def refused(folder: Path, engine: models.EngineName) -> str:
    with pytest.raises(ModelError) as caught:
        models.load(str(folder), engine)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 500
    return said


DAMAGE = {
    "config.json": [
        {"d_model": "many"}, {"d_model": 512}, {"encoder_layers": 2}, {"vocab_size": 100}, {"activation_function": "no"},
        {"max_position_embeddings": "x"}, {"eos_token_id": "x"},
    ],
    "tokenizer_config.json": [{"model_max_length": "x"}],
    "vocab.json": [{"</s>": "x"}],
}  # fmt: skip


@pytest.mark.parametrize("engine", ["ct2", "torch"])
@pytest.mark.parametrize(("file", "damage"), [(f, d) for f, all_ in DAMAGE.items() for d in all_])
def test_a_file_that_says_nonsense_is_refused_in_one_sentence(
    home: Path, toy_copy: Path, file: str, damage: dict[str, object], engine: models.EngineName
) -> None:
    path = toy_copy / file
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    refused(toy_copy, engine)


@pytest.mark.parametrize("file", ["config.json", "vocab.json"])
@pytest.mark.parametrize("text", ["[]", "3", "null", "\xff"])
def test_a_file_of_another_shape_is_refused_in_one_sentence(home: Path, toy_copy: Path, file: str, text: str) -> None:  # fmt: skip
    (toy_copy / file).write_bytes(text.encode("latin-1"))
    refused(toy_copy, "ct2")


@pytest.mark.parametrize("engine", ["ct2", "torch"])
@pytest.mark.parametrize("fault", ["empty", "garbage", "cut off", "no weights"])
def test_broken_weights_in_the_older_format_are_refused_in_one_sentence(
    home: Path, toy_copy: Path, fault: str, engine: models.EngineName
) -> None:
    import torch

    (toy_copy / "model.safetensors").unlink()
    torch.save([1, 2], toy_copy / "pytorch_model.bin")
    data = (toy_copy / "pytorch_model.bin").read_bytes()
    made = {"empty": b"", "garbage": b"x" * 5000, "cut off": data[:-50], "no weights": data}
    (toy_copy / "pytorch_model.bin").write_bytes(made[fault])
    refused(toy_copy, engine)


def test_weights_in_the_older_format_work(home: Path, toy_copy: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(toy_copy / "model.safetensors"), toy_copy / "pytorch_model.bin")
    (toy_copy / "model.safetensors").unlink()
    for engine in ("ct2", "torch"):
        assert says(str(toy_copy), engine) == "Minister came."  # type: ignore[arg-type]


def test_weights_that_are_not_complete_are_refused(home: Path, toy_copy: Path) -> None:
    """transformers would draw the missing ones at random, and say so in a log only."""
    from safetensors.torch import load_file, save_file

    weights = load_file(toy_copy / "model.safetensors")
    del weights["model.decoder.layers.0.fc1.weight"]
    save_file(weights, toy_copy / "model.safetensors", {"format": "pt"})
    for engine in ("ct2", "torch"):
        assert "decoder.layers.0.fc1.weight" in refused(toy_copy, engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["{}", '{"length_penalty": null, "max_length": 99}'])
def test_a_generation_config_that_says_little_is_enough(home: Path, toy_copy: Path, text: str) -> None:  # fmt: skip
    (toy_copy / "generation_config.json").write_text(text)
    assert says(str(toy_copy), "torch") == "Minister came."
    assert models.find(str(toy_copy)).length_penalty == 1.0


def test_a_damaged_length_rule_is_said(home: Path, toy_copy: Path) -> None:
    (toy_copy / "generation_config.json").write_text('{"length_penalty": "x"}')
    with pytest.raises(ModelError, match="length_penalty is 'x'"):
        _ = models.find(str(toy_copy)).length_penalty


def test_another_kind_of_model_is_refused(home: Path, toy_copy: Path) -> None:
    config = toy_copy / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"architectures": ["T5Model"], "model_type": "t5"}))  # fmt: skip
    for engine in ("ct2", "torch"):
        with pytest.raises(ModelError, match="not a Marian model"):
            models.load(str(toy_copy), engine)  # type: ignore[arg-type]


def test_a_model_that_repeats_itself_is_refused(home: Path, toy_copy: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(toy_copy / "model.safetensors")
    # Every piece translates to the same one, for ever.
    for name, weight in weights.items():
        if name.endswith("encoder_attn.v_proj.weight"):
            weights[name] = torch.zeros_like(weight)
    word = json.loads((toy_copy / "vocab.json").read_text())["▁car"]
    bias = torch.zeros_like(weights["final_logits_bias"])
    bias[0, word] = 100.0
    save_file(weights | {"final_logits_bias": bias}, toy_copy / "model.safetensors", {"format": "pt"})  # fmt: skip
    for engine in ("ct2", "torch"):
        with pytest.raises(ModelError, match=r"talks nonsense \('car car"):
            models.load(str(toy_copy), engine)  # type: ignore[arg-type]


def test_a_decoder_that_does_not_start_from_zero_is_refused_by_ct2(home: Path, toy_copy: Path) -> None:  # fmt: skip
    from safetensors.torch import load_file, save_file

    weights = load_file(toy_copy / "model.safetensors")
    shared = next(name for name in weights if name.endswith("shared.weight"))
    weights[shared][-1] = 0.5
    save_file(weights, toy_copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match="--engine torch"):
        models.load(str(toy_copy))


# The conversion


def conversions(home: Path) -> list[Path]:
    return [p for p in (home / "converted").iterdir() if p.is_dir()]


def test_a_model_is_converted_once(home: Path, toy_folder: Path, quick: list[str]) -> None:
    models.load(str(toy_folder))
    (made,) = conversions(home)
    stamp = (made / "model.bin").stat().st_mtime_ns
    models.load(str(toy_folder))
    assert conversions(home) == [made]
    assert (made / "model.bin").stat().st_mtime_ns == stamp


def test_other_weights_are_converted_anew(home: Path, toy_copy: Path, quick: list[str]) -> None:
    models.load(str(toy_copy))
    os.utime(toy_copy / "model.safetensors", ns=(1, 1))
    models.load(str(toy_copy))
    assert len(conversions(home)) == 2


@pytest.mark.parametrize("file", ["model.bin", "config.json", "shared_vocabulary.json"])
@pytest.mark.parametrize("fault", ["missing", "cut off", "empty", "garbage"])
def test_a_damaged_conversion_is_made_again(
    home: Path, toy_folder: Path, quick: list[str], file: str, fault: str
) -> None:
    folder = models.converted(models.find(str(toy_folder)))
    path = folder / file
    data = path.read_bytes()
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes({"cut off": data[: len(data) // 2], "empty": b"", "garbage": b"\xf5" * len(data)}[fault])  # fmt: skip
    for _ in range(2):
        assert says(str(toy_folder)) == "Minister came."
        assert len(quick) == 2


def test_a_conversion_that_is_made_again_replaces_the_old_one(
    home: Path, toy_folder: Path, quick: list[str]
) -> None:
    info = models.find(str(toy_folder))
    folder = home / "converted" / models.converted(info).name
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "config.json").write_text("what an interrupted clean-up has left")
    assert says(str(toy_folder)) == "Minister came."
    assert conversions(home) == [folder]


def test_a_conversion_that_is_there_is_only_read(home: Path, toy_folder: Path, conversion: Path) -> None:  # fmt: skip
    """So a cache that cannot be written any more does for what is in it."""
    shutil.copytree(conversion, home / "converted" / conversion.name)
    before = {p: p.stat().st_mtime_ns for p in [home, *home.rglob("*")]}
    assert says(str(toy_folder)) == "Minister came."
    assert {p: p.stat().st_mtime_ns for p in [home, *home.rglob("*")]} == before


# Stops when all is converted but for the last step, until it is told to go on. A conversion that is given is copied.
_CONVERT = """
import pathlib, shutil, sys
from mt import models
if len(sys.argv) > 2:
    models._convert = lambda _, folder: pathlib.Path(shutil.copytree(sys.argv[2], f"{folder}.part")).rename(folder)
rename = pathlib.Path.rename
def slowly(*names):
    print("NOW", flush=True)
    sys.stdin.readline()
    return rename(*names)
pathlib.Path.rename = slowly
print(models.converted(models.find(sys.argv[1])))
"""


@contextmanager
def converting(home: Path, *arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, in the middle of a conversion."""
    with subprocess.Popen(
        [sys.executable, "-c", _CONVERT, *map(str, arguments)],
        env=os.environ | {"DRAGOMAN_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "NOW"
        yield process
        process.kill()


def test_of_two_processes_one_converts_and_the_other_waits(
    home: Path, toy_folder: Path, conversion: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = models.find(str(toy_folder))
    monkeypatch.setattr(models, "_convert", lambda *_: pytest.fail("converted twice"))
    with ThreadPoolExecutor(1) as us, converting(home, toy_folder, conversion) as other:
        waiting = us.submit(models.converted, info)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        out, _ = other.communicate("go on\n", timeout=60)
        assert waiting.result(timeout=60) == Path(out.strip())
    assert other.returncode == 0
    assert says(str(toy_folder)) == "Minister came."


def test_a_conversion_that_is_killed_is_made_by_the_next(home: Path, toy_folder: Path) -> None:
    with converting(home, toy_folder) as other:
        other.kill()
    assert [p.suffix for p in conversions(home)] == [".part"]
    assert says(str(toy_folder)) == "Minister came."
    (made,) = conversions(home)
    assert made.suffix != ".part"


def test_a_home_that_cannot_be_written(toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a folder should be")
    monkeypatch.setenv("DRAGOMAN_HOME", str(blocked))
    with pytest.raises(OutputError, match="DRAGOMAN_HOME"):
        models.load(str(toy_folder))
    with pytest.raises(OutputError, match="blocked"):
        models.use("tr-en")


def test_a_full_disk(home: Path, toy_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(models, "_convert", full)
    with pytest.raises(OutputError, match=r"No space left on device.*has room"):
        models.load(str(toy_folder))


# Use and removal


def pretend_pulled(home: Path, toy: Path, name: str) -> Path:
    folder = Path(shutil.copytree(toy, home / "models" / name.replace("/", "--")))
    (folder / "dragoman.json").write_text(json.dumps({"name": name, "revision": "c" * 40}))
    return folder


def test_the_model_in_use_is_used_where_none_is_named(home: Path, toy_folder: Path) -> None:
    pretend_pulled(home, toy_folder, "a/b")
    models.use("a/b")
    assert models.in_use() == models.find().name == "a/b"
    models.use("tr-en")
    assert models.find().name == "tr-en"


def test_a_folder_in_use_is_found_from_anywhere(home: Path, toy_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(toy_folder.parent)
    models.use(f"./{toy_folder.name}")
    monkeypatch.chdir("/")
    assert models.find().folder == toy_folder


def test_removing_a_model_removes_its_conversion_and_no_other(home: Path, toy_folder: Path, quick: list[str]) -> None:  # fmt: skip
    for name in ("a/b", "a/b-c"):
        pretend_pulled(home, toy_folder, name)
        models.converted(models.find(name))
    models.use("a/b")
    assert models.remove("a/b") > 1_000_000
    assert [m.name for m in models.installed()] == ["tr-en", "a/b-c"]
    (left,) = conversions(home)
    assert left.name.startswith("a--b-c-")
    assert models.in_use() == "tr-en"


def test_only_what_was_pulled_is_removed(home: Path, toy_copy: Path) -> None:
    for name in ("tr-en", str(toy_copy)):
        with pytest.raises(ModelError, match="not ours to remove"):
            models.remove(name)
    assert (toy_copy / "config.json").exists()
    with pytest.raises(ModelNotFound):
        models.remove("a/b")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"model": 3}', '{"other": "x"}'])
def test_damaged_settings_mean_the_bundled_model(home: Path, damage: str) -> None:
    home.mkdir()
    (home / "settings.json").write_text(damage)
    assert models.find().name == "tr-en"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"name": "a/b"}'])
def test_a_damaged_marker_counts_as_half_downloaded(home: Path, toy_folder: Path, damage: str) -> None:  # fmt: skip
    (pretend_pulled(home, toy_folder, "a/b") / "dragoman.json").write_text(damage)
    assert [m.name for m in models.installed()] == ["tr-en"]
    with pytest.raises(ModelNotFound, match="half downloaded"):
        models.find("a/b")


# Offline


def test_translating_touches_no_network(toy_folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def no_network(*_: object) -> None:
        raise AssertionError("the network was touched")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    for engine in ("ct2", "torch"):
        assert says(str(toy_folder), engine) == "Minister came."  # type: ignore[arg-type]
    pretend_pulled(home, toy_folder, "a/b")
    assert says("a/b") == "Minister came."


def test_loading_a_converted_model_loads_neither_torch_nor_transformers(
    toy_folder: Path, conversion: Path, shared_home: Path
) -> None:
    """Which take longer to load than an article takes to translate."""
    code = "import sys; from mt import models; models.load(sys.argv[1]); print([m for m in ('torch', 'transformers') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(toy_folder)],
        env=os.environ | {"DRAGOMAN_HOME": str(shared_home)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
