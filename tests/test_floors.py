"""The house has three floors and arrows only downward; and a light command loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "corpora": set(),
    "mt": {"corpora"},
    "alignment": {"corpora"},
    "ui": {"corpora", "mt", "alignment"},
}
HEAVY = {"torch", "transformers", "gradio", "datasets", "ctranslate2", "sacrebleu", "trafilatura", "lxml", "sqlalchemy"}  # fmt: skip


def imported(file: Path) -> Iterator[str]:
    """The first names of everything that a file imports, at its top or inside its functions."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_a_floor_imports_only_those_below_it(floor: str) -> None:
    files = sorted((ROOT / floor).rglob("*.py"))
    assert files
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imported(file)
        if name in MAY_IMPORT and name != floor and name not in MAY_IMPORT[floor]
    }
    assert not wrong


def run(code: str, **options: object) -> str:
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, **options
    )  # type: ignore[call-overload]
    assert made.returncode == 0, made.stderr
    return str(made.stdout)


def loaded_by(code: str) -> set[str]:
    out = run(
        f"import sys\n{code}\nprint('\\nLOADED', *{{m.partition('.')[0] for m in sys.modules}})"
    )
    return set(out.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["translate", "--help"], ["models", "--help"]]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert not HEAVY & loaded_by(f"from ui.cli import run\nrun({arguments})")


def test_listing_models_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded_by("from ui.cli import run\nrun(['models', 'list'])")


def test_help_answers_at_once() -> None:
    def seconds(code: str) -> float:
        started = time.perf_counter()
        run(code)
        return time.perf_counter() - started

    # The best of a few, on a machine that may be busy; measured on an idle one: 0.02 s and 0.09 s.
    bare = min(seconds("pass") for _ in range(4))
    helped = min(seconds("from ui.cli import run\nrun(['--help'])") for _ in range(4))
    assert helped < 10 * bare + 0.5


def test_translating_loads_no_torch(toy_folder: Path, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Bakan geldi.\n", "utf-8")
    code = f"from ui.cli import run\nassert run(['translate', {str(article)!r}, '--model', {str(toy_folder)!r}]) == 0"
    run(code)  # the conversion needs it, once
    assert loaded_by(code) & HEAVY == {"ctranslate2"}
