"""``dragoman translate``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpora.errors import DragomanError, InputError, OutputError
from corpora.writing import write_whole
from ui.cli.files import Job, Ledger, plan
from ui.cli.progress import bar, note

if TYPE_CHECKING:
    from corpora.glossary import Term
    from corpora.reading import Part
    from mt.models import ModelInfo
    from mt.translator import Translation, Translator
    from ui.judging import Judge
    from ui.kept_project import KeptProject

SUFFIXES = {
    "txt": ".txt", "md": ".md", "html": ".html", "docx": ".docx", "json": ".json", "tsv": ".tsv", "bilingual": ".txt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    lang: str
    encoding: str | None
    format: str | None


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="File to write, or folder (several inputs, or a name ending in /).",
)
@click.option(
    "--to",
    type=click.Choice(list(SUFFIXES)),
    help="Format of the result. Default: that of the input.",
)
@click.option(
    "--model",
    default="",
    metavar="M",
    help="Bundled or pulled model, or a model folder. Default: the one in use.",
)
@click.option("--engine", type=click.Choice(["ct2", "torch"]), default="ct2", show_default=True)
@click.option(
    "--beam",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="Hypotheses followed at a time; 1 is fastest.",
)
@click.option(
    "--glossary",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Terms to be translated as this file says: TBX, TSV or CSV.",
)
@click.option(
    "--project",
    metavar="DB",
    help="Use this project's memory and terms, and keep text and translation there.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="Encoding of text inputs, where detection is wrong (cp1254, utf-8…).",
)
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help="Format of the input, where its name does not tell (text, html…).",
)
@click.option("--overwrite", is_flag=True, help="Translate again what an earlier run has finished.")
def translate(
    inputs: tuple[str, ...],
    output: str | None,
    to: str | None,
    model: str,
    engine: str,
    beam: int,
    glossary: Path | None,
    project: str | None,
    encoding: str | None,
    format_: str | None,
    overwrite: bool,
) -> int:
    """Translate Turkish articles into English.

    INPUT is a file, a folder, an http(s) address, or - for standard input. The result goes to standard output, or to
    OUT. Many files that were interrupted go on where they stopped when the same command is run again.
    """
    if not inputs:
        if sys.stdin.isatty():
            raise click.UsageError(
                "nothing to translate: name a file, a folder or an address, or pipe a text in"
            )
        inputs = ("-",)
    jobs = plan(inputs, output, "en", SUFFIXES[to] if to else None)
    kept = _kept(project) if project else None
    terms = _terms(glossary, kept)
    (translator, info), started = _translator(model, engine, beam, terms), time.monotonic()
    reading = _Reading("tr", encoding, format_)
    ledger = None
    if output and (len(jobs) > 1 or jobs[0].output != Path(output)):
        settings = {
            "model": info.name,
            "fingerprint": info.fingerprint,
            "engine": engine,
            "beam": beam,
            "to": to,
            "as": reading,
            "project": project,
            "terms": terms,
        }
        ledger = Ledger(Path(output), settings)
    # Nothing else has room for what it says.
    judge = _judge(translator.model) if kept or to == "json" else None
    task = _Task(translator, kept, judge, reading, to, compact=len(jobs) > 1)
    faults = done = skipped = 0
    for number, job in enumerate(jobs, 1):
        label = f"{number}/{len(jobs)} {Path(job.source).name}" if len(jobs) > 1 else "translating"
        try:
            data = _load(job.source)
            if ledger and job.output and not overwrite and ledger.has(job.output, data):
                skipped += 1
                continue
            tally = task.run(job, data, label)
            if ledger and job.output:
                ledger.add(job.output, data)
            done += 1
            if len(jobs) == 1:
                note(tally.summary(translator, time.monotonic() - started))
        except KeyboardInterrupt:
            way_on = ". Run the same command again to go on." if ledger else ""
            note(f"dragoman: stopped; {done + skipped} of {len(jobs)} done and whole{way_on}")
            return 1
        except DragomanError as error:
            # Where one result cannot be written, the others cannot either.
            if len(jobs) == 1 or isinstance(error, OutputError):
                raise
            faults += 1
            note(f"dragoman: {error}")
    if len(jobs) > 1:
        note(
            f"{done} translated, {skipped} done before, {faults} with a fault, in {time.monotonic() - started:.1f} s"
        )
    return 1 if faults else 0


def _kept(project: str) -> KeptProject:
    from ui.kept_project import KeptProject

    kept = KeptProject.open(project)
    click.get_current_context().call_on_close(kept.project.close)
    return kept


def _terms(file: Path | None, kept: KeptProject | None) -> list[Term]:
    """The terms of the file, then those of the project."""
    from corpora.formats import terms

    return [*(terms.read(file) if file else ()), *(kept.project.terms() if kept else ())]


def _translator(
    model: str, engine: str, beam: int, terms: list[Term]
) -> tuple[Translator, ModelInfo]:
    from corpora.glossary import Glossary
    from mt import models
    from mt.engines import Search
    from mt.translator import Translator

    ready, info = models.load(model, "torch" if engine == "torch" else "ct2")
    translator = Translator(
        ready,
        model=info.name,
        search=Search(beam=beam, length_penalty=info.length_penalty),
        glossary=Glossary(terms) if terms else None,
    )
    return translator, info


def _judge(model: str) -> Judge:
    from ui.judging import Judge

    return Judge(model, warn=lambda why: note(f"dragoman: {why}"))


def _load(source: str) -> bytes:
    from corpora.reading import load

    return sys.stdin.buffer.read() if source == "-" else load(source)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is done with each input."""

    translator: Translator
    kept: KeptProject | None
    judge: Judge | None
    reading: _Reading
    to: str | None
    compact: bool

    def run(self, job: Job, data: bytes, label: str) -> _Tally:
        """Translate ``data`` to where ``job`` says."""
        tally = _Tally()
        with bar(label) as progress:
            parts = tally.counting(self._parts(job.source, data, progress))
            rest = _deliver(self._rendered(parts), job)
        if not job.output:
            sys.stdout.buffer.write(rest)
            sys.stdout.flush()
        return tally

    def _parts(
        self, source: str, data: bytes, progress: Callable[[int, int], None]
    ) -> Iterator[tuple[Translation, Part]]:
        """The translation of a document, of a long text part by part."""
        from corpora.reading import Part, read_bytes, read_parts

        how = self.reading
        if self.kept:
            # A project has a document as a whole.
            document = read_bytes(
                data, name=source, lang=how.lang, encoding=how.encoding, format=how.format
            )
            translation = self.kept.translate(
                self.translator, document, progress=progress, judge=self._judged
            )
            yield translation, Part(document, data, how.encoding, how.format)
            return
        before, left = 0, len(data)
        for part in read_parts(
            data, name=source, lang=how.lang, encoding=how.encoding, format=how.format
        ):
            # How many sentences are in the parts to come is known by their bytes only.
            share = left / len(part.data)

            def told(done: int, total: int, before: int = before, share: float = share) -> None:
                progress(before + done, before + round(total * share))

            translation = self._judged(self.translator.translate(part.document, progress=told))
            yield translation, part
            before, left = before + sum(map(len, translation.segments)), left - len(part.data)

    def _judged(self, made: Translation) -> Translation:
        return self.judge.translation(made) if self.judge else made

    def _rendered(self, parts: Iterator[tuple[Translation, Part]]) -> Iterator[bytes]:
        from ui.rendering import stream

        if self.to is None:
            return (part.write(translation.target) for translation, part in parts)
        return stream((translation for translation, _ in parts), self.to, compact=self.compact)


def _deliver(result: Iterator[bytes], job: Job) -> bytes:
    """Write to a file or a pipe. What is for a terminal is returned: the bar has to go first."""
    first = next(result)  # what cannot be read or translated shows here, before anything is written
    if job.output:
        write_whole(job.output, chain([first], result))
        return b""
    is_docx = first.startswith(b"PK")
    if sys.stdout.isatty():
        if is_docx:
            raise InputError(
                "a .docx result is no text for a terminal: name a file with -o, or a format with --to txt"
            )
        whole = b"".join([first, *result])
        return whole if whole.endswith(b"\n") else whole + b"\n"
    last = b"\n"
    for piece in chain([first], result):
        sys.stdout.buffer.write(piece)
        last = piece or last
    return b"" if is_docx or last.endswith(b"\n") else b"\n"


@dataclass(slots=True)
class _Tally:
    """What there is to say of a translation when it is done."""

    sentences: int = 0
    flagged: int = 0
    remembered: int = 0
    repaired: int = 0

    def counting(
        self, parts: Iterator[tuple[Translation, Part]]
    ) -> Iterator[tuple[Translation, Part]]:
        """``parts``, counted as they go by."""
        for translation, part in parts:
            segments = [s for row in translation.segments for s in row]
            self.sentences += len(segments)
            self.flagged += sum(bool(s.flags) for s in segments)
            self.remembered += sum(s.origin == "memory" for s in segments)
            self.repaired += sum(s.origin == "repaired" for s in segments)
            yield translation, part

    def summary(self, translator: Translator, seconds: float) -> str:
        return (
            f"{self.sentences} sentences in {seconds:.1f} s with {translator.model} ({translator.engine.name})"
            + (f"; {self.remembered} of them from the memory" if self.remembered else "")
            + (f"; {self.repaired} repaired from it" if self.repaired else "")
            + (f"; {self.flagged} flagged, see --to json" if self.flagged else "")
        )
