"""Pairs as tables: TSV, CSV and JSON Lines.

TSV has no quoting, so a cell may hold no tab and no line break. ``cell`` makes each run of them one space, for tables
that people read. Where nothing may be lost, ``write_tsv`` writes ``\\t``, ``\\n``, ``\\\\`` and the like.

A cell that a spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-`` or ``@``) gets an apostrophe in
front in TSV and CSV. Reading takes it off again, and the backslashes too, if the table's heading is ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

from corpora.bitext import Pair
from corpora.errors import InputError

from .files import Source, name_of, opened_text
from .provenance import FACTS, facts, pair_of

COLUMNS = tuple(field.name for field in fields(Pair))
_LANGUAGES = {"source": "tr", "target": "en"}  # where a table does not say
# A heading with all of these is one of ours, even if columns were added, moved or taken out.
_OURS = frozenset(("source", "target", "source_lang", "target_lang"))
# Every character that some reader takes for the end of a line or a cell.
_BREAKS = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE = re.compile(r"[\\\x00-\x1f\x7f\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|[\\tnr])")
_SHORT = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_LONG = {escape[1]: char for char, escape in _SHORT.items()}
# Full-width signs start a formula in East Asian editions.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")
_LINE_BREAKS = re.compile("[\x85\u2028\u2029]")


def cell(text: str) -> str:
    """``text`` with each run of tabs and line breaks made one space."""
    return _BREAKS.sub(" ", text)


def rows(records: Iterable[Sequence[object]]) -> Iterator[str]:
    """One line for each record, its fields made cells."""
    for record in records:
        yield "\t".join(cell(str(field)) for field in record) + "\n"


def write_tsv(pairs: Iterable[Pair]) -> Iterator[str]:
    """The lines of a TSV file with a heading; every line is one pair, whatever the texts hold."""
    yield "\t".join(COLUMNS) + "\n"
    for pair in pairs:
        yield "\t".join(_UNSAFE.sub(_escaped, value) for value in _cells(pair)) + "\n"


def write_csv(pairs: Iterable[Pair]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180) with a heading."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for pair in pairs:
        writer.writerow(_cells(pair))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def write_jsonl(pairs: Iterable[Pair]) -> Iterator[str]:
    """One JSON object a line, with what is known of the pair."""
    for pair in pairs:
        values: dict[str, object] = {n: getattr(pair, n) for n in COLUMNS[:4]} | facts(pair)
        if pair.score is not None:
            values["score"] = float(pair.score)
        line = json.dumps(values, ensure_ascii=False)
        yield _LINE_BREAKS.sub(lambda m: f"\\u{ord(m[0]):04x}", line) + "\n"


def read_tsv(source: Source) -> Iterator[Pair]:
    """The pairs of a TSV file: by the names in its heading, else its first two columns. Raises InputError."""
    with opened_text(source) as file:
        # Only a line feed ends a line: what other readers take for an end may stand in a text.
        file.reconfigure(newline="\n")
        lines = (line.rstrip("\r\n").split("\t") for line in file)
        yield from _pairs(lines, name_of(source), escaped=True)


def read_csv(source: Source) -> Iterator[Pair]:
    """The pairs of a CSV file, separated by commas, semicolons or tabs; columns as in ``read_tsv``.

    Raises InputError.
    """
    with opened_text(source) as file:
        first = file.readline()
        delimiter = max(",;\t", key=first.count)
        lines = csv.reader(chain((first,), file), delimiter=delimiter, strict=True)
        try:
            yield from _pairs(lines, name_of(source), escaped=False)
        except csv.Error as error:
            raise InputError(
                f"{name_of(source)} is no CSV: {error}, line {lines.line_num}"
            ) from None


def read_jsonl(source: Source) -> Iterator[Pair]:
    """The pairs of a JSON Lines file: objects with "source" and "target", or with "translation": {"tr": …, "en": …}.

    Raises InputError.
    """
    with opened_text(source) as file:
        file.reconfigure(newline="\n")
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield _of_json(json.loads(line))
                except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                    raise InputError(
                        f'{name_of(source)}, line {number}: no JSON object with the texts "source" and "target"'
                    ) from None


def _cells(pair: Pair) -> Iterator[str]:
    known = facts(pair)
    for name in COLUMNS:
        text = known.get(name, "") if name in FACTS else getattr(pair, name)
        yield "'" + text if name != "score" and _FORMULA.match(text) else text


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _unescaped(found: re.Match[str]) -> str:
    return _LONG.get(found[1]) or chr(int(found[1][1:], 16))


def _pairs(lines: Iterator[list[str]], name: str, *, escaped: bool) -> Iterator[Pair]:
    """The pairs of a table; ``escaped`` says that a table of ours has backslashes in its cells."""
    heading = next(lines, None)
    if heading is None:
        return
    columns = [column.strip().lower() for column in heading]
    plain: Callable[[str], str] = str
    if columns and set(columns) >= _OURS:
        plain = _plain_tsv if escaped else _plain
    elif not {"source", "target"} <= set(columns) and not {"tr", "en"} <= set(columns):
        columns, lines = ["source", "target"], chain((heading,), lines)
    for number, line in enumerate(lines, 1):
        if any(line):
            yield _of_record(
                dict(zip(columns, map(plain, line), strict=False)), f"{name}, record {number}"
            )


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _plain_tsv(text: str) -> str:
    return _plain(_ESCAPE.sub(_unescaped, text))


def _of_record(record: dict[str, str], where: str) -> Pair:
    source, target = ("source", "target") if "source" in record else ("tr", "en")
    if source not in record or target not in record:
        raise InputError(f"{where}: there is no {target} beside the {source}")
    first, second = (record.get(f"{side}_lang") or lang for side, lang in _LANGUAGES.items())
    return pair_of(record[source], record[target], first, second, record)


def _of_json(value: Any) -> Pair:
    known = {name: _whole(str(value[name])) for name in FACTS if value.get(name) is not None}
    if "translation" in value:
        texts = value["translation"]
        first, second = sorted(texts, key=lambda lang: lang != "tr")
        return pair_of(_whole(texts[first]), _whole(texts[second]), first, second, known)
    first, second = (_whole(value.get(f"{side}_lang", lang)) for side, lang in _LANGUAGES.items())
    return pair_of(_whole(value["source"]), _whole(value["target"]), first, second, known)


def _whole(text: Any) -> str:
    """A text without surrogates that lost their other half. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError("no text")
    return text.encode("utf-8", "ignore").decode()
