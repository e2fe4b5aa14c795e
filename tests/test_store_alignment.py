"""Aligned texts, quotes and their pairs in a project, and how a person mends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import (
    BEADS,
    ENGLISH,
    QUOTE,
    TRANSLATED,
    TURKISH,
    Bead,
    Quote,
    QuotePair,
    on_both,
    place,
    text,
)

from corpora.document import Document
from corpora.errors import StoreError
from corpora.store import Filter, Hypothesis, Project
from corpora.store.values import BeadView, QuoteView

pytestmark = on_both
numbers = count()


@pytest.fixture(scope="module")
def project(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with (
        place(kind, tmp_path_factory.mktemp("beads")) as where,
        Project.open(where, person="Ayşe") as project,
    ):
        yield project


@pytest.fixture
def texts() -> tuple[Document, Document]:
    n = next(numbers)
    return replace(TURKISH, id=f"haber{n}"), replace(ENGLISH, id=f"news{n}")


def shape(beads: list[BeadView]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(b.source, b.target) for b in beads]


def test_every_sentence_is_in_a_bead_and_beads_are_in_order(
    project: Project, texts: tuple[Document, Document]
) -> None:
    alignment = project.add_alignment(*texts, reversed(BEADS))
    beads = project.beads(alignment)
    assert shape(beads) == [
        ((0,), (0,)),
        ((1,), (1,)),
        ((2, 3), (2,)),
        ((4,), (3,)),
        ((5,), (4,)),
        ((), (5,)),
    ]
    assert beads[2].source_text == '"Yol bitti" dedi. Sonra gitti.'
    assert (beads[2].source_ids, beads[2].target_ids, beads[2].score) == (
        ("1.1", "1.2"),
        ("1.1",),
        0.7,
    )
    assert project.beads(alignment, start=1, limit=2) == beads[1:3]
    summary = next(a for a in project.alignments() if a.id == alignment)
    assert (summary.source, summary.target, summary.beads, summary.status) == (
        texts[0].id,
        texts[1].id,
        6,
        {"machine": 6},
    )


def test_what_no_text_has_is_refused(project: Project, texts: tuple[Document, Document]) -> None:
    with pytest.raises(StoreError, match="more sentences than the documents have"):
        project.add_alignment(*texts, [Bead((9,), (0,))])
    assert texts[0].id not in {d.id for d in project.documents()}
    with pytest.raises(StoreError, match="no alignment 999"):
        project.beads(999)


def test_two_texts_of_one_name_are_told_apart(
    project: Project, texts: tuple[Document, Document]
) -> None:
    one = replace(texts[1], id=texts[0].id)
    alignment = project.add_alignment(texts[0], one, BEADS)
    assert next(a for a in project.alignments() if a.id == alignment).target == f"{one.id}.en"


def test_merging_splitting_and_moving(project: Project, texts: tuple[Document, Document]) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    ids = [b.id for b in project.beads(alignment)]
    project.merge_beads(alignment, ids[:2])
    merged = project.beads(alignment)[0]
    assert (merged.source, merged.target, merged.status, merged.editor) == (
        (0, 1),
        (0, 1),
        "edited",
        "Ayşe",
    )
    project.split_bead(alignment, merged.id, 2, 1)
    assert shape(project.beads(alignment))[:2] == [((0, 1), (0,)), ((), (1,))]
    project.move_sentence(alignment, "source", "1.2", ids[3])
    assert shape(project.beads(alignment))[2:4] == [((2,), (2,)), ((3, 4), (3,))]
    project.move_sentence(alignment, "target", "2.2", ids[4])
    assert shape(project.beads(alignment))[-1] == ((5,), (4, 5))
    with pytest.raises(StoreError, match="this bead is gone"):
        project.merge_beads(alignment, ids[:2])
    event = project.history(texts[0].id)[0]
    assert (event.kind, event.before, event.after) == (
        "move sentence", "2.1 ↔ 2.1; – ↔ 2.2", "2.1 ↔ 2.1 2.2",
    )  # fmt: skip


def test_links_may_cross(project: Project, texts: tuple[Document, Document]) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    project.link(alignment, ["1.0"], ["2.1"])
    assert shape(project.beads(alignment)) == [
        ((0,), (0,)), ((), (1,)), ((1,), (4,)), ((), (5,)), ((2, 3), (2,)), ((4,), (3,)), ((5,), ()),
    ]  # fmt: skip
    with pytest.raises(StoreError, match=r"no segment 9\.9 on the target side"):
        project.link(alignment, ["1.0"], ["9.9"])


positions = st.lists(st.integers(0, 5), max_size=3)


@settings(max_examples=15, deadline=None)
@given(links=st.lists(st.tuples(positions, positions), min_size=1, max_size=6))
def test_however_it_is_mended_every_sentence_stays_in_one_bead(
    project: Project, links: list[tuple[list[int], list[int]]]
) -> None:
    n = next(numbers)
    alignment = project.add_alignment(
        replace(TURKISH, id=f"haber{n}"), replace(ENGLISH, id=f"news{n}"), BEADS
    )
    keys = [s.id for _, s in TURKISH.segments()], [s.id for _, s in ENGLISH.segments()]
    for left, right in links:
        project.link(alignment, [keys[0][i] for i in left], [keys[1][i] for i in right])
        beads = project.beads(alignment)
        if left or right:
            assert (tuple(sorted({*left})), tuple(sorted({*right}))) in shape(beads)
        for side in ("source", "target"):
            assert sorted(i for b in beads for i in getattr(b, side)) == list(range(6))
        firsts = [b.source[0] for b in beads if b.source]
        assert firsts == sorted(firsts)


def test_a_new_run_keeps_the_anchors(project: Project, texts: tuple[Document, Document]) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    project.merge_beads(alignment, [b.id for b in project.beads(alignment)[:2]])
    anchor = project.beads(alignment)[0]
    project.set_bead_status(alignment, [anchor.id], "approved")
    assert [b.id for b in project.anchors(alignment)] == [anchor.id]
    project.realign(alignment, [Bead((1, 2), (1, 2)), Bead((3,), (2,)), Bead((4, 5), (3, 4, 5))])
    assert shape(project.beads(alignment)) == [
        ((0, 1), (0, 1)),
        ((2,), ()),
        ((3,), (2,)),
        ((4, 5), (3, 4, 5)),
    ]
    assert project.anchors(alignment)[0].id == anchor.id


def test_beads_follow_the_sentences_that_are_split_and_merged(
    project: Project, texts: tuple[Document, Document]
) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    source = texts[0].id
    first, second = project.split(
        source, "1.0", 12, 0, version=project.segment(source, "1.0").version
    )
    assert project.beads(alignment)[1].source_ids == (first.id, second.id)
    project.merge(source, "1.0", version=first.version)
    assert shape(project.beads(alignment))[:2] == [((0,), (0,)), ((1,), (1,))]
    project.merge(source, "1.0", version=project.segment(source, "1.0").version)
    joined = project.beads(alignment)[1]
    assert (joined.source, joined.target, joined.source_ids) == ((1, 2), (1, 2), ("1.0", "1.2"))
    with pytest.raises(StoreError, match="cut anew"):
        project.add_alignment(texts[0], replace(ENGLISH, id=f"{source}-other"), BEADS)
    project.add_alignment(project.document(source), replace(ENGLISH, id=f"{source}-other"), [])


def test_beads_are_pairs_with_provenance(
    project: Project, texts: tuple[Document, Document]
) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    source = texts[0].id
    project.set_quote_pairs(source, [QuotePair(QUOTE, TRANSLATED)], target=texts[1].id)
    project.set_bead_status(alignment, [project.beads(alignment)[2].id], "approved")
    project.comment(source, "1.1", "seen")

    def found(**asked: object) -> list[str]:
        where = Filter(documents=[source], **asked)  # type: ignore[arg-type]
        return [p.segment for p in project.pairs(where)]

    everything = ["0.0", "1.0", "1.1 1.2", "2.0", "2.1"]
    assert found() == everything
    assert found(status=["approved"]) == ["1.1 1.2"]
    assert found(min_score=0.85) == ["0.0", "1.0", "2.0"]
    assert found(max_score=0.75) == ["1.1 1.2"]
    assert found(quotes_only=True) == found(speaker="Selim Karaca") == ["1.1 1.2"]
    assert found(commented=True) == ["1.1 1.2"]
    assert found(editor="Mehmet") == found(flagged=True) == found(model="m") == []
    assert found(text="Köprü") == ["2.0"]
    pair = next(p for p in project.pairs(Filter(documents=[texts[1].id], status=["approved"])))
    assert (pair.document, pair.quote, pair.origin, pair.comment) == (
        source,
        "direct",
        "aligned",
        "seen",
    )
    assert (pair.source_lang, pair.target_lang, pair.target) == (
        "tr",
        "en",
        '"The road is done," he said and left.',
    )


def test_documents_of_an_alignment_stay_until_it_is_removed(
    project: Project, texts: tuple[Document, Document]
) -> None:
    alignment = project.add_alignment(*texts, BEADS)
    with pytest.raises(StoreError, match="part of an alignment"):
        project.remove(texts[0].id)
    project.remove_alignment(alignment)
    project.remove(texts[0].id)
    project.undo()
    project.undo()
    assert len(project.beads(alignment)) == 6


def only(quotes: list[QuoteView]) -> QuoteView:
    assert len(quotes) == 1
    return quotes[0]


def test_quotes_show_on_the_segments_they_run_through(project: Project) -> None:
    name = project.add(text(f"q{next(numbers)}", ["A bir.", "B iki."], ["C üç."]))
    spans = ((0, 9, 13), (1, 0, 5))
    project.set_quotes(name, [Quote("direct", "Karaca", "dedi", spans, "iki. C üç.")])
    assert [(v.quote, v.speaker) for v in project.segments(name)] == [
        ("", ""),
        ("direct", "Karaca"),
        ("direct", "Karaca"),
    ]
    assert [v.position for v in project.segments(name, where=Filter(quotes_only=True))] == [1, 2]
    assert project.segments(name, where=Filter(speaker="Ak")) == []
    quote = only(project.quotes(name))
    assert (quote.kind, quote.speaker, quote.cue, quote.spans, quote.text) == (
        "direct",
        "Karaca",
        "dedi",
        spans,
        "iki. C üç.",
    )
    assert (quote.side, quote.status) == ("source", "machine")


def test_a_persons_quotes_outlive_a_new_run(project: Project) -> None:
    name = project.add(text(f"q{next(numbers)}", ["Bir iki üç dört beş altı."]))
    first, second = (Quote("direct", "K", "dedi", ((0, a, a + 3),), "x") for a in (0, 4))
    project.set_quotes(name, [first, second])
    old = project.quotes(name)[0]
    project.edit_quote(old, replace(old, speaker="Karaca", spans=((0, 0, 5),)))
    with pytest.raises(StoreError, match="changed this quote"):
        project.edit_quote(old, replace(old, speaker="Other"))
    project.set_quotes(
        name, [first, second._replace(speaker="L"), first._replace(spans=((0, 10, 12),))]
    )
    assert [(q.speaker, q.spans, q.status) for q in project.quotes(name)] == [
        ("Karaca", ((0, 0, 5),), "edited"), ("K", ((0, 10, 12),), "machine"),
    ]  # fmt: skip
    project.remove_quote(project.quotes(name)[1])
    added = project.add_quote(name, Quote("partial", None, "", ((0, 20, 24),), "beş"))
    assert [q.id for q in project.quotes(name)][-1] == added


def test_pairs_of_quotes(project: Project) -> None:
    name = project.add(
        text(f"q{next(numbers)}", ["Bir iki üç."]), {"0.0": Hypothesis("One two three.")}
    )
    left = [Quote("direct", "K", "dedi", ((0, a, a + 3),), str(a)) for a in (0, 4, 8)]
    right = [Quote("direct", "K", "said", ((0, a, a + 3),), str(a)) for a in (0, 4, 8)]
    project.set_quote_pairs(
        name,
        [
            QuotePair(left[0], right[0], 0.9),
            QuotePair(left[1], None, 0.0),
            QuotePair(None, right[1], 0.0),
        ],
    )
    pairs = project.quote_pairs(name)
    assert [(p.source and p.source.text, p.target and p.target.text, p.score) for p in pairs] == [
        ("0", "0", 0.9), ("4", None, 0.0), (None, "4", 0.0),
    ]  # fmt: skip
    assert [q.side for q in project.quotes(name)] == ["source", "source", "target", "target"]
    assert pairs[1].source
    assert pairs[2].target
    project.pair_quotes(pairs[1].source.id, pairs[2].target.id)
    mended = project.quote_pairs(name)
    assert [(p.source and p.source.text, p.target and p.target.text, p.status) for p in mended] == [
        ("0", "0", "machine"), ("4", "4", "edited"),
    ]  # fmt: skip
    project.set_pair_status(mended[1].id, "approved")
    project.edit_quote(mended[1].source, replace(mended[1].source, status="approved"))  # type: ignore[arg-type,type-var]
    project.edit_quote(mended[1].target, replace(mended[1].target, status="approved"))  # type: ignore[arg-type,type-var]
    project.set_quote_pairs(
        name, [QuotePair(left[1], right[2], 0.8), QuotePair(left[2], right[0], 0.7)]
    )
    assert [(p.source and p.source.text, p.target and p.target.text, p.status) for p in project.quote_pairs(name)] == [
        ("4", "4", "approved"), ("8", "0", "machine"),
    ]  # fmt: skip
    project.remove_quote(project.quote_pairs(name)[0].source)  # type: ignore[arg-type]
    assert (None, "4") in {
        (p.source and p.source.text, p.target and p.target.text) for p in project.quote_pairs(name)
    }


def test_a_speaker_gets_one_name_on_both_sides(
    project: Project, texts: tuple[Document, Document]
) -> None:
    project.add_alignment(*texts, BEADS)
    names = [d.id for d in texts]
    project.set_quote_pairs(names[0], [QuotePair(QUOTE, TRANSLATED)], target=names[1])
    assert project.rename_speaker(names, "Selim Karaca", "Selim Karaca (minister)") == 2
    assert {q.speaker for name in names for q in project.quotes(name)} == {
        "Selim Karaca (minister)"
    }
    event = project.history(names[0])[0]
    assert (event.kind, event.before, event.after) == (
        "rename speaker",
        "Selim Karaca",
        "Selim Karaca (minister)",
    )
