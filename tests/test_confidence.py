"""Confidence: probabilities that mean something, with reasons; calibrating; and a calibration that is missing or damaged."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import toy_pairs
from hypothesis import given
from hypothesis import strategies as st

from alignment.embedding import load
from alignment.likeness import Likeness, likenesses
from corpora.document import Block, Document, Segment
from corpora.errors import InputError, ModelError
from corpora.store import Hypothesis, Project
from mt import calibration as c
from mt import models
from mt.confidence import FILE, SIGNS, Confidence, Machine, signs
from ui.cli import run
from ui.web.page import texts

Capture = pytest.CaptureFixture[str]
ALIKE = Likeness(0.9, (("Bakan", 0.9), ("geldi", 0.8)))


@pytest.fixture(scope="module")
def bundled() -> Confidence:
    found = Confidence.load(models.find("tr-en").folder)
    assert found is not None
    return found


class TestJudging:
    @given(
        row=st.lists(st.floats(0, 5), min_size=len(SIGNS), max_size=len(SIGNS)),
        sign=st.integers(0, len(SIGNS) - 1),
        more=st.floats(0, 10),
    )
    def test_what_looks_worse_is_never_likelier(
        self, bundled: Confidence, row: list[float], sign: int, more: float
    ) -> None:
        worse = [value + more * (i == sign) for i, value in enumerate(row)]
        assert 0 <= bundled.probability(worse) <= bundled.probability(row) <= 1

    def test_a_sentence_that_says_something_else_has_its_words_as_the_reason(
        self, bundled: Confidence
    ) -> None:
        source = "Müttefikler egemenlik konusunda anlaştı."
        good, bad = "The allies agreed on sovereignty.", "The refugees agreed on the earthquake."
        seen = likenesses([source, source], [good, bad], load())
        fine, poor = (
            bundled.judge(Machine(source, target, -0.5), likeness)
            for target, likeness in zip((good, bad), seen, strict=True)
        )
        assert poor.probability < fine.probability
        (reason,) = (r for r in poor.reasons if r.code == "unmatched")
        assert "egemenlik" in reason.message

    def test_each_sign_sees_what_it_is_named_after(self) -> None:
        source, right = (
            "Bakan 12 Mayıs'ta Ankara'ya geldi.",
            "The minister came to Ankara on 12 May.",
        )
        plain = dict(zip(SIGNS, signs(Machine(source, right, -0.5), ALIKE), strict=True))
        for sign, target, score, likeness in (
            ("unsure", right, -1.5, ALIKE),
            ("long", f"{right} {right}", -0.5, ALIKE),
            ("unmatched", right, -0.5, Likeness(0.9, (("Bakan", 0.9), ("geldi", 0.1)))),
            ("meaning", right, -0.5, Likeness(0.2, ALIKE.words)),
            ("names", "He came on 12 may.", -0.5, ALIKE),
            ("numbers", "The minister came to Ankara in May.", -0.5, ALIKE),
            ("short", "Came.", -0.5, ALIKE),
            ("repeated", "The minister came, minister came to Ankara on 12 May.", -0.5, ALIKE),
        ):
            found = dict(zip(SIGNS, signs(Machine(source, target, score), likeness), strict=True))
            assert found[sign] > plain[sign], sign

    @pytest.mark.parametrize("target", ["", "…", "A"])
    @pytest.mark.parametrize("source", ["", "***", "BAŞLIK"])
    def test_nothing_is_too_odd_to_be_judged(
        self, bundled: Confidence, source: str, target: str
    ) -> None:
        (seen,) = likenesses([source], [target], load())
        judged = bundled.judge(Machine(source, target, -0.1), seen)
        assert 0 <= judged.probability <= 1

    def test_every_reason_can_be_said_in_turkish(self) -> None:
        assert {f"why.{sign}" for sign in SIGNS} <= texts()["tr"].keys()


class TestFitting:
    def rows(self, count: int, seed: int = 1) -> tuple[c.Floats, c.Truth]:
        """Segments of which those are right that are sure and short, most times."""
        draw = np.random.default_rng(seed)
        rows = np.abs(draw.normal(size=(count, len(SIGNS))))
        return rows, 1.5 - 2 * rows[:, 0] - rows[:, 1] + draw.logistic(size=count) > 0

    def test_probabilities_are_as_often_true_as_they_say(self) -> None:
        found = c.fit(*self.rows(4000), fitted_on="drawn")
        rows, right = self.rows(4000, seed=2)
        said = c.probabilities(found, rows)
        assert c.expected_error(right, said) < 0.03
        assert all(abs(p - true) < 0.1 for p, true, _ in c.reliability(right, said, bins=8))

    def test_a_sign_that_seems_to_speak_for_a_sentence_counts_for_nothing(self) -> None:
        rows, right = self.rows(1000)
        rows[:, SIGNS.index("names")] = right * 2.0 + rows[:, SIGNS.index("names")]
        found = c.fit(rows, right, fitted_on="drawn")
        assert found.weights[SIGNS.index("names")] == 0
        assert all(weight <= 0 for weight in found.weights)

    def test_it_comes_back_from_its_file_as_it_was(self, tmp_path: Path) -> None:
        found = c.fit(*self.rows(200), fitted_on="drawn")
        found.save(tmp_path)
        assert Confidence.load(tmp_path) == found

    @pytest.mark.parametrize(("count", "right"), [(99, 50), (200, 9), (200, 191), (0, 0)])
    def test_too_few_are_refused(self, count: int, right: int) -> None:
        with pytest.raises(InputError, match="too few to calibrate on"):
            c.fit(np.ones((count, len(SIGNS))), np.arange(count) < right, fitted_on="few")

    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
    def test_auc_is_the_share_of_pairs_in_the_right_order(
        self, cases: list[tuple[bool, int]]
    ) -> None:
        right = [score for yes, score in cases if yes]
        others = [score for yes, score in cases if not yes]
        if right and others:
            pairs = [(a > b) + 0.5 * (a == b) for a in right for b in others]
            truth, scores = np.array([y for y, _ in cases]), np.array([s for _, s in cases], float)
            assert c.auc(truth, scores) == pytest.approx(sum(pairs) / len(pairs))


@pytest.fixture(scope="module")
def folder(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the toy model that a test may write into."""
    return Path(shutil.copytree(toy_folder, tmp_path_factory.mktemp("calibrated") / "toy"))


WRONG = "Quite another thing."


def right_and_wrong() -> list[tuple[str, str]]:
    """Sentences and what a person makes of them: what the toy model makes, or, if they say words twice, something else."""
    made = toy_pairs(90, seed=5)
    for source, _ in toy_pairs(90, seed=6):
        half = source.rstrip(".").split()[: 1 + len(source.split()) // 2]
        made.append((" ".join(half + [word.lower() for word in half]) + ".", WRONG))
    return made


def translated(folder: Path, text: str, tmp_path: Path, capfd: Capture) -> tuple[list[Any], str]:
    """Segments of `translate --to json`, and what was noted."""
    article = tmp_path / "article.txt"
    article.write_text(text, "utf-8")
    assert run(["translate", str(article), "--model", str(folder), "--to", "json"]) == 0
    out, err = capfd.readouterr()
    return [s for block in json.loads(out)["blocks"] for s in block["segments"]], err


class TestCalibrating:
    def test_by_a_test_set(self, folder: Path, tmp_path: Path, capfd: Capture) -> None:
        test = tmp_path / "test.tsv"
        test.write_text("".join(f"{a}\t{b}\n" for a, b in right_and_wrong()), "utf-8")
        assert run(["models", "calibrate", str(folder), "--test", str(test)]) == 0
        out, err = capfd.readouterr()
        assert out == f"{folder / FILE}\n"
        assert "180 segments, 50.0% of them right. ROC-AUC" in err
        assert run(["models", "info", str(folder)]) == 0
        assert "confidence\tfitted on test.tsv, 180 segments\n" in capfd.readouterr().out
        (fine, poor), _ = translated(
            folder, "Çocuk yeni okul gördü.\n\nOkul kitap okul kitap.\n", tmp_path, capfd
        )
        assert fine["confidence"] > 0.5 > poor["confidence"]
        assert [reason["code"] for reason in poor["reasons"]] == ["repeated"]
        assert poor["reasons"][0].keys() == {"code", "message"}

    def test_by_what_reviewers_approved(self, folder: Path, tmp_path: Path, capfd: Capture) -> None:
        place = tmp_path / "news.dragoman"
        with Project.open(place) as project:
            for number, (source, person) in enumerate(right_and_wrong()):
                right = person != WRONG
                said = Hypothesis(
                    person if right else source, str(folder), math.exp(-0.2 if right else -1.5)
                )
                segment = (Segment("0.0", 0, len(source)),)
                id_ = f"d{number}"
                body = (Block("paragraph", source, segment),)
                project.add(Document(id_, "tr", "", id_, body), {"0.0": said})
                version = project.segment(id_, "0.0").version
                project.edit(id_, "0.0", person, version=version, status="approved")
        (folder / FILE).unlink(missing_ok=True)
        assert run(["models", "calibrate", str(folder), "--project", str(place)]) == 0
        assert "180 segments" in capfd.readouterr().err
        assert Confidence.load(folder) is not None
        assert run(["models", "calibrate", "tr-en", "--project", str(place)]) == 1
        assert "0 segments, 0 of them right, are too few" in capfd.readouterr().err

    @pytest.mark.parametrize("options", [[], ["--test", __file__, "--project", "x"]])
    def test_one_source_of_truth_is_asked_for(self, options: list[str]) -> None:
        assert run(["models", "calibrate", "tr-en", *options]) == 2


class TestWithoutCalibration:
    def test_there_is_no_probability(
        self, toy_folder: Path, tmp_path: Path, capfd: Capture
    ) -> None:
        (segment,), _ = translated(toy_folder, "Bakan geldi.", tmp_path, capfd)
        assert segment["confidence"] is None
        assert segment["reasons"] == []
        assert segment["score"] < 0

    @pytest.mark.parametrize(
        "damage",
        ["", "{", "[]", '{"version": 2}', '{"version": 1, "signs": {}}', None, b"\xff\xfe"],
    )
    def test_a_damaged_one_is_said_and_the_rest_goes_on(
        self, folder: Path, tmp_path: Path, capfd: Capture, damage: str | bytes | None
    ) -> None:
        path = folder / FILE
        found = c.fit(*TestFitting().rows(200), fitted_on="drawn")
        whole = found.save(folder).read_text("utf-8")
        if damage is None:
            path.write_text(whole.replace('"scale": ', '"scale": -'), "utf-8")
        else:
            path.write_bytes(damage.encode() if isinstance(damage, str) else damage)
        with pytest.raises(ModelError, match="make it anew with: dragoman models calibrate"):
            Confidence.load(folder)
        (segment,), err = translated(folder, "Bakan geldi.", tmp_path, capfd)
        assert (segment["target"], segment["confidence"]) == ("Minister came.", None)
        assert "confidence.json is damaged" in err
        path.unlink()


@pytest.mark.slow
def test_the_bundled_confidence_beats_the_log_probability_on_held_out_news(
    bundled: Confidence,
) -> None:
    from corpora import news
    from mt.engines import Search
    from mt.translator import Translator

    beads = [b for a in news.articles("held-out") for block in a.blocks for b in block.beads]
    pairs = [(b.tr[0], " ".join(b.en)) for b in beads if len(b.tr) == 1 and b.en]
    engine, info = models.load("tr-en")
    search = Search(length_penalty=info.length_penalty)
    made = list(Translator(engine, model=info.name, search=search).segments(s for s, _ in pairs))
    engine.close()
    examples = [
        c.Example(Machine(m.source, m.target, m.score), reference)
        for m, (_, reference) in zip(made, pairs, strict=True)
    ]
    seen = likenesses([m.source for m in made], [m.target for m in made], load())
    right, said = c.is_right(examples), c.probabilities(bundled, c.rows_of(examples, seen))
    scores = np.array([m.score for m in made])
    assert c.auc(right, said) > max(0.75, c.auc(right, scores))
    assert c.expected_error(right, said, bins=5) < 0.1
