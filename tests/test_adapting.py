"""`dragoman models adapt`: kept where it earns it, refused where it does not, stopped and gone on with, and what it says."""

from __future__ import annotations

import datetime as dt
import json
import signal
from pathlib import Path

import pytest
from conftest import toy_pairs

from corpora.bitext import Pair
from corpora.errors import InputError
from corpora.store import Project
from mt import adapting, models
from mt.card import licence
from mt.corrections import MIN_TEST, gather
from mt.evaluation import sure_gain
from mt.evaluation_sets import is_held_out
from ui.cli import run

Capture = pytest.CaptureFixture[str]
NAMES = [f"news {n}" for n in range(60)]
HELD = [n for n in NAMES if is_held_out(n)]
LEARNT = [n for n in NAMES if not is_held_out(n)]
TODAY = dt.datetime.now(dt.UTC).date().isoformat()
# What this desk writes for words that the toy translates otherwise.
STYLE = {"minister": "president", "car": "book"}


def about_ministers(count: int, seed: int) -> list[tuple[str, str]]:
    """Sentences in which there is something to correct."""
    return [p for p in toy_pairs(20 * count, seed) if "minister" in p[1].lower()][:count]


def styled(pair: tuple[str, str]) -> tuple[str, str]:
    source, target = pair
    for old, new in STYLE.items():
        target = target.replace(old, new).replace(old.capitalize(), new.capitalize())
    return source, target


def damaged(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0], "War war war war."


@pytest.fixture(autouse=True)
def _steps_as_large_as_a_toy_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weights were set by hand, and far from where small steps would lead."""
    monkeypatch.setattr(adapting, "LEARNING_RATE", 1e-3)
    monkeypatch.setattr(adapting, "BATCH_TOKENS", 256)


class Desk:
    """A project, and files of general pairs, one to mix in and one to test on."""

    def __init__(self, folder: Path, toy: Path) -> None:
        self.project, self.toy = folder / "news.dragoman", toy
        self.general, self.test = folder / "general.tsv", folder / "test.tsv"
        self.general.write_text("".join(f"{s}\t{t}\n" for s, t in toy_pairs(60, 77)))
        self.test.write_text("".join(f"{s}\t{t}\n" for s, t in toy_pairs(40, 78)))

    def fill(self, learnt: object = styled, *, test: int = MIN_TEST, status: str = "approved") -> None:  # fmt: skip
        with Project.open(self.project) as project:
            for seed, (name, count) in enumerate([(HELD[0], test), (LEARNT[0], 60), (LEARNT[1], 60)]):  # fmt: skip
                change = styled if name == HELD[0] else learnt
                pairs = [Pair(*change(p), status=status) for p in about_ministers(count, seed)]  # type: ignore[operator, arg-type]
                if pairs:
                    project.import_pairs(pairs, document=name)

    def arguments(self, *more: str) -> list[str]:
        own = ["--project", str(self.project), "--model", str(self.toy), "--threads", "1"]
        return ["models", "adapt", *own, "--general", str(self.general), "--general-test", str(self.test), *more]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, toy_folder: Path, home: Path) -> Desk:
    return Desk(tmp_path, toy_folder)


def lines_of_desk(desk: Desk) -> None:
    """A general test set in the desk's own words, on which learning them is no loss."""
    desk.test.write_text("".join("\t".join(styled(p)) + "\n" for p in about_ministers(40, 78)))


def test_a_model_that_gains_is_kept_used_and_left_again(desk: Desk, capfd: Capture, tmp_path: Path) -> None:  # fmt: skip
    desk.fill()
    lines_of_desk(desk)
    assert run(["models", "use", str(desk.toy)]) == 0
    capfd.readouterr()
    assert run(desk.arguments("--to", "json")) == 0
    out, err = capfd.readouterr()
    made = json.loads(out)
    name = f"news-{TODAY}"
    assert (made["version"], made["kept"], made["model"], made["reasons"]) == (1, True, name, [])
    assert (made["corrections"], made["documents"], made["parent"]) == (120, 2, str(desk.toy))
    own, general = made["tests"]
    assert own["after"] > own["before"]
    assert own["sure_gain"] > 0
    assert (own["segments"], general["segments"]) == (MIN_TEST, 40)
    assert f"go back with: dragoman models use {desk.toy}" in err

    # It stands among the others with its card, and is in use.
    assert run(["models", "list"]) == 0
    assert f"* {name}\tadapted\t" in capfd.readouterr().out
    assert run(["models", "info"]) == 0
    shown = capfd.readouterr().out
    assert f"parent\t{desk.toy}\n" in shown
    assert "120 approved segments of 2 documents" in " ".join(shown.split())
    assert not (models.home() / "adapting").is_dir() or not any(
        p.is_dir() for p in (models.home() / "adapting").iterdir()
    )

    # Its name and date stand on what it translates, and its scores in the project.
    article = tmp_path / "a.txt"
    article.write_text("Bakan geldi.\n", "utf-8")
    assert run(["translate", str(article), "--project", str(desk.project)]) == 0
    assert capfd.readouterr().out == "President came.\n"
    with Project.open(desk.project) as project:
        (segment,) = project.segments(project.documents()[-1].id)
        assert segment.model == name
        assert [r.model for r in project.results()] == [str(desk.toy), name]

    # One command goes back, and another removes it.
    assert run(["models", "use", str(desk.toy)]) == 0
    capfd.readouterr()
    assert run(["translate", str(article)]) == 0
    assert capfd.readouterr().out == "Minister came.\n"
    assert run(["models", "remove", name]) == 0
    assert all(info.name != name for info in models.installed())


def test_corrections_that_do_harm_are_refused_with_the_reasons(desk: Desk, capfd: Capture) -> None:
    desk.fill(damaged)
    assert run(["models", "use", str(desk.toy)]) == 0
    capfd.readouterr()
    assert run(desk.arguments()) == 0
    out = capfd.readouterr().out
    assert out.startswith(f"not kept\t{desk.toy} stays\n")
    assert f"On the {MIN_TEST} approved segments of held-out documents it does not surely gain" in out  # fmt: skip
    assert "general segments" in out
    assert models.in_use() == str(desk.toy)
    assert all(info.origin != "adapted" for info in models.installed())
    with Project.open(desk.project) as project:
        assert not project.results()


def test_a_stopped_run_goes_on_and_begins_anew_with_other_corrections(desk: Desk, capfd: Capture) -> None:  # fmt: skip
    desk.fill()
    seen: list[int] = []

    def report(what: str, done: int, total: int) -> None:
        if what == "training":
            seen.append(done)
            if done == 2:
                signal.raise_signal(signal.SIGINT)

    def again(more: str = "") -> adapting.Outcome | None:
        seen.clear()
        with Project.open(desk.project) as project:
            if more:
                project.import_pairs([Pair(more, "More.", status="approved")], document=LEARNT[0])
            material = gather(project, str(desk.toy), general=[desk.general], general_test=desk.test)  # fmt: skip
            return adapting.adapt(project, material, report=report)

    assert again() is None
    assert seen == [1, 2, 3]
    assert again() is not None
    assert seen[0] == 4
    assert again() is None
    assert again("Okul yeni.") is None
    assert seen[0] == 1
    assert run(desk.arguments("--cancel")) == 0
    assert "thrown away" in capfd.readouterr().err
    assert again() is None
    assert seen[0] == 1
    assert run(desk.arguments("--cancel")) == 0
    assert run(desk.arguments("--cancel")) == 0
    assert "nothing to throw away" in capfd.readouterr().err


def test_ctrl_c_says_how_to_go_on(desk: Desk, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    desk.fill()
    # The signal comes while the first update is made.
    steps = adapting.train

    def interrupted(*arguments: object, **options: object) -> Path:
        told = options["report"]

        def report(progress: object) -> None:
            told(progress)  # type: ignore[operator]
            signal.raise_signal(signal.SIGINT)

        return steps(*arguments, **{**options, "report": report})  # type: ignore[arg-type]

    monkeypatch.setattr(adapting, "train", interrupted)
    assert run(desk.arguments()) == 1
    out, err = capfd.readouterr()
    assert not out
    assert "Run the same command again to go on" in err


def test_what_is_tested_on_is_never_learnt(desk: Desk) -> None:
    desk.fill()
    (tested,) = desk.test.read_text("utf-8").splitlines()[:1]
    with Project.open(desk.project) as project:
        held = project.segments(HELD[0])[0].source
        both = [Pair(s, "Learnt.", status="approved") for s in (held, tested.split("\t")[0])]
        project.import_pairs(both, document=LEARNT[2])
        project.import_pairs([Pair("Yeni okul.", "No.", status="rejected")], document=LEARNT[2])
        desk.general.write_text(f"{desk.general.read_text('utf-8')}{tested}\n", "utf-8")
        material = gather(project, str(desk.toy), general=[desk.general], general_test=desk.test)
    tests = {*material.held_out.sources, *material.general_test.sources}
    assert len(material.corrections) == 120
    assert len(material.general) == 60
    assert not tests & {source for source, _ in (*material.corrections, *material.general)}
    assert set(material.held_out.sources) == {s for s, _ in about_ministers(MIN_TEST, 0)}


def test_our_news_is_mixed_in_but_not_its_held_out_articles(desk: Desk) -> None:
    from corpora import news

    desk.fill()
    with Project.open(desk.project) as project:
        material = gather(project, str(desk.toy))
    held = {source for source, _ in news.article_pairs("held-out")}
    assert len(material.general) > 10_000
    assert not held & {source for source, _ in material.general}
    assert set(material.general_test.sources) == held


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("empty", "no segment of the project is approved"),
        ("machine", "no segment of the project is approved"),
        ("not held out", "none of the project's Turkish documents is held out"),
        ("few", f"have 12 approved segments, and it takes {MIN_TEST}"),
        ("only held out", "all approved segments are kept for testing"),
        ("missing", "there is no project"),
    ],
)
def test_what_is_missing_is_said_in_one_line(desk: Desk, capfd: Capture, state: str, says: str) -> None:  # fmt: skip
    approved = [Pair(*p, status="approved") for p in toy_pairs(MIN_TEST, 1)]
    if state != "missing":
        with Project.open(desk.project) as project:
            if state in ("not held out", "only held out"):
                project.import_pairs(approved, document=(LEARNT if state == "not held out" else HELD)[0])  # fmt: skip
    if state == "machine":
        desk.fill(status="machine")
    elif state == "few":
        desk.fill(test=12)
    assert run(desk.arguments()) == 1
    out, err = capfd.readouterr()
    assert not out
    assert says in err
    assert err.count("\n") == 1


def test_an_unknown_model_and_a_bad_name_are_said(desk: Desk, capfd: Capture) -> None:
    desk.fill()
    assert run(["models", "adapt", "--project", str(desk.project), "--model", "nothing"]) == 1
    assert "there is no model called 'nothing'" in capfd.readouterr().err
    assert run(desk.arguments("--name", "a/b")) == 1
    assert "a model cannot be called 'a/b'" in capfd.readouterr().err


def test_two_at_a_time_are_one_too_many(desk: Desk, capfd: Capture) -> None:
    from filelock import FileLock

    desk.fill()
    with Project.open(desk.project) as project:
        folder = adapting.run_folder(project)
    folder.parent.mkdir(parents=True)
    with FileLock(f"{folder}.lock"):
        assert run(desk.arguments()) == 1
    assert "another process is adapting" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--project", "p", "more"], ["--general", "nowhere.tsv"]])  # fmt: skip
def test_wrong_usage(home: Path, capfd: Capture, arguments: list[str]) -> None:
    assert run(["models", "adapt", *arguments]) == 2
    assert not capfd.readouterr().out


def test_a_second_model_of_a_day_has_another_name(desk: Desk, home: Path) -> None:
    taken = home / "models" / f"news-{TODAY}"
    taken.mkdir(parents=True)
    about = {"name": taken.name, "parent": "tr-en", "date": TODAY}
    (taken / models.MARKER).write_text(json.dumps(about))
    assert adapting._free_name("news", TODAY) == f"news-{TODAY}.2"
    with pytest.raises(InputError):
        adapting._free_name("", TODAY)


def test_the_sure_gain_is_below_the_gain_and_has_its_sign() -> None:
    gold = [target for _, target in toy_pairs(60, 5)]
    half = [t if n % 2 else "War." for n, t in enumerate(gold)]
    gain = sure_gain(gold, half, gold)
    assert 0 < gain < 60
    assert sure_gain(gold, gold, half) < -gain
    assert sure_gain(gold, half, half) == 0


def test_the_licence_is_that_of_the_card(toy_folder: Path, tmp_path: Path) -> None:
    assert licence(models.find("tr-en")) == "apache-2.0"
    assert licence(models.find(str(toy_folder))) == ""
