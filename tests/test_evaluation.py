"""Scores against published numbers, and what an evaluation says beyond them."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import InputError, ModelError
from mt.evaluation import evaluate, evaluate_folder, score, with_comet
from mt.evaluation_sets import EvaluationSet, is_held_out, read_files, read_lines, read_pairs

# The example of sacrebleu's README (https://github.com/mjpost/sacrebleu, "Using SacreBLEU from Python") and of its
# test/test_bleu.py: three segments, two references.
HYPOTHESES = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."]
REFERENCES = [
    ["The dog bit the man.", "It was not unexpected.", "The man bit him first."],
    ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."],
]
# sacrebleu's test/test_ter.py, the last case: tercom gives 0.136.
TER_HYPOTHESES = [
    'wählen Sie " Bild neu berechnen , " um beim Ändern der Bildgröße Pixel hinzuzufügen oder zu entfernen , damit das Bild ungefähr dieselbe Größe aufweist wie die andere Größe .',
    'wenn Sie alle Aufgaben im aktuellen Dokument aktualisieren möchten , wählen Sie im Menü des Aufgabenbedienfelds die Option " Alle Aufgaben aktualisieren . "',
    'klicken Sie auf der Registerkarte " Optionen " auf die Schaltfläche " Benutzerdefiniert " und geben Sie Werte für " Fehlerkorrektur-Level " und " Y / X-Verhältnis " ein .',
    "Sie können beispielsweise ein Dokument erstellen , das ein Auto über die Bühne enthält .",
    'wählen Sie im Dialogfeld " Neu aus Vorlage " eine Vorlage aus und klicken Sie auf " Neu . "',
]
TER_REFERENCES = [
    'wählen Sie " Bild neu berechnen , " um beim Ändern der Bildgröße Pixel hinzuzufügen oder zu entfernen , damit die Darstellung des Bildes in einer anderen Größe beibehalten wird .',
    'wenn Sie alle Aufgaben im aktuellen Dokument aktualisieren möchten , wählen Sie im Menü des Aufgabenbedienfelds die Option " Alle Aufgaben aktualisieren . "',
    'klicken Sie auf der Registerkarte " Optionen " auf die Schaltfläche " Benutzerdefiniert " und geben Sie für " Fehlerkorrektur-Level " und " Y / X-Verhältnis " niedrigere Werte ein .',
    "Sie können beispielsweise ein Dokument erstellen , das ein Auto enthalt , das sich über die Bühne bewegt .",
    'wählen Sie im Dialogfeld " Neu aus Vorlage " eine Vorlage aus und klicken Sie auf " Neu . "',
]


class TestScore:
    def test_bleu_and_chrf_of_the_sacrebleu_readme(self) -> None:
        bleu, chrf = score(HYPOTHESES, *REFERENCES)
        assert bleu.value == pytest.approx(48.530827, abs=1e-5)
        assert chrf.value == pytest.approx(59.73, abs=0.005)
        assert bleu.signature.startswith("nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:2")

    @pytest.mark.parametrize(
        ("hypotheses", "references", "published"),
        [
            (["aaaa bbbb cccc dddd"], ["aaaa bbbb cccc dddd"], 0),
            (["dddd eeee ffff"], ["aaaa bbbb cccc"], 100),
            ([""], ["a"], 100),
            (["d e f g h a b c"], ["a b c d e f g h"], 12.5),
            (TER_HYPOTHESES, TER_REFERENCES, 13.6),
        ],
    )
    def test_ter_of_sacrebleus_test_cases(
        self, hypotheses: list[str], references: list[str], published: float
    ) -> None:
        (ter,) = score(hypotheses, references, metrics=["TER"])
        assert ter.value == pytest.approx(published, abs=0.1)

    def test_a_folder_is_scored_as_its_translations_are(self, toy_folder: Path, home: Path) -> None:
        scores = evaluate_folder(
            toy_folder, ["Bakan yarın evde su."], ["Minister tomorrow home water."]
        )
        assert scores == {"BLEU": pytest.approx(100), "chrF2": pytest.approx(100)}
        assert not list((home / "converted").iterdir())


def corpus() -> tuple[list[str], list[str], list[str]]:
    """References, and a good and a bad translation of them."""
    references = [
        f"Minister {name} said {n} people came to the {place} on Monday ."
        for n, (name, place) in enumerate(
            (a, b)
            for a in ("Demir", "Kaya", "Aydın", "Çelik", "Şahin", "Öz")
            for b in ("school", "square", "harbour", "court", "market")
        )
    ]
    good = [r.replace("came", "arrived") if i % 3 else r for i, r in enumerate(references)]
    bad = [r.replace("people came to", "went into") for r in references]
    return references, good, bad


class TestEvaluate:
    def test_the_paired_bootstrap_is_that_of_the_sacrebleu_program(self, tmp_path: Path) -> None:
        references, good, bad = corpus()
        made = evaluate(EvaluationSet("t", (tuple(references),)), good, system="good", baseline=bad)
        for name, lines in (("ref", references), ("good", good), ("bad", bad)):
            (tmp_path / name).write_text("".join(f"{x}\n" for x in lines), "utf-8")
        command = [
            sys.executable,
            "-m",
            "sacrebleu",
            "ref",
            "-i",
            "bad",
            "good",
            "-m",
            "bleu",
            "chrf",
        ]
        said = subprocess.run(
            [*command, "--paired-bs", "-f", "latex", "-w", "4"],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for column in (made.scores, made.baseline):
            for one in column[:2]:
                assert f"{one.value:.4f}" in said
                assert f"{one.interval:.4f}" in said
        assert [d.verdict for d in made.differences] == ["better", "better", "better"]
        assert made.differences[2].value < 0

    def test_a_system_does_not_differ_from_itself(self) -> None:
        references, good, _ = corpus()
        made = evaluate(
            EvaluationSet("t", (tuple(references),)), good, system="a", baseline=good, resamples=100
        )
        assert {d.verdict for d in made.differences} == {"no difference"}
        assert not made.changed(5, gains=True)
        assert not made.changed(5, gains=False)

    def test_a_bucket_is_scored_as_a_corpus_of_its_own(self) -> None:
        references, good, bad = corpus()
        references[::4] = [r.replace("said", 'said: "') + '"' for r in references[::4]]
        made = evaluate(
            EvaluationSet("t", (tuple(references),)), good, system="a", baseline=bad, resamples=100
        )
        quoted = next(
            b for b in made.buckets if (b.group, b.name) == ("quotes", "with a quotation")
        )
        for lines, found in ((good, quoted.scores), (bad, quoted.baseline)):
            own = score(lines[::4], references[::4])
            assert found == pytest.approx({s.name: s.value for s in own})
        for group in {b.group for b in made.buckets}:
            assert sum(b.size for b in made.buckets if b.group == group) == len(references)

    def test_segments_are_ranked(self) -> None:
        references, good, bad = corpus()
        good[7] = "Nothing of the kind ."
        made = evaluate(
            EvaluationSet("t", (tuple(references),)), good, system="a", baseline=bad, resamples=100
        )
        assert made.worst(1)[0].number == 8
        assert [s.number for s in made.changed(3, gains=False)] == [8]
        assert 8 not in [s.number for s in made.changed(30, gains=True)]

    def test_what_does_not_go_line_by_line_is_refused(self) -> None:
        with pytest.raises(InputError, match="line by line"):
            evaluate(EvaluationSet("t", (("a", "b"),)), ["a"], system="s")
        with pytest.raises(InputError, match="empty"):
            evaluate(EvaluationSet("t", ((),)), [], system="s")
        with pytest.raises(InputError, match="line by line"):
            EvaluationSet("t", (("a", "b"),), sources=("x",))


class TestComet:
    def test_a_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "comet", None)
        test = EvaluationSet("t", (("a",),), sources=("b",))
        with pytest.raises(ModelError, match="pip install unbabel-comet"):
            with_comet(evaluate(test, ["a"], system="s", resamples=100), "Unbabel/wmt22-comet-da")

    def test_the_source_is_needed(self) -> None:
        made = evaluate(EvaluationSet("t", (("a",),)), ["a"], system="s", resamples=100)
        with pytest.raises(InputError, match="--source"):
            with_comet(made, "Unbabel/wmt22-comet-da")

    def test_both_systems_get_their_mean(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The package's own interface (COMET 2.2, README "Using COMET in Python"), scoring by the hypothesis's length.
        seen: list[dict[str, str]] = []

        class Model:
            def predict(self, rows: list[dict[str, str]], batch_size: int, gpus: int) -> object:
                seen.extend(rows)
                return types.SimpleNamespace(scores=[len(r["mt"]) / 10 for r in rows])

        module = types.SimpleNamespace(
            download_model=lambda name: f"/models/{name}", load_from_checkpoint=lambda path: Model()
        )
        monkeypatch.setitem(sys.modules, "comet", module)
        monkeypatch.setattr("mt.evaluation.version", lambda name: "2.2.7")
        test = EvaluationSet("t", (("r1", "r2"),), sources=("s1", "s2"))
        made = evaluate(test, ["aa", "bbbb"], system="s", baseline=["c", "c"], resamples=100)
        done = with_comet(made, "m")
        assert (done.scores[-1].value, done.baseline[-1].value) == (
            pytest.approx(30),
            pytest.approx(10),
        )
        assert done.scores[-1].signature == "model:m|version:2.2.7"
        assert seen[0] == {"src": "s1", "mt": "aa", "ref": "r1"}


class TestSets:
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.text(
                st.characters(blacklist_categories=["Cs"], blacklist_characters="\n\r"), max_size=30
            ),
            min_size=1,
        )
    )
    def test_every_line_keeps_its_number(self, lines: list[str]) -> None:
        import tempfile

        if lines[0].startswith("\ufeff"):
            return  # a byte order mark is no text
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lines.txt"
            path.write_bytes("".join(f"{x}\n" for x in lines).encode())
            assert read_lines(path) == tuple(lines)

    def test_two_columns_with_or_without_a_header(self, tmp_path: Path) -> None:
        import gzip

        rows = "Bakan geldi.\tThe minister came.\nEvde.\tAt home.\t0.9\n"
        (tmp_path / "plain.tsv").write_text(rows, "utf-8")
        (tmp_path / "packed.tsv.gz").write_bytes(gzip.compress(f"source\ttarget\n{rows}".encode()))
        for name in ("plain.tsv", "packed.tsv.gz"):
            test = read_pairs(tmp_path / name)
            assert test.sources == ("Bakan geldi.", "Evde.")
            assert test.references == (("The minister came.", "At home."),)

    def test_a_corpus_format(self, tmp_path: Path) -> None:
        (tmp_path / "t.jsonl").write_text(
            '{"translation": {"tr": "Evde.", "en": "At home."}}\n', "utf-8"
        )
        assert read_pairs(tmp_path / "t.jsonl").references == (("At home.",),)

    @pytest.mark.parametrize("text", ["", "one column\n", "a\tb\n\tno source\n", "a\t \n"])
    def test_a_file_without_pairs_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "t.tsv").write_text(text, "utf-8")
        with pytest.raises(InputError, match=r"t\.tsv"):
            read_pairs(tmp_path / "t.tsv")

    def test_a_reference_of_another_length_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("x\ny\n", "utf-8")
        (tmp_path / "b").write_text("x\n", "utf-8")
        with pytest.raises(InputError, match="2 segments"):
            read_files([tmp_path / "a", tmp_path / "b"])

    def test_what_a_segment_is_counted_as(self) -> None:
        test = EvaluationSet(
            "t",
            (
                (
                    "Minister quits",
                    'Then Ayşe Kaya said: "Yes."',
                    "In the end I saw 12 of them.",
                    " ".join(["word"] * 45) + ".",
                ),
            ),
            matches=(100, 80, 60, 0),
        )
        found = {(group, name): members for group, name, members in test.buckets()}
        assert found["headlines", "headline"] == [0]
        assert found["quotes", "with a quotation"] == [1]
        assert found["names", "with a name"] == [1]
        assert found["numbers", "with a number"] == [2]
        assert found["length", "1–10 words"] == [0, 1, 2]
        assert found["length", "41 words or more"] == [3]
        assert [name for group, name, _ in test.buckets() if group == "memory"] == [
            "exact match",
            "75–99 %",
            "50–74 %",
            "no match",
        ]

    def test_one_document_in_five_is_held_out_and_stays_so(self) -> None:
        held = [is_held_out(f"document {i}") for i in range(2000)]
        assert held == [is_held_out(f"document {i}") for i in range(2000)]
        assert 340 < sum(held) < 460
