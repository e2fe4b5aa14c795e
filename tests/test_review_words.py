"""The interface's words: whole in both languages, and a sentence in each for everything that the checks may say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignment.quotes import fidelity
from corpora.glossary import Glossary, Term
from mt import quality
from ui.web.page import texts

STATIC = Path(__file__).parent.parent / "ui" / "web" / "static"
ENGLISH, TURKISH = texts()["en"], texts()["tr"]
REASONS = {key: text for key, text in ENGLISH.items() if key.startswith("why.")}
CALLS = {"Flag", "Finding"}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    assert ENGLISH.keys() == TURKISH.keys()
    for key, text in ENGLISH.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", TURKISH[key])), key


def test_every_word_that_the_page_asks_for_is_there() -> None:
    asked: set[str] = set()
    for script in STATIC.glob("*.js"):
        code = script.read_text("utf-8")
        asked |= set(re.findall(r'\bt\("([\w.-]+)"', code))
        asked |= {f"do.{name}" for name in re.findall(r'\bcommand\("([\w.]+)"', code)}
    assert len(asked) > 150
    assert asked - ENGLISH.keys() == set()


def reasons(module: object) -> Iterator[str]:
    """The sentences that a module gives as reasons, with {0}, {1} … for what is put into them."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            said = node.args[1:]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
            said = [node.value]
        for value in said:
            if isinstance(value, ast.Constant):
                yield str(value.value)
            elif isinstance(value, ast.JoinedStr):
                numbers = iter(range(10))
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}"
                    for part in value.values
                )


@pytest.mark.parametrize("module", [quality, fidelity], ids=["translations", "quotes"])
def test_what_a_check_says_is_in_the_catalogue(module: object) -> None:
    found = list(reasons(module))
    assert len(found) >= 9
    assert set(found) <= set(REASONS.values())


def test_what_the_glossary_says_is_in_the_catalogue() -> None:
    terms = [Term("bakan", "minister"), Term("bakan", "cabinet minister", status="allowed")]
    forbidden = Term("bakan", "secretary", status="forbidden")
    for glossary, target in (
        (Glossary(terms), "He came."),
        (Glossary([*terms, forbidden]), "The secretary came."),
        (Glossary([forbidden]), "The secretary came."),
    ):
        (warning,) = glossary.check("Bakan geldi.", target)
        patterns = [
            re.sub(r"\\{\d\\}", "(.*)", re.escape(text))
            for key, text in REASONS.items()
            if key.startswith(f"why.{warning.code}")
        ]
        assert any(re.fullmatch(pattern, warning.message) for pattern in patterns), warning.message
