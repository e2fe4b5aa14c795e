"""How long a look-up in a large translation memory takes, and whether it finds what comparing with everything would.

    python benchmarks/memory.py [--units 500000] [--queries 200]
    python benchmarks/memory.py --project [--units 100000]

Units are made from the sentence pairs of `corpora.news`: the beginning of one sentence and the end of another, with
other numbers. A third of the queries are units with other numbers and one to three words changed, a third units with
one half changed, and a third new sentences. Times are processor time, one look-up after another.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corpora.bitext import Pair
from corpora.concordance import search
from corpora.memory import MINIMUM, Memory, ProjectMemory
from corpora.memory.matching import masked
from corpora.news import sentence_pairs
from corpora.store import Project


def sentences(count: int, draw: random.Random) -> Iterator[str]:
    """So many different sentences."""
    words = [tr.split() for tr, _ in sentence_pairs() if len(tr.split()) > 3]
    seen: set[str] = set()
    while len(seen) < count:
        a, b = draw.choice(words), draw.choice(words)
        made = " ".join(
            [*a[: draw.randint(2, max(2, len(a) - 1))], *b[-draw.randint(1, max(1, len(b) - 1)) :]]
        )
        made = re.sub(r"\d+", lambda m: str(draw.randint(1, 10 ** len(m[0]))), made)
        if made not in seen:
            seen.add(made)
            yield made


def changed(source: str, draw: random.Random, pool: list[str]) -> str:
    """``source`` with other numbers and one to three words gone, changed or added."""
    words = re.sub(r"\d+", lambda m: str(draw.randint(1, 10 ** len(m[0]))), source).split()
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(words))
        words[at : at + draw.randint(0, 1)] = [draw.choice(pool)] * draw.randint(0, 1)
        words = words or source.split()
    return " ".join(words)


def of_project(units: list[str]) -> None:
    """Print the times of a project with so many approved segments."""

    def seconds(done: Callable[[], object]) -> float:
        started = time.process_time()
        done()
        return time.process_time() - started

    with TemporaryDirectory() as folder, Project.open(f"{folder}/p.dragoman") as project:
        project.import_pairs((Pair(s, s) for s in units), document="tm")
        memory = ProjectMemory(project)
        print(
            f"{len(units):,} approved segments: memory open in {seconds(lambda: len(memory)):.1f} s"
        )
        query = "Bakan bugün yaptığı açıklamada kararı eleştirdi."
        times = []
        for view in project.segments("tm", limit=20):
            project.edit("tm", view.id, f"{view.target}.", version=view.version, status="approved")
            times.append(seconds(lambda: memory.look_up(query)))
        print(f"look-up just after an approval: median {1000 * statistics.median(times):.1f} ms")
        for term in ("müzakere", "Merkez Bankası", "başkan"):
            hits = list(search(project, term, side="source"))
            took = seconds(lambda t=term: list(search(project, t, side="source", limit=50)))  # type: ignore[misc]
            print(f"search {term}: {len(hits):,} hits; the first 50 in {1000 * took:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=500_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--compared", type=int, default=60, help="queries compared with every unit")
    parser.add_argument(
        "--project", action="store_true", help="measure a project's memory and search"
    )
    options = parser.parse_args()
    draw = random.Random(1)
    if options.project:
        of_project(list(sentences(options.units, draw)))
        return
    made = list(sentences(options.units + options.queries, draw))
    units, new = made[: options.units], made[options.units :]
    pool = [w for s in units[:1000] for w in s.split()]
    halves = [s.split() for s in draw.sample(units, options.queries)]
    queries = [
        [changed(s, draw, pool) for s in draw.sample(units, options.queries)],
        [" ".join(h[: len(h) // 2] + draw.choice(halves)[len(h) // 2 :]) for h in halves],
        new,
    ]
    asked = [q for group in zip(*queries, strict=True) for q in group][: options.queries]

    started = time.process_time()
    memory = Memory(Pair(s, s) for s in units)
    built = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    words = statistics.mean(len(s.split()) for s in units)
    print(f"{len(memory):,} units of {words:.1f} words: built in {built:.1f} s, peak {peak:.0f} MB")

    times, best = [], []
    for query in asked:
        before = time.process_time()
        matches = memory.look_up(query)
        times.append(1000 * (time.process_time() - before))
        best.append(max((m.percent for m in matches), default=0))
    times.sort()
    print(
        f"{len(asked)} fuzzy look-ups: median {statistics.median(times):.1f} ms, "
        f"95 % under {times[int(0.95 * len(times))]:.1f} ms, longest {times[-1]:.1f} ms; {sum(b >= MINIMUM for b in best)} found"
    )
    before = time.process_time()
    memory.add(Pair("Yepyeni bir cümle onaylandı.", "A brand-new sentence was approved."))
    seen = memory.look_up("Yepyeni bir cümle daha onaylandı.")
    print(f"add and look up: {1000 * (time.process_time() - before):.1f} ms, found: {bool(seen)}")

    everything = [masked(s) for s in units]
    there = same = 0
    for query, percent in list(zip(asked, best, strict=True))[: options.compared]:
        found = process.extractOne(
            masked(query),
            everything,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=MINIMUM / 100,
        )
        if found:
            there += 1
            same += percent >= min(99, int(100 * found[1])) - 1
    print(f"of {there} queries with a unit of {MINIMUM} % or more, {same} were given one as good")


if __name__ == "__main__":
    main()
