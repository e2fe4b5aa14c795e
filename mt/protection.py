"""Addresses, handles and placeholders: parts of a sentence that must come out as they went in.

They are masked before translation by a stand-in that models copy, and put back after it. A model may still drop or
double a stand-in, so there are several kinds to try, and the caller is told when none came through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_PROTECTED = re.compile(
    r"""
      https?://[^\s<>"“”]+[^\s<>"“”.,;:!?)\]'’]     # web addresses, without the sentence's punctuation
    | www\.[^\s<>"“”]+[^\s<>"“”.,;:!?)\]'’]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                   # e-mail
    | (?<![\w@])@\w{2,}                              # mentions
    | (?<![\w\#&])\#\w*[^\W\d]\w*                    # hashtags, but not "#3"
    | \{\{?[\w.:\s-]{0,40}\}\}? | \$\{\w+\}          # {name}, {{name}}, ${name}
    | %\(\w+\)[sdif] | %[sdif]\b | %\d\$[sd]         # printf
    | </?[A-Za-z][^<>]{0,80}>                        # tags
    | \b\w+(?:\.\w+)*\.(?:com|org|net|gov|edu|tr|eu|info|io)(?:\.tr)?\b(?:/[^\s<>"“”.,;:!?)']+)*   # bare domains
    """,
    re.VERBOSE,
)

# In the order tried; each must look like something that news prints and a model copies.
MASKS: tuple[str, ...] = ("{:d}71", "X{:d}", "QZ{:d}")
# Private use, the plane that no font and so no article uses.
_HIDDEN = 0x10_0000


def find(text: str) -> list[str]:
    """The protected parts of ``text``, in order."""
    return [m.group() for m in _PROTECTED.finditer(text)]


def between(text: str) -> list[str]:
    """What stands before, between and after the protected parts: always one text more than there are parts."""
    return _PROTECTED.split(text)


def mask(text: str, style: str) -> tuple[str, list[tuple[str, str]]]:
    """``text`` with each protected part replaced by a stand-in, and the list of (stand-in, part)."""
    pairs: list[tuple[str, str]] = []

    def stand_in(match: re.Match[str]) -> str:
        # A stand-in that the text holds already could not be told from it afterwards.
        number = 3 + len(pairs)
        while (word := style.format(number)) in text or any(word == w for w, _ in pairs):
            number += 1
        pairs.append((word, match.group()))
        return word

    return _PROTECTED.sub(stand_in, text), pairs


def restore(translated: str, pairs: Sequence[tuple[str, str]], *, exact: bool = True) -> str | None:
    """``translated`` with the parts put back, or None where a stand-in is not there exactly once (if ``exact``)."""
    parts = dict(pairs)
    if not parts:
        return translated
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, parts))})(?!\d)")
    if exact and sorted(pattern.findall(translated)) != sorted(parts):
        return None
    return pattern.sub(lambda match: parts[match.group()], translated)


def outside(text: str, change: Callable[[str], str]) -> str:
    """``text`` changed by ``change``, which sees each protected part as one character that it leaves alone."""
    parts: list[str] = []

    def hide(match: re.Match[str]) -> str:
        parts.append(match.group())
        return chr(_HIDDEN + len(parts) - 1)

    changed = change(_PROTECTED.sub(hide, text))
    for number, part in enumerate(parts):
        changed = changed.replace(chr(_HIDDEN + number), part)
    return changed
