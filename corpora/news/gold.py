"""Read the gold news corpus; the file format is defined in ``FORMAT.md`` beside this file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal
from zlib import crc32

from corpora.errors import InputError

Part = Literal["development", "held-out", "all"]
Split = Literal["train", "validation", "test"]

# Measured on, never trained on or tuned on: the last file of each topic, chosen before any was read.
HELD_OUT = frozenset({"bil-2", "dip-5", "dun-3", "eko-5", "pol-3", "spo-5", "zor-2"})


@dataclass(frozen=True, slots=True)
class GoldBead:
    """Sentences that translate each other; either side may be empty."""

    tr: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldBlock:
    """A heading or paragraph."""

    kind: Literal["heading", "paragraph"]
    beads: tuple[GoldBead, ...]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quote on both sides; a side that has none is "-". ``kind`` as in ``FORMAT.md``."""

    kind: str
    speaker_tr: str
    speaker_en: str
    tr: str
    en: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article in both languages; ``file`` is the name, without suffix, of the file it stands in."""

    id: str
    topic: str
    place: str
    blocks: tuple[GoldBlock, ...]
    quotes: tuple[GoldQuote, ...]
    file: str = ""

    @property
    def split(self) -> Split:
        """The held-out files are "test"; of the other articles a tenth, by a hash of the id, is "validation"."""
        if self.file in HELD_OUT:
            return "test"
        return "validation" if crc32(self.id.encode()) % 10 == 0 else "train"

    def text(self, lang: str) -> str:
        """The running text of one side: blocks apart by a blank line, sentences by a space."""
        sides = ([s for b in block.beads for s in _side(b, lang)] for block in self.blocks)
        return "\n\n".join(" ".join(side) for side in sides if side)

    def sentences(self, lang: str) -> list[str]:
        """The gold sentences of one side, in order."""
        return [s for block in self.blocks for bead in block.beads for s in _side(bead, lang)]

    def beads(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The gold beads as indices into ``sentences("tr")`` and ``sentences("en")``."""
        at_tr = at_en = 0
        out = []
        for block in self.blocks:
            for bead in block.beads:
                tr, en = at_tr + len(bead.tr), at_en + len(bead.en)
                out.append((tuple(range(at_tr, tr)), tuple(range(at_en, en))))
                at_tr, at_en = tr, en
        return out


def articles(part: Part = "all") -> Iterator[Article]:
    """The articles of a part of the corpus, by file and in the files' order."""
    folder = Path(str(files("corpora.news"))) / "articles"
    for path in sorted(folder.glob("*.txt")):
        if part == "all" or (path.stem in HELD_OUT) == (part == "held-out"):
            yield from read(path.read_text("utf-8").splitlines(), path.name)


def article_pairs(part: Part = "development") -> Iterator[tuple[str, str]]:
    """Turkish and English of every bead with both sides, in order; several sentences are joined by a space."""
    for article in articles(part):
        for block in article.blocks:
            for bead in block.beads:
                if bead.tr and bead.en:
                    yield " ".join(bead.tr), " ".join(bead.en)


def sentence_pairs() -> Iterator[tuple[str, str]]:
    """The single sentence pairs, Turkish and English, written for training."""
    folder = Path(str(files("corpora.news"))) / "pairs"
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            tr, _, en = line.partition("\t")
            yield tr, en


def read(lines: Iterable[str], name: str) -> Iterator[Article]:
    """Articles in the corpus format; raises InputError that names file and line of a fault."""
    head: list[str] = []
    blocks: list[tuple[Literal["heading", "paragraph"], list[GoldBead]]] = []
    quotes: list[GoldQuote] = []

    def finished() -> Article:
        done = tuple(GoldBlock(kind, tuple(beads)) for kind, beads in blocks)
        return Article(head[0], head[1], head[2], done, tuple(quotes), Path(name).stem)

    for number, line in enumerate(lines, 1):
        match unicodedata.normalize("NFC", line).strip().split(" | "):
            case [""]:
                continue
            case [first, topic, place] if first.startswith("### "):
                if head:
                    yield finished()
                head, blocks, quotes = [first[4:].strip(), topic.strip(), place.strip()], [], []
            case ["P"] if head:
                blocks.append(("paragraph", []))
            case ["H", tr, en] if head:
                blocks.append(("heading", [_bead(tr, en)]))
            case ["S", tr, en] if blocks and blocks[-1][0] == "paragraph":
                blocks[-1][1].append(_bead(tr, en))
            case ["Q", kind, speaker_tr, speaker_en, tr, en] if head:
                quotes.append(
                    GoldQuote(kind, speaker_tr.strip(), speaker_en.strip(), tr.strip(), en.strip())
                )
            case _:
                raise InputError(f"{name}:{number} is no line of the corpus format: {line[:60]}")
    if head:
        yield finished()


def _bead(tr: str, en: str) -> GoldBead:
    def side(text: str) -> tuple[str, ...]:
        return () if text.strip() == "-" else tuple(s.strip() for s in text.split("¶"))

    return GoldBead(side(tr), side(en))


def _side(bead: GoldBead, lang: str) -> tuple[str, ...]:
    return bead.tr if lang == "tr" else bead.en
