"""`dragoman align` and `dragoman quotes`: what is printed, in which format, and what is refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ui.cli import run

SAMPLE = Path(__file__).parent.parent / "docs" / "sample"
TR, EN = str(SAMPLE / "article.tr.txt"), str(SAMPLE / "article.en.txt")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return err


class TestAlign:
    def test_json_keeps_the_contract(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = json.loads(printed(capsys, "align", TR, EN, "--quotes", "--words", "--to", "json"))
        assert made["version"] == 1
        assert (made["source"]["lang"], made["target"]["lang"]) == ("tr", "en")
        for side in ("source", "target"):
            numbers = [i for bead in made["beads"] for i in bead[side]]
            assert numbers == list(range(len(made[side]["sentences"])))
        assert all(0 <= bead["score"] <= 1 for bead in made["beads"])
        assert len(made["words"]) == len(made["beads"])
        for pair in made["quotes"]:
            for side in ("source", "target"):
                if quote := pair[side]:
                    assert {"kind", "speaker", "cue", "text", "sentences"} <= quote.keys()
                    inside = " ".join(made[side]["sentences"][i] for i in quote["sentences"])
                    assert quote["text"] in inside

    def test_the_sample_is_paired_as_a_reader_would(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = json.loads(printed(capsys, "align", TR, EN, "--quotes", "--to", "json"))
        texts = made["source"]["sentences"], made["target"]["sentences"]
        beads = {
            texts[0][b["source"][0]][:12]: texts[1][b["target"][0]][:12] for b in made["beads"]
        }
        assert beads["Salı günü Am"] == '"Twelve thou'
        assert beads['"Bize iki ha'] == '"They told u'
        whole = [
            (p["source"]["speaker"], p["target"]["speaker"])
            for p in made["quotes"]
            if p["source"] and p["target"]
        ]
        assert ("Meltem Sarıkaya", "Meltem Sarıkaya") in whole
        assert ("Nuri Özdal", "Nuri Özdal") in whole

    def test_lines_are_taken_as_they_are(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "a").write_text("Bir. İki.\n\nÜç kişi geldi.\n", "utf-8")
        (tmp_path / "b").write_text("One. Two.\nThree people came.\n", "utf-8")
        made = json.loads(
            printed(
                capsys, "align", str(tmp_path / "a"), str(tmp_path / "b"), "--lines", "--to", "json"
            )
        )
        assert made["source"]["sentences"] == ["Bir. İki.", "Üç kişi geldi."]

    def test_tsv_has_a_bead_a_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        lines = printed(capsys, "align", TR, EN).splitlines()
        assert lines[0].split("\t") == ["source", "target", "score"]
        assert all(len(line.split("\t")) == 3 for line in lines)

    def test_tmx_is_read_by_another_program(self, tmp_path: Path) -> None:
        tmxfile = pytest.importorskip("translate.storage.tmx")
        out = tmp_path / "sample.tmx"
        assert run(["align", TR, EN, "-o", str(out)]) == 0
        store = tmxfile.tmxfile.parsefile(str(out))
        assert any("Twelve thousand vehicles" in unit.target for unit in store.units)
        header = ET.parse(out).getroot().find("header")
        assert header is not None
        # The seven attributes that TMX 1.4b requires.
        assert {
            "creationtool",
            "creationtoolversion",
            "segtype",
            "o-tmf",
            "adminlang",
            "srclang",
            "datatype",
        } <= set(header.keys())

    def test_the_report_stands_alone(self, tmp_path: Path) -> None:
        out = tmp_path / "report.html"
        assert run(["align", TR, EN, "--quotes", "--words", "-o", str(out)]) == 0
        page = out.read_text("utf-8")
        seen = Tags(page)
        assert not any(
            name in ("src", "href") for _, attributes in seen.tags for name in attributes
        )
        assert "http://" not in page
        assert "https://" not in page
        assert sum(tag == "mark" for tag, _ in seen.tags) >= 6
        links = [set(a["data-l"].split()) for tag, a in seen.tags if tag == "span"]
        assert len(links) > 50

    def test_the_report_shows_hostile_text_as_text(self, tmp_path: Path) -> None:
        attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        (tmp_path / "a.txt").write_text(
            f'Ali "kötü {attack}" Demir, "Bu iş {attack} böyle olmaz, bunu bilin" dedi.\n', "utf-8"
        )
        (tmp_path / "b.txt").write_text(
            f'"It cannot go on {attack} like this, you should know that," said Ali "bad {attack}" Demir.\n',
            "utf-8",
        )
        out = tmp_path / "report.html"
        assert (
            run(
                [
                    "align",
                    str(tmp_path / "a.txt"),
                    str(tmp_path / "b.txt"),
                    "--quotes",
                    "--words",
                    "-o",
                    str(out),
                ]
            )
            == 0
        )
        tags = [tag for tag, _ in Tags(out.read_text("utf-8")).tags]
        assert tags.count("script") == 1
        assert "img" not in tags

    def test_swapped_texts_are_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "wrong way round" in refused(capsys, "align", EN, TR)

    def test_one_language_twice_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "both texts are in Turkish" in refused(capsys, "align", TR, TR)

    def test_an_empty_side_is_told(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "empty.txt").write_text("\n", "utf-8")
        assert "empty" in refused(capsys, "align", TR, str(tmp_path / "empty.txt"))

    def test_one_sentence_against_thousands_ends_and_warns(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "one.txt").write_text("Bakan bugün Ankara'da bir açıklama yaptı.\n", "utf-8")
        many = "".join(f"This is the sentence number {n} of the book.\n" for n in range(10_000))
        (tmp_path / "many.txt").write_text(many, "utf-8")
        assert (
            run(
                [
                    "align",
                    str(tmp_path / "one.txt"),
                    str(tmp_path / "many.txt"),
                    "--lines",
                    "--to",
                    "tsv",
                ]
            )
            == 0
        )
        assert "no counterpart" in capsys.readouterr().err


class TestQuotes:
    def test_json_keeps_the_contract(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = json.loads(printed(capsys, "quotes", TR, "--to", "json"))
        assert (made["version"], made["lang"]) == (1, "tr")
        from corpora.reading import read

        document = read(TR)
        for quote in made["quotes"]:
            assert quote.keys() == {"kind", "speaker", "cue", "text", "block", "start", "end"}
            printed_text = document.blocks[quote["block"]].text[quote["start"] : quote["end"]]
            assert quote["text"].startswith(printed_text)

    @pytest.mark.parametrize("path", [TR, EN])
    def test_the_sample_says_who_said_what(
        self, capsys: pytest.CaptureFixture[str], path: str
    ) -> None:
        quotes = json.loads(printed(capsys, "quotes", path, "--to", "json"))["quotes"]
        said = {(q["kind"], q["speaker"]) for q in quotes}
        assert {
            ("headline", "Meltem Sarıkaya"),
            ("direct", "Meltem Sarıkaya"),
            ("direct", "Nuri Özdal"),
        } <= said
        assert ("indirect", "Sevgi Alpman") in said

    def test_the_language_is_told_from_the_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert json.loads(printed(capsys, "quotes", EN, "--to", "json"))["lang"] == "en"

    def test_the_table_is_plain_text_in_a_pipe(self, capsys: pytest.CaptureFixture[str]) -> None:
        table = printed(capsys, "quotes", TR)
        assert "\x1b" not in table
        assert "Nuri Özdal" in table

    def test_originals_are_the_english_wording(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = json.loads(printed(capsys, "quotes", TR, "--originals", EN, "--to", "json"))
        best = {q["text"][:9]: q["originals"][0]["text"] for q in made["quotes"] if q["originals"]}
        assert best["Bize iki "].startswith("They told us two weeks")

    def test_text_without_quotes_gives_none(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "a.txt").write_text("Hava bugün güneşli. Yarın yağmur bekleniyor.\n", "utf-8")
        assert (
            json.loads(printed(capsys, "quotes", str(tmp_path / "a.txt"), "--to", "json"))["quotes"]
            == []
        )


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
