"""PO, the catalogues of GNU gettext: read only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpora.bitext import Pair
from corpora.errors import InputError

from .files import Source, name_of, opened

if TYPE_CHECKING:
    from babel.messages.catalog import Message

LARGEST = 100 * 2**20
"""Bytes; a catalogue is held in memory, and the largest known ones have 10 MB."""


def read(source: Source, source_lang: str = "en") -> Iterator[Pair]:
    """The translated entries of a catalogue, of plurals the first and the last form; raises InputError.

    A fuzzy entry, which gettext does not use, has the status "new". The target's language is that of the header
    (Turkish if it has none); messages are English unless ``source_lang`` says otherwise. Obsolete entries are left out.
    """
    from babel.messages.pofile import PoFileError, read_po

    with opened(source) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(f"{name_of(source)} is larger than {LARGEST:,} bytes")
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{name_of(source)} is no PO catalogue: {reason}") from None
    target_lang = str(catalog.locale or catalog.locale_identifier or "tr").replace("_", "-")
    for message in catalog:
        if message.id:
            yield from _pairs(message, source_lang, target_lang)


def _pairs(message: Message, source_lang: str, target_lang: str) -> Iterator[Pair]:
    # A plural entry has two messages and, in Turkish, two translations; other languages have one to six.
    several = isinstance(message.id, list | tuple)
    ids = [message.id[0], message.id[-1]] if several else [str(message.id)]
    forms = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
    for source, target in zip(ids, (forms[0], forms[-1]), strict=False):
        if source and target:
            yield Pair(
                source,
                target,
                source_lang,
                target_lang,
                document=message.locations[0][0] if message.locations else "",
                segment=message.context or "",
                status="new" if message.fuzzy else "",
                comment="\n".join([*message.auto_comments, *message.user_comments]),
            )
