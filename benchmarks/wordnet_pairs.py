"""Turn the Turkish WordNet KeNet and the English WordNet 3.1 it links to into training pairs for the embedding.

    python benchmarks/wordnet_pairs.py FOLDER OUTPUT

FOLDER is `WordNet/data` of the PyPI source package nlptoolkit-wordnet (1.0.26 seen; GPL-3.0; KeNet, Bakay et al.
2021). Writes wordnet_words.tsv.gz (synonyms across languages), wordnet_defs.tsv.gz (a word and the other language's
definition, both definitions), wordnet_mono_tr.tsv.gz and wordnet_mono_en.tsv.gz (a word and its definition in its own
language, which ties rare words to common ones). The pairs themselves are not part of the project.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def synsets(path: Path) -> Iterator[tuple[str, list[str], str, list[str]]]:
    """Each synset's id, literals, first definition and English links."""
    for line in path.open(encoding="utf-8"):
        if not (found := re.search(r"<SYNSET><ID>([^<]+)", line)):
            continue
        words = [w.replace("_", " ") for w in re.findall(r"<LITERAL>([^<]+)", line)]
        definition = re.search(r"<DEF>([^<|]+)", line)
        links = re.findall(r"<ILR>([^<]+)<TYPE>SYNONYM", line)
        yield found[1], words, definition[1].strip() if definition else "", links


def write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    unique = dict.fromkeys(r for r in rows if all(r))
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(f"{a}\t{b}\n" for a, b in unique)
    print(path.name, len(unique))


def main(folder: Path, output: Path) -> None:
    english = {i: (w, d) for i, w, d, _ in synsets(folder / "english_wordnet_version_31.xml")}
    words, defs, mono = [], [], []
    for _, literals, definition, links in synsets(folder / "turkish_wordnet.xml"):
        mono += [(w, definition) for w in literals[:3]]
        for other, gloss in (english[link] for link in links if link in english):
            words += [(a, b) for a in literals[:4] for b in other[:4]]
            defs += [(definition, gloss), (literals[0], gloss), (definition, other[0])]
    write(output / "wordnet_words.tsv.gz", words)
    write(output / "wordnet_defs.tsv.gz", defs)
    write(output / "wordnet_mono_tr.tsv.gz", mono)
    glosses = ((w, d) for words, d in english.values() for w in words[:3])
    write(output / "wordnet_mono_en.tsv.gz", glosses)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
