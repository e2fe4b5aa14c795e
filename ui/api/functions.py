"""What the API and the MCP tools do, without a word about HTTP: texts in, plain JSON values out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from corpora.document import Document
from corpora.errors import InputError
from corpora.language import detect as detect_language
from corpora.language import likelihood
from corpora.reading import read_bytes, write

if TYPE_CHECKING:
    from ui.web.desk import Desk

Json = dict[str, Any]
NAMES = {"tr": "Turkish", "en": "English"}


def languages(desk: Desk) -> list[Json]:
    """What the server's model translates into what."""
    pair = desk.translator.source_lang, desk.translator.target_lang
    return [
        {"code": pair[0], "name": NAMES[pair[0]], "targets": list(pair)},
        {"code": pair[1], "name": NAMES[pair[1]], "targets": [pair[1]]},
    ]


def detect(text: str) -> list[Json]:
    """The language of a text, Turkish or English, and how likely it is that one, 0 to 100."""
    told = detect_language(text)
    likely = {lang: likelihood(text, lang) for lang in ([told] if told else NAMES)}
    found = max(likely, key=lambda lang: likely[lang])
    return [{"language": found, "confidence": round(100 * likely[found], 1)}]


def direction(desk: Desk, source: str, target: str, text: str) -> tuple[str, list[Json]]:
    """The source language, with what was detected if ``source`` is "auto".

    Raises InputError unless it is a direction of the model, or no translation at all.
    """
    detected = detect(text) if source == "auto" else []
    lang = detected[0]["language"] if detected else source
    if (lang, target) not in {
        (code["code"], to) for code in languages(desk) for to in code["targets"]
    }:
        pair = desk.translator.source_lang, desk.translator.target_lang
        raise InputError(
            f"{lang} to {target} is not supported: this server translates {NAMES[pair[0]]} ({pair[0]}) into"
            f" {NAMES[pair[1]]} ({pair[1]})"
        )
    return lang, detected


def translate(desk: Desk, text: str, *, html: bool = False) -> str:
    """A text, or a piece of HTML with its markup, translated with its layout kept."""
    if not text.strip():
        return text
    kind = "page" if html else "text"
    data = text.encode()
    try:
        document = _read(data, "-", desk.translator.source_lang, kind)
    except InputError:
        return text  # markup alone
    return write(desk.translator.translate(document).target, data, format=kind).decode()


def translate_file(desk: Desk, data: bytes, name: str) -> bytes:
    """A file of any format that is read, translated into the same format. Raises InputError."""
    document = _read(data, name, desk.translator.source_lang, None)
    return write(desk.translator.translate(document).target, data)


def alternatives(desk: Desk, text: str, count: int) -> list[str]:
    """Other translations of one sentence than the best; none of a longer text."""
    if not count or not text.strip():
        return []
    if len(_read(text.encode(), "-", desk.translator.source_lang, "text").sentences()) != 1:
        return []
    found = [made.target for made in desk.translator.alternatives(text.strip(), count + 1)]
    best = translate(desk, text).strip()
    return [other for other in found if other != best][:count]


def align(
    desk: Desk, source: str, target: str, *, quotes: bool = True, words: bool = False
) -> Json:
    """The sentences of a Turkish text and its English translation in pairs: the JSON of `dragoman align`."""
    from alignment.documents import align_documents
    from ui.alignment_rendering import as_json

    texts = [
        _read(text.encode(), name, lang, "text")
        for text, name, lang in ((source, "source", "tr"), (target, "target", "en"))
    ]
    return as_json(align_documents(*texts, encoder=desk.encoder, quotes=quotes, words=words))


def quotes(text: str, lang: str = "") -> Json:
    """The quotes of an article with their speakers: the JSON of `dragoman quotes`."""
    from alignment.quotes import find
    from ui.quotes_rendering import as_json

    document = _read(text.encode(), "-", lang or detect_language(text) or "tr", "text")
    return as_json(document, find(document), None)


def search(desk: Desk, term: str, limit: int = 20) -> Json:
    """Where a word or phrase stands in the project, in any form and on either side, with its translation."""
    from corpora.concordance import search as look_for

    return {"hits": [asdict(hit) for hit in look_for(desk.project, term, limit=limit)]}


def _read(data: bytes, name: str, lang: str, kind: str | None) -> Document:
    return read_bytes(data, name=name, lang=lang, format=kind, encoding="utf-8" if kind else None)
