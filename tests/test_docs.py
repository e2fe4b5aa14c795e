"""The commands in README and docs run as they are printed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "docs" / "sample", tmp_path / "docs" / "sample")
    return tmp_path


@pytest.mark.parametrize(
    ("page", "command"),
    [pytest.param(p, c, id=f"{p.stem}: {c}") for p in PAGES for c in dict.fromkeys(commands(p))],
)
def test_a_printed_command_runs(page: Path, command: str, folder: Path) -> None:
    with_this_python = re.sub(r"(?<![\w./])dragoman(?= )", f"{sys.executable} -m ui", command)
    done = subprocess.run(
        ["bash", "-c", with_this_python], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{page.name}: {done.stderr}"
    assert "Traceback" not in done.stderr
    assert done.stdout or list(folder.glob("out/*"))


def test_every_link_to_a_file_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_is_documented() -> None:
    from ui.cli import COMMANDS

    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    for name in COMMANDS:
        assert f"dragoman {name}" in text
