"""Training at toy size: what stops goes on as if it had not, what is exported works, and a wrong recipe is named."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import toy_pairs

from corpora.errors import InputError, ModelError
from mt import models
from mt.engines import CTranslate2Engine, Engine, Search
from mt.recipe import Architecture, Recipe, Source, Stage, load_recipe
from mt.training import Progress, learning_rate, train
from mt.vocabulary import Vocabulary
from ui.cli import run

ROOT = Path(__file__).parent.parent
TINY = Architecture(vocabulary=340, d_model=32, encoder_layers=1, decoder_layers=1, attention_heads=2, ffn_dim=64)  # fmt: skip
STAGES = (
    Stage("first", 6, 1e-3, {"toy": 1.0}, warmup=2, batch_tokens=256, join=0.3, sample=0.5, dropout=0.1),
    Stage("second", 5, 5e-4, {"toy": 0.5}, warmup=1, batch_tokens=256, lowercase=0.3, dropout=0.0),
)  # fmt: skip
RECIPE = Recipe(
    "toy", "tr", "en", STAGES, (Source("toy", ["*.tsv"]),), dev="", architecture=TINY, checkpoint_updates=1, average=0.9
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Sums in another order differ in the last bit, so a run is repeated exactly by as many threads as made it."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 300 sentence pairs to train on and three to measure on."""
    folder = tmp_path_factory.mktemp("data")
    lines = ["\t".join(pair) for pair in toy_pairs(300, 1)]
    (folder / "toy.tsv").write_text("\n".join(lines), "utf-8")
    (folder / "dev.txt").write_text("\n".join(lines[:3]), "utf-8")
    return folder


def checkpoint(output: Path) -> dict[str, Any]:
    import torch

    saved: dict[str, Any] = torch.load(output / "checkpoint.pt", weights_only=True)
    return saved


def flat(saved: dict[str, Any]) -> dict[str, Any]:
    """Every tensor and number of a checkpoint by its path, but for the clock."""
    import torch

    found: dict[str, Any] = {}

    def walk(path: str, value: Any) -> None:
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in items:
                walk(f"{path}/{key}", inner)
        elif not path.endswith("/seconds"):
            found[path] = value.tolist() if isinstance(value, torch.Tensor) else value

    walk("", saved)
    return found


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nothing stopped."""
    output = tmp_path_factory.mktemp("whole")
    train(RECIPE, data, output)
    return output


class Killed(BaseException):
    """Ends a run at once, as far as its files go."""


def at(update: int, stage: str, do: Callable[[], object]) -> Callable[[Progress], None]:
    def report(p: Progress) -> None:
        if (p.stage, p.update) == (stage, update):
            do()

    return report


def killed() -> None:
    raise Killed


# Stopping and going on


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("stage", "update"), [("first", 3), ("first", 6), ("second", 2)])
def test_a_stopped_run_goes_on_as_if_it_had_not_been(
    data: Path, tmp_path: Path, uninterrupted: Path, stage: str, update: int, number: signal.Signals
) -> None:
    rare = replace(RECIPE, checkpoint_updates=100)
    done: list[tuple[str, int]] = []
    # The signal comes in the middle of the update before.
    stop = at(update - 1, stage, lambda: signal.raise_signal(number))

    def report(p: Progress) -> None:
        done.append((p.stage, p.update))
        stop(p)

    handler = signal.getsignal(number)
    train(rare, data, tmp_path, report=report)
    assert done[-1] == (stage, update)
    assert signal.getsignal(number) is handler
    saved = checkpoint(tmp_path)["state"]
    assert (saved["stage"], saved["update"]) == (["first", "second"].index(stage), update)
    train(rare, data, tmp_path)
    assert flat(checkpoint(tmp_path)) == flat(checkpoint(uninterrupted))


def test_a_killed_run_goes_on_from_its_last_checkpoint(
    data: Path, tmp_path: Path, uninterrupted: Path
) -> None:
    sparse = replace(RECIPE, checkpoint_updates=2)
    with pytest.raises(Killed):
        train(sparse, data, tmp_path, report=at(5, "first", killed))
    assert checkpoint(tmp_path)["state"]["update"] == 4
    done: list[tuple[str, int]] = []
    train(sparse, data, tmp_path, report=lambda p: done.append((p.stage, p.update)))
    assert done[0] == ("first", 5)
    assert flat(checkpoint(tmp_path)) == flat(checkpoint(uninterrupted))


def test_a_run_that_is_killed_while_it_saves_keeps_its_last_checkpoint(
    data: Path, tmp_path: Path, uninterrupted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    save, calls = torch.save, 0

    def half(value: object, path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            path.write_bytes(b"half")
            raise Killed
        save(value, path)

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", half)
        with pytest.raises(Killed):
            train(RECIPE, data, tmp_path)
    assert checkpoint(tmp_path)["state"]["update"] == 3
    train(RECIPE, data, tmp_path)
    assert flat(checkpoint(tmp_path)) == flat(checkpoint(uninterrupted))


def test_a_finished_run_is_not_trained_on(data: Path, tmp_path: Path, uninterrupted: Path) -> None:
    shutil.copytree(uninterrupted, tmp_path, dirs_exist_ok=True)
    assert train(RECIPE, data, tmp_path, report=lambda _: pytest.fail("trained on")).is_dir()


@pytest.mark.parametrize("damage", ["cut off", "another recipe"])
def test_a_checkpoint_that_cannot_be_used_is_said(
    data: Path, tmp_path: Path, uninterrupted: Path, damage: str
) -> None:
    shutil.copytree(uninterrupted, tmp_path, dirs_exist_ok=True)
    recipe, path = RECIPE, tmp_path / "checkpoint.pt"
    if damage == "cut off":
        path.write_bytes(path.read_bytes()[:-1000])
    else:
        recipe = replace(RECIPE, architecture=replace(TINY, d_model=64))
    with pytest.raises(InputError, match=r"checkpoint\.pt is damaged or was made by another recipe") as caught:  # fmt: skip
        train(recipe, data, tmp_path)
    assert "\n" not in str(caught.value)


# The weights


def test_the_same_recipe_makes_the_same_weights(data: Path, tmp_path: Path, uninterrupted: Path) -> None:  # fmt: skip
    train(RECIPE, data, tmp_path)
    assert flat(checkpoint(tmp_path)) == flat(checkpoint(uninterrupted))
    other = tmp_path / "other"
    train(replace(RECIPE, seed=2), data, other)
    assert flat(checkpoint(other))["/model/lm_head.weight"] != flat(checkpoint(tmp_path))["/model/lm_head.weight"]  # fmt: skip


def test_what_is_exported_is_the_moving_average(data: Path, tmp_path: Path) -> None:
    import torch
    from transformers import MarianMTModel

    seen: list[Any] = []
    train(RECIPE, data, tmp_path, report=lambda _: seen.append(checkpoint(tmp_path)["model"]["lm_head.weight"]))  # fmt: skip
    assert len(seen) == 11
    expected = seen[0]
    for weights in seen[1:]:
        expected = 0.9 * expected + 0.1 * weights
    assert not torch.allclose(expected, seen[-1], atol=1e-4)
    exported: Any = MarianMTModel.from_pretrained(tmp_path / "last", dtype=torch.float32)
    torch.testing.assert_close(exported.lm_head.weight, expected, atol=1e-4, rtol=2e-3)  # fp16


def test_dropout_is_a_stages_own(data: Path, tmp_path: Path) -> None:
    """The same weights without it, others with it."""
    made = {}
    for name, share in (("none", 0.0), ("again", 0.0), ("some", 0.3)):
        stage = replace(STAGES[0], updates=2, dropout=share, sample=0.0)
        train(replace(RECIPE, stages=(stage,)), data, tmp_path / name)
        made[name] = flat(checkpoint(tmp_path / name))["/model/lm_head.weight"]
    assert made["none"] == made["again"] != made["some"]


def test_the_learning_rate_rises_stays_and_falls() -> None:
    stage = Stage("s", 100, 1.0, {}, warmup=10, decay_from=0.5, final_rate=0.1)
    rates = [learning_rate(stage, update) for update in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:51] == [1.0] * 42
    assert rates[75] == pytest.approx(0.55)
    assert rates[100] == pytest.approx(0.1)


# The model


SHORT = [pair for pair in toy_pairs(60, 3) if len(pair[0].split()) < 5][:8]


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learnt some of eight short sentences; how much says its log."""
    few = tmp_path_factory.mktemp("few")
    (few / "toy.tsv").write_text("\n".join("\t".join(p) for p in SHORT * 40), "utf-8")
    stage = Stage("s", 150, 6e-3, {"toy": 1.0}, warmup=10, decay_from=0.6, batch_tokens=192, join=0.0, lowercase=0.0, dropout=0.0)  # fmt: skip
    recipe = replace(
        RECIPE, stages=(stage,), checkpoint_updates=1000, evaluate_updates=1000, length_penalty=0.8,
        architecture=replace(TINY, vocabulary=320, d_model=64, ffn_dim=128), label_smoothing=0.0,
    )  # fmt: skip
    return train(recipe, few, tmp_path_factory.mktemp("learnt"))


def test_a_model_learns(learnt: Path) -> None:
    log = (learnt.parent / "log.jsonl").read_text().splitlines()
    losses = [json.loads(line)["loss"] for line in log]
    assert sum(losses[:10]) / 10 > 4
    assert sum(losses[-10:]) / 10 < 1.5


def test_the_card_is_one_the_hub_reads(learnt: Path) -> None:
    from huggingface_hub import ModelCard

    card = ModelCard.load(learnt / "README.md")
    assert card.data.language == ["tr", "en"]
    assert card.data.pipeline_tag == "translation"
    log = [json.loads(line) for line in (learnt.parent / "log.jsonl").read_text().splitlines()]
    assert f"{log[-1]['tokens']:,} target tokens" in card.text
    assert "| toy | `*.tsv` | not stated |" in card.text


def translations(engine: Engine, penalty: float) -> list[str]:
    vocabulary = engine.vocabulary
    rows = [vocabulary.encode_source(source) for source, _ in SHORT]
    made = engine.translate(rows, Search(length_penalty=penalty), 60)
    return [vocabulary.decode_target(m[0].pieces) for m in made]


def through(folder: Path, engine: models.EngineName) -> list[str]:
    """What the model says, which is not ready for the smoke sentence."""
    ready, info = models.load(str(folder), engine, smoke=False)
    return translations(ready, info.length_penalty)


# Of the tokenizer, about a normaliser that it does not need.
without_normaliser = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


@without_normaliser
def test_both_engines_load_the_export_and_say_the_same(learnt: Path, tmp_path: Path) -> None:
    from ctranslate2.converters import TransformersConverter

    found = through(learnt, "torch")
    assert any(
        set(said.split()) & set(t.split()) for said, (_, t) in zip(found, SHORT, strict=True)
    )
    # In fp32, as int8 would round a model this unsure from one word to another.
    TransformersConverter(str(learnt)).convert(str(tmp_path / "fp32"))
    exact = CTranslate2Engine(tmp_path / "fp32", Vocabulary(learnt), max_pieces=200)
    assert translations(exact, 0.8) == found
    assert len(through(learnt, "ct2")) == len(SHORT)


@without_normaliser
def test_the_export_is_a_model_folder_of_the_hub(learnt: Path) -> None:
    from safetensors.torch import load_file
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer: Any = MarianTokenizer.from_pretrained(learnt)
    model: Any = MarianMTModel.from_pretrained(learnt)
    made = model.generate(**tokenizer([SHORT[0][0]], return_tensors="pt"), max_length=60)
    assert tokenizer.batch_decode(made, skip_special_tokens=True) == through(learnt, "torch")[:1]
    assert {str(t.dtype) for t in load_file(learnt / "model.safetensors").values()} == {
        "torch.float16"
    }
    assert models.find(str(learnt)).length_penalty == 0.8


def test_a_parent_is_trained_on(data: Path, learnt: Path, tmp_path: Path) -> None:
    few = replace(STAGES[1], updates=1, learning_rate=1e-9)
    made = train(replace(RECIPE, stages=(few,), parent=str(learnt)), data, tmp_path)
    assert through(made, "torch") == through(learnt, "torch")


def test_the_bias_of_a_parent_counts(data: Path, learnt: Path, tmp_path: Path) -> None:
    """Marian's own models have one on the output; ours is zero."""
    from safetensors.torch import load_file, save_file

    few = replace(STAGES[1], updates=1, learning_rate=1e-9)
    losses = []
    for share in (0.0, 30.0):
        parent = shutil.copytree(learnt, tmp_path / f"parent {share}")
        weights = load_file(parent / "model.safetensors")
        weights["final_logits_bias"][0, 1] = share  # of a piece that no target holds
        save_file(weights, parent / "model.safetensors", {"format": "pt"})
        recipe = replace(RECIPE, stages=(few,), parent=str(parent))
        train(recipe, data, tmp_path / str(share), report=lambda p: losses.append(p.loss))
    assert losses[1] > losses[0] + 5


def test_a_damaged_parent_is_said(data: Path, learnt: Path, tmp_path: Path) -> None:
    parent = shutil.copytree(learnt, tmp_path / "parent")
    (parent / "model.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match="cannot load"):
        train(replace(RECIPE, parent=str(parent)), data, tmp_path / "out")
    with pytest.raises(InputError, match="is not a model folder"):
        train(replace(RECIPE, parent=str(tmp_path / "nowhere")), data, tmp_path / "out")


def test_the_model_that_is_best_on_dev_is_kept(data: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, dev="dev.txt", evaluate_updates=2)
    scores = iter([10.0, 30.0, 20.0, 5.0, 30.0, 6.0])
    weights: list[bytes] = []
    told: list[Progress] = []

    def evaluate(folder: Path, sources: list[str], references: list[str]) -> dict[str, float]:
        assert [*zip(sources, references, strict=True)] == toy_pairs(300, 1)[:3]
        weights.append((folder / "model.safetensors").read_bytes())
        return {"chrF2": next(scores)}

    best = train(recipe, data, tmp_path, evaluate=evaluate, report=told.append)
    assert best == tmp_path / "best"
    assert (best / "model.safetensors").read_bytes() == weights[1]
    assert len(set(weights)) == 6
    measured = [(p.stage, p.update, p.scores["chrF2"]) for p in told if p.scores]
    assert measured == [
        ("first", 2, 10.0), ("first", 4, 30.0), ("first", 6, 20.0),
        ("second", 2, 5.0), ("second", 4, 30.0), ("second", 5, 6.0),
    ]  # fmt: skip
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(p["stage"], p["update"]) for p in log] == [(p.stage, p.update) for p in told]


def test_dev_is_thinned_as_the_recipe_says(data: Path, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def evaluate(folder: Path, sources: list[str], references: list[str]) -> dict[str, float]:
        asked.append(sources)
        return {"chrF2": 1.0}

    stage = replace(STAGES[1], updates=1)
    train(replace(RECIPE, stages=(stage,), dev="dev.txt", dev_every=2), data, tmp_path, evaluate=evaluate)  # fmt: skip
    assert asked == [[s for s, _ in toy_pairs(300, 1)[0:3:2]]]


# Data


def test_bad_lines_are_left_out_and_bad_scores_said(data: Path, tmp_path: Path) -> None:
    from mt.training_data import read_pairs

    (tmp_path / "a.tsv").write_text(
        "Bakan geldi.\tMinister came.\t-1.5\n\tno source\nno target\t\nsame\tsame\nBir.\tOne.\t-9\n"
        "Bakan dün evde.\tMinister yesterday home.\n", "utf-8"
    )  # fmt: skip
    source = Source("a", ["a.tsv"], min_score=-5.0, min_words=2)
    assert read_pairs(tmp_path, source) == [
        ("Bakan geldi.", "Minister came."),
        ("Bakan dün evde.", "Minister yesterday home."),
    ]
    (tmp_path / "b.tsv").write_text("Bakan geldi.\tMinister came.\tgood\n", "utf-8")
    with pytest.raises(InputError, match="'good' stands where a score should be"):
        read_pairs(tmp_path, Source("b", ["b.tsv"]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sources": (Source("toy", ["nothing*.tsv"]),)}, "no file matches 'nothing*.tsv'"),
        ({"dev": "nothing.tsv"}, "no file matches 'nothing.tsv'"),
        ({"sources": (Source("toy", ["*.tsv"], min_words=99),)}, "pieces can be made of these texts"),
        ({"stages": (replace(STAGES[0], weights={"toy": 0.0}),)}, "no training pairs left"),
        ({"architecture": replace(TINY, vocabulary=5000)}, "no vocabulary of 5000 pieces"),
    ],
)  # fmt: skip
def test_data_that_is_not_enough_is_said(data: Path, tmp_path: Path, change: dict[str, Any], says: str) -> None:  # fmt: skip
    with pytest.raises(InputError) as caught:
        train(replace(RECIPE, **change), data, tmp_path)
    assert says in str(caught.value)


# Recipes

TOML = """
name = "toy"
source_lang = "tr"
target_lang = "en"
dev = "dev.txt"
checkpoint_updates = 3
evaluate_updates = 4
[architecture]
vocabulary = 340
d_model = 32
encoder_layers = 1
decoder_layers = 1
attention_heads = 2
ffn_dim = 64
[[source]]
name = "toy"
files = ["*.tsv"]
[[stage]]
name = "only"
updates = 8
learning_rate = 1e-3
warmup = 2
batch_tokens = 256
sample = 0.5
weights = {toy = 1}
"""


def test_a_recipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "toy.toml"
    path.write_text(f'kind = "translation"\n{TOML}')
    recipe = load_recipe(path)
    assert recipe.stages == (
        Stage("only", 8, 1e-3, {"toy": 1}, warmup=2, batch_tokens=256, sample=0.5),
    )
    assert recipe.sources == RECIPE.sources
    assert recipe.architecture == TINY


@pytest.mark.parametrize("path", sorted((ROOT / "mt" / "recipes").glob("*.toml")), ids=lambda p: p.stem)  # fmt: skip
def test_our_own_recipes_are_read(path: Path) -> None:
    assert load_recipe(path).stages


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[stage]]", "[[stage", "cannot read the recipe"),
        ("updates = 8", "updats = 8", "unknown key 'updats' in stage"),
        ("updates = 8", "", "stage: missing 1 required positional argument: 'updates'"),
        ("updates = 8", "updates = 'many'", "updates in stage cannot be 'many'"),
        ("updates = 8", "updates = 0", "updates in stage cannot be as small as 0"),
        ("evaluate_updates = 4", "evaluate_updates = 0", "evaluate_updates in recipe cannot be as small as 0"),
        ("learning_rate = 1e-3", "learning_rate = true", "learning_rate in stage cannot be True"),
        ("d_model = 32", "d_model = 31", "d_model in architecture must be a multiple of attention_heads"),
        ("d_model = 32", "d_model = 32.5", "d_model in architecture cannot be 32.5"),
        ("{toy = 1}", "{news = 1}", "stage only weighs unknown sources ['news']"),
        ("{toy = 1}", "{toy = 'x'}", "weights in stage cannot be {'toy': 'x'}"),
        ('["*.tsv"]', '"*.tsv"', "files in source cannot be '*.tsv'"),
        ('["*.tsv"]', "[1]", "files in source cannot be [1]"),
        ("[[source]]", '[[source]]\nname = "toy"\nfiles = []\n[[source]]', "two sources have the same name"),
        ("[[source]]", "[source]", "[source] should be [[source]]"),
        ('source_lang = "tr"', "", "missing 1 required positional argument: 'source_lang'"),
    ],
)  # fmt: skip
def test_a_fault_in_a_recipe_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "toy.toml"
    path.write_text(TOML.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_recipe(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_recipe_without_stages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "toy.toml"
    path.write_text(TOML.split("[[stage]]")[0])
    with pytest.raises(InputError, match=r"needs at least one \[\[stage\]\]"):
        load_recipe(path)


# The command


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "toy.toml"
    path.write_text(TOML)
    return path


def test_the_command_trains_measures_and_says_where_the_model_is(
    recipe: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert run(["models", "train", str(recipe), "--data", str(data), "-o", str(output), "--threads", "1"]) == 0  # fmt: skip
    out, err = capfd.readouterr()
    assert out == f"{output / 'best'}\n"
    lines = err.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["only 4/8", "only 8/8"]
    assert all("BLEU" in line and "chrF2" in line for line in lines)
    assert {p.name for p in output.iterdir()} == {"best", "last", "tokenizer", "checkpoint.pt", "log.jsonl"}  # fmt: skip


def test_a_stopped_command_says_how_to_go_on(
    recipe: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def interrupt(*_: object) -> dict[str, float]:
        signal.raise_signal(signal.SIGINT)
        return {"chrF2": 1.0}

    monkeypatch.setattr("mt.evaluation.evaluate_folder", interrupt)
    command = ["models", "train", str(recipe), "--data", str(data), "-o", str(tmp_path / "out")]
    assert run(command) == 1
    assert "stopped after update 4 of 8 in stage only" in capfd.readouterr().err
    monkeypatch.undo()
    assert run(command) == 0
    assert "only 8/8" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [("name = [", "is no recipe"), ('kind = "poem"', "kind cannot be 'poem'"), ("x = 1", "unknown key 'x'")],
)  # fmt: skip
def test_the_command_says_what_is_wrong_with_a_recipe(
    recipe: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, says: str
) -> None:  # fmt: skip
    recipe.write_text(text)
    assert run(["models", "train", str(recipe), "--data", str(data), "-o", str(tmp_path / "o")]) == 1  # fmt: skip
    out, err = capfd.readouterr()
    assert not out
    assert says in err
    assert err.count("\n") == 1


def test_a_process_that_is_killed_loses_nothing_it_saved(
    recipe: Path, data: Path, tmp_path: Path
) -> None:
    """`kill -9` at any time; what the other tests play here is played for real."""
    recipe.write_text(TOML.replace("updates = 8", "updates = 100000").replace("evaluate_updates = 4", "evaluate_updates = 100000"))  # fmt: skip
    output = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-m", "ui", "models", "train", str(recipe), "--data", str(data), "-o", str(output), "--threads", "1"],
        cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 120
        while not (output / "log.jsonl").exists() or (output / "log.jsonl").read_text().count("\n") < 8:  # fmt: skip
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
    saved = checkpoint(output)["state"]["update"]
    assert saved >= 6
    assert saved % 3 == 0
    whole = load_recipe(recipe)
    end = replace(whole, stages=(replace(whole.stages[0], updates=100000),))
    done: list[int] = []

    def stop(p: Progress) -> None:
        done.append(p.update)
        signal.raise_signal(signal.SIGTERM)

    train(end, data, output, report=stop)
    assert done == [saved + 1, saved + 2]
