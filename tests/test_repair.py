"""Fuzzy repair: what is new in a sentence is new in its remembered translation, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpora.bitext import Pair
from corpora.glossary import Glossary, Term
from corpora.memory import Memory
from corpora.store import Project
from mt.engines import Engine
from mt.repair import Change, Repair, Repairer
from mt.translator import Translator
from ui.cli import run


def in_order(source: str, target: str) -> list[tuple[int, int, int, int]]:
    """Links of the toy language: the first word with the first, and so on."""

    def spans(text: str) -> list[tuple[int, int]]:
        made, at = [], 0
        for word in text.rstrip(".").split():
            at = text.index(word, at)
            made.append((at, at + len(word)))
            at += len(word)
        return made

    return [(*a, *b) for a, b in zip(spans(source), spans(target), strict=False)]


def repaired(
    engine: Engine, remembered: tuple[str, str], source: str, terms: Sequence[Term] = ()
) -> Repair | None:
    glossary = Glossary(terms) if terms else None
    (match, *_) = Memory([Pair(*remembered)]).look_up(source)
    repairer = Repairer(Translator(engine, model="toy", glossary=glossary), in_order)
    return repairer.repair(match, source)


# "watched", "auto": what a person wrote and the model would not.
REMEMBERED = ("Bakan dün büyük araba gördü.", "Minister yesterday big auto watched.")


def test_the_changed_word_is_translated_and_the_rest_stays(toy_engine: Engine) -> None:
    made = repaired(toy_engine, REMEMBERED, "Bakan dün küçük araba gördü.")
    assert made
    assert made.target == "Minister yesterday small auto watched."
    assert made.changes == (Change("büyük", "küçük", "big", "small"),)
    assert 75 <= made.percent < 100


def test_numbers_and_names_are_exchanged(toy_engine: Engine) -> None:
    remembered = ("Bakan Kaya dün 14 kitap gördü.", "Minister Kaya yesterday 14 volumes watched.")
    made = repaired(toy_engine, remembered, "Bakan Kara dün 27 kitap gördü.")
    assert made
    assert made.target == "Minister Kara yesterday 27 volumes watched."
    assert set(made.changes) == {Change("14", "27", "14", "27"), Change("Kaya", "Kara", "Kaya", "Kara")}  # fmt: skip


def test_a_final_mark_is_no_reason_to_translate(toy_engine: Engine) -> None:
    made = repaired(toy_engine, REMEMBERED, "Bakan dün büyük araba gördü…")
    assert made
    assert made.target == "Minister yesterday big auto watched…"


def test_a_word_that_is_gone_is_gone(toy_engine: Engine) -> None:
    remembered = ("Bakan dün büyük araba gördü.", "Minister yesterday big car saw.")
    made = repaired(toy_engine, remembered, "Bakan büyük araba gördü.")
    assert made
    assert made.target == "Minister big car saw."
    assert made.changes == (Change("dün", "", "yesterday ", ""),)


@pytest.mark.parametrize(
    "source",
    [
        "Kadın dün büyük araba kaybetti.",  # two places apart
        "Yarın kadın eski kitap gördü.",  # too much
        "BAKAN DÜN KÜÇÜK ARABA GÖRDÜ.",  # capitals are another sentence to the model
    ],
)
def test_what_would_be_guessed_is_not_made(toy_engine: Engine, source: str) -> None:
    remembered = ("Bakan dün büyük araba gördü.", "Minister yesterday big auto watched.")
    matches = Memory([Pair(*remembered)]).look_up(source)
    repairer = Repairer(Translator(toy_engine, model="toy"), in_order)
    assert [repairer.repair(m, source) for m in matches] == [None] * len(matches)


def test_what_has_no_place_in_the_translation_is_not_made(toy_engine: Engine) -> None:
    (match,) = Memory([Pair(*REMEMBERED)]).look_up("Bakan dün küçük araba gördü.")
    repairer = Repairer(Translator(toy_engine, model="toy"), lambda *_: [])
    assert repairer.repair(match, "Bakan dün küçük araba gördü.") is None


def test_a_repair_obeys_the_glossary(toy_engine: Engine) -> None:
    source = "Bakan dün küçük araba gördü."
    assert repaired(toy_engine, REMEMBERED, source, [Term("küçük", "little")]) is None
    assert repaired(toy_engine, REMEMBERED, source, [Term("küçük", "small")])


def test_translating_with_a_project_repairs_and_says_so(
    toy_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with Project.open("p.dragoman") as project:
        project.import_pairs([Pair(*REMEMBERED)], document="tm")
    (tmp_path / "a.txt").write_text("Bakan dün küçük araba gördü.\n", "utf-8")
    model = ("--model", str(toy_folder))
    assert run(["translate", "a.txt", *model, "--project", "p.dragoman", "--to", "json"]) == 0
    out, notes = capfd.readouterr()
    (segment,) = json.loads(out)["blocks"][0]["segments"]
    assert segment["target"] == "Minister yesterday small auto watched."
    assert (segment["origin"], segment["percent"]) == ("repaired", 92)
    assert segment["changes"] == [{"source": ["büyük", "küçük"], "target": ["big", "small"]}]
    assert "1 repaired from it" in notes
    with Project.open("p.dragoman") as project:
        name = project.documents()[-1].id
        (view,) = project.segments(name)
        assert (view.status, view.origin, view.score) == ("machine", "repaired", 0.92)
        assert view.repair == "92 %: big → small (büyük → küçük)"
        (pair,) = [p for p in project.pairs() if p.document == name]
        assert pair.repair == view.repair
        # What a person writes is no longer the memory's.
        assert not project.edit(name, view.id, "Mine.", version=view.version).repair
