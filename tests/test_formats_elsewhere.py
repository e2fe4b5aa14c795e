"""Other programs load what we write: schemas, translate-toolkit, pandas, OmegaT. Each test skips where its program is not."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from corpora.bitext import Pair, Status
from corpora.formats import FORMATS, xliff

# Where Debian puts them: omegat (TMX's DTD is in it) and php-symfony-translation (OASIS's schemas).
OMEGAT = Path("/usr/share/omegat/OmegaT.jar")
SCHEMAS = Path("/usr/share/php/Symfony/Component/Translation/Resources/schemas")
DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FULL = Pair(
    "Su & ekmek <yok>.\n",
    "No “water” & bread.\r",
    score=0.91,
    origin="aligned",
    document="https://example.org/?a=1&b=2",
    segment="4.2",
    speaker="Ayşe Kaya",
    quote="direct",
    model="tr-en",
    editor="Öykü",
    created=DATE,
    changed=DATE,
    comment="Dikkat!",
)
PAIRS = [
    *(replace(FULL, status=status) for status in ("", *get_args(Status))),
    Pair("Yalın.", "Plain."),
    Pair("Çevrilecek.", "", status="new"),
]


def export(name: str, path: Path, pairs: list[Pair] = PAIRS) -> Path:
    return FORMATS[name].save(pairs, path, "dragoman 1.0; dedupe")[0]


@functools.cache
def tmx_dtd() -> etree.DTD:
    if not OMEGAT.exists():
        pytest.skip("OmegaT is not installed")
    with zipfile.ZipFile(OMEGAT) as package:
        return etree.DTD(io.BytesIO(package.read("schemas/tmx14.dtd")))


@functools.cache
def xliff_schema(name: str) -> etree.XMLSchema:
    if not SCHEMAS.exists():
        pytest.skip("OASIS's schemas are not installed")

    class Local(etree.Resolver):
        def resolve(self, url, pubid, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(SCHEMAS / Path(url).name), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))


class TestSchemas:
    @pytest.mark.parametrize("pairs", [PAIRS, []])
    def test_tmx_is_valid(self, pairs: list[Pair], tmp_path: Path) -> None:
        page = etree.parse(str(export("tmx", tmp_path / "a.tmx", pairs)))
        assert tmx_dtd().validate(page), tmx_dtd().error_log

    @given(text=st.text(), other=st.text())
    @settings(deadline=None)
    def test_tmx_is_valid_whatever_it_holds(self, text: str, other: str) -> None:
        pairs = [Pair(text, other, document=text, editor=other, comment=text, model=other)]
        page = etree.fromstring(b"".join(FORMATS["tmx"].write(pairs, other)))
        assert tmx_dtd().validate(page), tmx_dtd().error_log

    # The core of 2.1 is in the namespace of 2.0.
    @pytest.mark.parametrize(
        ("schema", "name"),
        [("xliff-core-1.2-strict.xsd", "xliff"), ("xliff-core-2.0.xsd", "xliff2")],
    )
    @pytest.mark.parametrize("pairs", [PAIRS, []])
    def test_xliff_is_valid(self, schema: str, name: str, pairs: list[Pair], tmp_path: Path) -> None:  # fmt: skip
        page = etree.parse(str(export(name, tmp_path / "a.xlf", pairs)))
        assert xliff_schema(schema).validate(page), xliff_schema(schema).error_log


class TestTranslateToolkit:
    def units(self, module: str, path: Path) -> list:  # type: ignore[type-arg]
        storage = pytest.importorskip(f"translate.storage.{module}")
        factory = {"tmx": "tmxfile", "xliff": "xlifffile", "xliff2": "Xliff2File", "csvl10n": "csvfile"}  # fmt: skip
        return getattr(storage, factory[module]).parsefile(str(path)).units

    def test_tmx(self, tmp_path: Path) -> None:
        units = self.units("tmx", export("tmx", tmp_path / "a.tmx"))
        kept = [p for p in PAIRS if p.target]
        assert [(u.source, u.target) for u in units] == [(p.source, p.target) for p in kept]
        assert units[0].getnotes() == "Dikkat!"

    def test_xliff_1_2(self, tmp_path: Path) -> None:
        units = self.units("xliff", export("xliff", tmp_path / "a.xlf"))
        assert [u.source for u in units] == [p.source for p in PAIRS]
        assert [u.target for u in units] == [p.target or p.source for p in PAIRS]
        by_status = dict(zip([p.status for p in PAIRS[:7]], units, strict=False))
        assert by_status["approved"].isapproved()
        assert by_status["locked"].isapproved()
        assert not by_status["machine"].isapproved()
        assert by_status["machine"].isfuzzy()
        assert not by_status["approved"].isfuzzy()
        assert not by_status["locked"].istranslatable()
        assert not units[-1].istranslated()

    def test_xliff_2_1(self, tmp_path: Path) -> None:
        units = self.units("xliff2", export("xliff2", tmp_path / "a.xlf"))
        assert [(u.source, u.target or "") for u in units] == [(p.source, p.target) for p in PAIRS]

    def test_csv(self, tmp_path: Path) -> None:
        units = self.units("csvl10n", export("csv", tmp_path / "a.csv"))
        assert [(u.source, u.target) for u in units] == [(p.source, p.target) for p in PAIRS]

    @pytest.mark.parametrize("module", ["tmx", "xliff", "xliff2"])
    def test_what_it_writes_is_read(self, module: str, tmp_path: Path) -> None:
        storage = pytest.importorskip(f"translate.storage.{module}")
        if module == "tmx":
            file = storage.tmxfile(sourcelanguage="tr", targetlanguage="en")
            file.addtranslation("Geldi & gitti.", "tr", "He came & went.", "en")
        else:
            kind = storage.xlifffile if module == "xliff" else storage.Xliff2File
            file = kind(sourcelanguage="tr", targetlanguage="en")
            unit = file.addsourceunit("Geldi & gitti.")
            unit.target = "He came & went."
        path = tmp_path / "a"
        path.write_bytes(bytes(file))
        (pair,) = FORMATS[module].read(path)
        assert (pair.source, pair.target) == ("Geldi & gitti.", "He came & went.")
        assert (pair.source_lang, pair.target_lang) == ("tr", "en")


class TestPandas:
    @pytest.mark.parametrize("name", ["tsv", "csv", "jsonl"])
    @given(texts=st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"))] * 2), max_size=4))  # fmt: skip
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
    )
    def test_tables(self, name: str, texts: list[tuple[str, str]], tmp_path: Path) -> None:
        pandas = pytest.importorskip("pandas")
        path = export(name, tmp_path / f"a.{name}", [replace(FULL, source=a, target=b) for a, b in texts])  # fmt: skip
        if name == "jsonl":
            frame = pandas.read_json(path, lines=True, dtype=False)
            assert [tuple(r) for r in frame.reindex(columns=["source", "target"]).to_numpy()] == texts  # fmt: skip
            return
        options = {"sep": "\t", "quoting": 3} if name == "tsv" else {}
        # Left to guess, pandas would take a column of "00" for numbers.
        kinds = {"source": str, "target": str}
        frame = pandas.read_csv(
            path, keep_default_na=False, encoding="utf-8", dtype=kinds, **options
        )
        assert len(frame) == len(texts)
        assert list(frame["score"]) == [0.91] * len(texts)
        if name == "csv":
            # Formula cells aside, a text is as it was.
            found = [tuple(r) for r in frame[["source", "target"]].to_numpy()]
            assert [tuple(t.lstrip("'") for t in r) for r in found] == [
                tuple(t.lstrip("'") for t in r) for r in texts
            ]


PROJECT = """<?xml version="1.0" encoding="UTF-8"?>
<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>TR</source_lang><target_lang>EN</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations></project></omegat>"""


@pytest.mark.slow
def test_omegat_translates_our_xliff_from_our_memory(tmp_path: Path) -> None:
    omegat = shutil.which("omegat")
    if omegat is None:
        pytest.skip("OmegaT is not installed")
    project = tmp_path / "project"
    for name in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (project / name).mkdir(parents=True)
    (project / "omegat.project").write_text(PROJECT, "utf-8")
    memory = [
        Pair("Su & ekmek <yok>.", "No “water” & bread.", status="approved", speaker="Ayşe"),
        Pair("İğne, çöp, ŞÖFÖR.", "Needle, rubbish, DRIVER."),
    ]
    export("tmx", project / "tm" / "auto" / "memory.tmx", memory)
    asked = [replace(p, target="", status="new", document="a", segment=str(n)) for n, p in enumerate(memory)]  # fmt: skip
    done = Pair("Bitti.", "Done.", status="approved", document="b", segment="2")
    export("xliff", project / "source" / "news.xlf", [*asked, done])
    command = [omegat, str(project), "--mode=console-translate", f"--config-dir={tmp_path}/config"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = list(xliff.read(project / "target" / "news.xlf"))
    assert [(p.source, p.target) for p in found] == [(p.source, p.target) for p in [*memory, done]]
    assert found[0].speaker == "Ayşe"
    (written,) = (FORMATS["tmx"].read(project / f"{project.name}-level2.tmx") for _ in "1")
    assert {(p.source, p.target) for p in written} >= {(p.source, p.target) for p in memory}
