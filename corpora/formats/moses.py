"""Moses: two plain text files, line n of one translating line n of the other (news.tr, news.en)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from corpora.bitext import Pair
from corpora.errors import InputError
from corpora.writing import replacing

from .files import Source, opened_text
from .provenance import with_languages
from .tabular import cell

SUFFIX = ".moses"
"""Stands for both files in a name: news.moses is news.tr and news.en."""


def save(pairs: Iterable[Pair], path: Path) -> list[Path]:
    """Write both files, whole or not at all, and return them.

    A pair without text on one of its sides is left out, and each run of line breaks in a text is one space. Raises
    InputError for pairs in more than one pair of languages, and OutputError.
    """
    languages, all_pairs = with_languages(pairs)
    stem = _stem(path, languages)
    paths = [stem.with_name(f"{stem.name}.{lang}") for lang in languages]
    with replacing(*paths) as files:
        for pair in all_pairs:
            if (pair.source_lang, pair.target_lang) != languages:
                raise InputError(
                    f"Moses files hold one pair of languages, and {pair.source_lang}–{pair.target_lang} follows "
                    f"{'–'.join(languages)}; write TMX or TSV"
                )
            texts = [cell(text).strip() for text in (pair.source, pair.target)]
            if all(texts):
                for file, text in zip(files, texts, strict=True):
                    file.write(text.encode("utf-8", "ignore") + b"\n")
    return paths


def read(source: Source, languages: tuple[str, str] = ("tr", "en")) -> Iterator[Pair]:
    """The pairs of two files, named by either of them or by what their names begin with (news, news.moses).

    Raises InputError, also where one file has more lines, which shows only at the end.
    """
    if not isinstance(source, str | Path):
        raise InputError("Moses files come in twos; name one of them")
    stem = _stem(Path(source), languages)
    sides = [stem.with_name(f"{stem.name}.{lang}") for lang in languages]
    with opened_text(sides[0]) as left, opened_text(sides[1]) as right:
        for file in (left, right):
            file.reconfigure(newline="\n")
        for number, (a, b) in enumerate(zip_longest(left, right), 1):
            if a is None or b is None:
                short, long = (sides[0], sides[1]) if a is None else (sides[1], sides[0])
                raise InputError(
                    f"{short} ends after {number - 1:,} lines but {long} goes on: they are no pair"
                )
            texts = a.rstrip("\r\n"), b.rstrip("\r\n")
            if any(text.strip() for text in texts):
                yield Pair(*texts, *languages)


def _stem(path: Path, languages: tuple[str, str]) -> Path:
    return path.with_suffix("") if path.suffix[1:] in (*languages, SUFFIX[1:]) else path
