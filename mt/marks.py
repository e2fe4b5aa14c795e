"""Quotation marks of the source, put back where a model lost them."""

from __future__ import annotations

import re


def restore_marks(source: str, target: str) -> str:
    """``target`` with the quotation marks at the very start and end of ``source``, where the model lost them.

    Marks inside a sentence are not guessed at: `quality.check` reports those.
    """
    pairs = {'"': '"', "“": "”", "„": "“", "«": "»"}
    s, t = source.strip(), target.strip()
    if not s or not t:
        return target
    straight, curly = '"' in s, bool(set("“”„") & set(s))
    if curly and not straight and '"' in t:
        t = re.sub(r'"([^"]*)"', r"“\1”", t)
    elif straight and not curly and set("“”„«»") & set(t):
        t = re.sub("[“”„«»]", '"', t)
    opened, closed = s[0] in pairs, s[-1] in '"”»' or s.endswith(('".', "”."))
    marks = set('"“”„«»')
    if opened and t[0] not in marks and not (marks & set(s[1:-1])):
        t = s[0] + t
    if closed and not (marks & set(t[1:])) and (not opened or not marks & set(s[1:-2])):
        t = t.rstrip() + (
            pairs.get(s[0], s[-1]) if opened else next(c for c in reversed(s) if c in marks)
        )
    return t
