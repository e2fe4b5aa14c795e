"""A project keeps documents, translations and pairs, and gives them back; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import ENGLISH, TURKISH, on_both, place, text

from corpora.bitext import Flag, Pair
from corpora.document import Block, Document, Inline, Segment
from corpora.errors import Conflict, StoreError
from corpora.glossary import Term
from corpora.store import Filter, Hypothesis, Project
from corpora.store.values import Edit, Result

pytestmark = on_both
numbers = count()
property_test = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def shared(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with place(kind, tmp_path_factory.mktemp("store")) as where, Project.open(where) as project:
        yield project


@pytest.fixture
def project(shared: Project) -> Iterator[Project]:
    """In the hands of a person of its own, and emptied again."""
    mine = shared.by(f"Ayşe {next(numbers)}")
    yield mine
    for alignment in mine.alignments():
        mine.remove_alignment(alignment.id)
    for document in mine.documents():
        mine.remove(document.id)
    for term in mine.terms():
        mine.remove_term(term)


words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
)
gaps = st.sampled_from(["", " ", "\n", "  ", "\u00a0"])


@st.composite
def blocks(draw: st.DrawFn, number: int) -> Block:
    body, segments = draw(gaps), []
    for n in range(draw(st.integers(0, 3))):
        word = draw(words)
        segments.append(Segment(f"{number}.{n}", len(body), len(body) + len(word)))
        body += word + draw(gaps)
    inlines = draw(st.sampled_from([(), (Inline(0, len(body), "<b>", "</b>"),)]))
    return Block(
        draw(st.sampled_from(["paragraph", "heading", "list-item"])), body, tuple(segments), inlines
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    made = tuple(draw(blocks(n)) for n in range(draw(st.integers(0, 4))))
    return Document(f"d{next(numbers)}", "tr", draw(words), "-", made)


@property_test
@given(documents())
def test_a_document_comes_back_as_it_was_put_in(shared: Project, document: Document) -> None:
    shared.add(document)
    assert shared.document(document.id) == document
    views = shared.segments(document.id)
    assert [v.source for v in views] == document.sentences()
    assert [v.position for v in views] == list(range(len(views)))


def test_what_no_database_keeps_is_replaced_and_lengths_stay(project: Project) -> None:
    project.add(text("d", ["Bak\0an \ud800geldi."]))
    assert project.document("d").sentences() == ["Bak\ufffdan ?geldi."]


def test_the_translation_stands_in_the_layout_of_the_source(project: Project) -> None:
    document = Document(
        "d", "tr", "Başlık", "-",
        (
            Block("heading", "Başlık", (Segment("0.0", 0, 6),)),
            Block("paragraph", " Bir.\u00a0 İki. ", (Segment("1.0", 1, 5), Segment("1.1", 7, 11))),
            Block("code", "x = 1"),
        ),
    )  # fmt: skip
    project.add(document, {"0.0": Hypothesis("Title"), "1.0": Hypothesis("One.")})
    translated = project.translated("d")
    assert (translated.title, translated.lang) == ("Title", "en")
    assert [b.text for b in translated.blocks] == ["Title", " One.\u00a0 İki. ", "x = 1"]


def test_adding_the_same_document_again_changes_nothing_but_what_is_new(project: Project) -> None:
    project.add(
        TURKISH, {"0.0": Hypothesis("Minister spoke", "m1", 0.5, (Flag("number", "A number."),))}
    )
    seen = project.segment("haber", "0.0")
    assert (seen.status, seen.model, seen.score, seen.flags) == (
        "machine",
        "m1",
        0.5,
        (Flag("number", "A number."),),
    )
    project.edit("haber", "1.0", "Mine.", version=project.segment("haber", "1.0").version)
    before = project.segments("haber")
    project.add(TURKISH)
    assert project.segments("haber") == before
    project.add(TURKISH, {s: Hypothesis("Other.", "m2") for s in ("0.0", "1.0", "1.1")})
    assert [v.target for v in project.segments("haber")][:3] == [
        "Minister spoke",
        "Mine.",
        "Other.",
    ]


def test_another_text_of_the_same_id_is_refused_until_the_first_is_removed(
    project: Project,
) -> None:
    project.add(TURKISH)
    with pytest.raises(StoreError, match="another text is here as haber"):
        project.add(text("haber", ["Başka"]))
    project.remove("haber")
    with pytest.raises(StoreError, match="no document haber"):
        project.document("haber")
    project.add(text("haber", ["Başka"]))
    assert project.document("haber").title == "Başka"


def test_proposals_are_all_kept_and_never_replace_a_persons_text(project: Project) -> None:
    project.add(TURKISH, {"0.0": Hypothesis("One", "m1")})
    project.add_hypothesis("haber", "0.0", Hypothesis("Two", "m2", 0.25, (Flag("a", "b"),)))
    view = project.segment("haber", "0.0")
    assert (view.target, view.model, view.hypotheses) == ("Two", "m2", 2)
    project.edit("haber", "0.0", "Three", version=view.version)
    assert (
        project.add_hypotheses("haber", {"0.0": Hypothesis("Four"), "1.0": Hypothesis("Five")}) == 1
    )
    assert project.segment("haber", "0.0").target == "Three"
    held = project.hypotheses("haber", "0.0")
    assert [h.text for h in held] == ["Four", "Two", "One"]
    assert (held[1].model, held[1].score, held[1].flags) == ("m2", 0.25, (Flag("a", "b"),))


def test_a_confidence_is_the_machines_and_goes_with_its_text(project: Project) -> None:
    reasons = (Flag("unsure", "The model was not sure."),)
    said = Hypothesis("Minister spoke", "m1", 0.5, confidence=0.25, reasons=reasons)
    project.add(TURKISH, {"0.0": said})
    seen = project.segment("haber", "0.0")
    assert (seen.confidence, seen.reasons) == (0.25, reasons)
    edited = project.edit("haber", "0.0", "A minister spoke", version=seen.version)
    assert (edited.confidence, edited.reasons) == (None, ())
    [kept] = project.hypotheses("haber", "0.0")
    assert (kept.confidence, kept.reasons) == (0.25, reasons)
    project.undo()
    assert project.segment("haber", "0.0").confidence == 0.25
    split, _ = project.split("haber", "0.0", 5, 8, version=project.segment("haber", "0.0").version)
    assert (split.confidence, split.reasons) == (None, ())


def test_an_edit_is_kept_with_who_when_and_why(project: Project) -> None:
    project.add(TURKISH, {"1.0": Hypothesis("Came.", "m1", 0.5, (Flag("a", "b"),))})
    started = datetime.now(UTC)
    old = project.segment("haber", "1.0")
    new = project.edit(
        "haber", "1.0", "He came.", version=old.version, status="approved", why="subject"
    )
    assert (new.target, new.status, new.editor, new.flags) == (
        "He came.",
        "approved",
        project.person,
        (),
    )
    assert new.version > old.version
    assert new.changed is not None
    assert started <= new.changed <= datetime.now(UTC)
    event = project.history("haber", "1.0")[0]
    assert (event.kind, event.before, event.after, event.why) == (
        "edit",
        "Came.",
        "He came.",
        "subject",
    )
    assert event.person == project.person
    assert project.edit("haber", "1.0", "He came.", version=new.version) == new
    assert project.history("haber", "1.0")[0] == event
    project.edit("haber", "1.0", "He came.", version=new.version, status="locked")
    event = project.history("haber", "1.0")[0]
    assert (event.kind, event.before, event.after) == ("status", "approved", "locked")


def test_what_is_locked_cannot_be_edited(project: Project) -> None:
    project.add(TURKISH)
    view = project.set_status(
        "haber", "1.0", "locked", version=project.segment("haber", "1.0").version
    )
    with pytest.raises(StoreError, match=r"1\.0 is locked"):
        project.edit("haber", "1.0", "x", version=view.version)
    with pytest.raises(StoreError, match="locked"):
        project.split("haber", "1.0", 5, 0, version=view.version)
    with pytest.raises(StoreError, match="locked"):
        project.merge("haber", "1.0", version=view.version)
    project.set_status("haber", "1.0", "new", version=view.version)
    project.edit("haber", "1.0", "x", version=view.version)


def test_the_second_writer_is_told_and_both_texts_are_kept(project: Project) -> None:
    project.add(TURKISH)
    other = project.by("Mehmet")
    seen = project.segment("haber", "1.0")
    theirs = other.edit("haber", "1.0", "Theirs.", version=seen.version)
    with pytest.raises(Conflict, match="Mehmet has changed") as told:
        project.edit("haber", "1.0", "Mine.", version=seen.version)
    assert told.value.mine == "Mine."
    assert told.value.theirs == theirs
    assert [(d.text, d.version) for d in project.drafts("haber")] == [("Mine.", seen.version)]
    with pytest.raises(Conflict):
        project.set_status("haber", "1.0", "approved", version=seen.version)
    with pytest.raises(Conflict):
        project.split("haber", "1.0", 5, 0, version=seen.version)
    with pytest.raises(Conflict):
        project.merge("haber", "1.0", version=seen.version)
    assert project.segment("haber", "1.0") == theirs
    saved = project.edit("haber", "1.0", "Both.", version=theirs.version)
    assert saved.target == "Both."
    assert not project.drafts("haber")


def test_no_conflict_with_oneself_nor_with_the_same_text(project: Project) -> None:
    project.add(TURKISH)
    seen = project.segment("haber", "1.0")
    project.edit("haber", "1.0", "One.", version=seen.version)
    assert project.edit("haber", "1.0", "Two.", version=seen.version).target == "Two."
    assert project.by("Mehmet").edit("haber", "1.0", "Two.", version=seen.version).target == "Two."
    project.undo()
    with pytest.raises(Conflict):
        project.by("Mehmet").edit("haber", "1.0", "Three.", version=seen.version)


def test_drafts_are_each_persons_own(project: Project) -> None:
    project.add(TURKISH)
    project.draft("haber", "1.0", "unsav", 3)
    project.draft("haber", "1.0", "unsaved", 3)
    assert [(d.segment, d.text, d.version) for d in project.drafts("haber")] == [
        ("1.0", "unsaved", 3)
    ]
    assert not project.by("Mehmet").drafts("haber")
    assert [e.kind for e in project.history("haber", person=project.person)] == ["add"]


def test_split_and_merge_leave_the_text_as_it_is(project: Project) -> None:
    project.add(TURKISH, {"1.0": Hypothesis("Minister Karaca came yesterday.")})
    seen = project.segment("haber", "1.0")
    first, second = project.split("haber", "1.0", 12, 15, version=seen.version)
    assert [(v.source, v.target) for v in (first, second)] == [
        ("Bakan Karaca", "Minister Karaca"), ("dün geldi.", "came yesterday."),
    ]  # fmt: skip
    assert (first.position, second.position, second.block) == (1, 2, 1)
    assert [b.text for b in project.document("haber").blocks] == [b.text for b in TURKISH.blocks]
    assert project.translated("haber").blocks[1].text.startswith("Minister Karaca came yesterday.")
    event = project.history("haber", "1.0")[0]
    assert (event.kind, event.after) == ("split", "Bakan Karaca ¦ dün geldi.")
    merged = project.merge("haber", "1.0", version=first.version)
    assert (merged.source, merged.target) == (seen.source, seen.target)
    assert project.document("haber") == TURKISH
    assert project.history("haber", second.id)[0].kind == "merge"
    with pytest.raises(StoreError, match="merged into the one before"):
        project.segment("haber", second.id)


def test_what_cannot_be_split_or_merged_is_refused(project: Project) -> None:
    project.add(TURKISH)
    version = project.segment("haber", "1.2").version
    for source_at, target_at in ((0, 0), (12, 0), (99, 0), (5, 1)):
        with pytest.raises(StoreError):
            project.split("haber", "1.2", source_at, target_at, version=version)
    with pytest.raises(StoreError, match="last of its paragraph"):
        project.merge("haber", "1.2", version=version)


def test_comments_and_drafts_survive_a_merge(project: Project) -> None:
    project.add(TURKISH)
    project.comment("haber", "1.0", "first")
    project.comment("haber", "1.1", "second")
    project.draft("haber", "1.1", "typed", 1)
    project.merge("haber", "1.0", version=project.segment("haber", "1.0").version)
    assert [(c.segment, c.text) for c in project.comments("haber")] == [
        ("1.0", "first"),
        ("1.0", "second"),
    ]
    assert [(d.segment, d.text) for d in project.drafts("haber")] == [("1.0", "typed")]
    assert project.segment("haber", "1.0").comments == 2


def test_pages_and_filters(project: Project) -> None:
    project.add(TURKISH, {
        "1.0": Hypothesis("100% came.", "m1", 0.9), "1.1": Hypothesis("Said.", "m2", 0.2, (Flag("a", "b"),)),
    })  # fmt: skip
    project.comment("haber", "2.0", "?")
    project.edit(
        "haber", "2.1", "Glad.", version=project.segment("haber", "2.1").version, status="approved"
    )

    def found(**asked: object) -> list[str]:
        return [v.id for v in project.segments("haber", where=Filter(**asked))]  # type: ignore[arg-type]

    everything = [v.id for v in project.segments("haber")]
    assert everything == ["0.0", "1.0", "1.1", "1.2", "2.0", "2.1"]
    assert [v.id for v in project.segments("haber", start=2, limit=2)] == everything[2:4]
    assert found() == everything
    assert found(status=["machine", "approved"]) == ["1.0", "1.1", "2.1"]
    assert found(min_score=0.5) == ["1.0"]
    assert found(max_score=0.5) == ["1.1"]
    assert found(flagged=True) == ["1.1"]
    assert "1.1" not in found(flagged=False)
    assert found(commented=True) == ["2.0"]
    assert len(found(commented=False)) == 5
    assert found(text="%") == ["1.0"]
    assert found(text="Köprü") == ["2.0"]
    assert found(model="m2") == ["1.1"]
    assert found(editor=project.person) == ["2.1"]
    assert found(newer_than=project.clock() - 1) == ["2.1"]
    assert found(changed_since=datetime.now(UTC)) == []
    assert found(documents=["other"]) == []
    later = project.segments("haber", where=Filter(status=["approved"]))[0]
    assert later.position == 5
    assert later == project.segment("haber", "2.1")


PAIRS = [
    Pair("Bir.", "One.", score=0.5, origin="aligned", document="a/1.txt", speaker="Karaca", segment="4.2", quote="partial",
         status="edited", model="m", editor="Zeynep", created=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
         changed=datetime(2021, 1, 2, 3, 4, 5, 6, tzinfo=UTC), comment="good"),
    Pair("İki.", "Two."),
    Pair("Three.", "Üç.", source_lang="en", target_lang="tr", document="b", segment="0.0"),
]  # fmt: skip


def test_pairs_come_out_with_all_that_was_known_of_them(project: Project) -> None:
    assert project.import_pairs(PAIRS, document="memory") == 3
    out = {p.source: p for p in project.pairs()}
    assert out["Bir."] == PAIRS[0]
    second = out["İki."]
    assert (second.target, second.document, second.status, second.origin) == (
        "Two.",
        "memory",
        "approved",
        "import",
    )
    assert (out["Three."].source_lang, out["Three."].target_lang) == ("en", "tr")
    assert [d.id for d in project.documents()] == ["a/1.txt", "memory", "b"]
    assert project.documents()[0].status == {"edited": 1}


def test_pairs_that_are_there_are_not_put_in_again(project: Project) -> None:
    project.import_pairs(PAIRS, document="memory")
    project.import_pairs([Pair("Dört.", "Four.")], document="other")
    more = [*PAIRS, Pair("İki.", "Deux."), replace(PAIRS[0], source="Beş.", segment="4.2")]
    assert project.import_pairs(more, document="memory") == 2
    assert len(list(project.pairs())) == 6
    project.undo()
    assert sorted(p.source for p in project.pairs()) == ["Bir.", "Dört.", "Three.", "İki."]


def test_an_import_that_breaks_off_leaves_nothing(project: Project) -> None:
    def broken() -> Iterator[Pair]:
        for n in range(2500):
            yield Pair(f"s{n}", f"t{n}")
        raise ValueError("cut off")

    clock = project.clock()
    with pytest.raises(ValueError, match="cut off"):
        project.import_pairs(broken(), document="memory")
    assert not project.documents()
    assert project.clock() == clock


@property_test
@given(st.lists(st.tuples(words, words), max_size=8, unique=True))
def test_any_pairs_come_back(shared: Project, texts: list[tuple[str, str]]) -> None:
    name = f"p{next(numbers)}"
    shared.import_pairs([Pair(s, t) for s, t in texts], document=name)
    out = [(p.source, p.target) for p in shared.pairs(Filter(documents=[name]))]
    assert out == texts


def test_pairs_are_of_one_moment_and_filtered(project: Project) -> None:
    project.import_pairs([Pair(f"s{n}", f"t{n}") for n in range(2100)], document="memory")
    memory = Filter(documents=["memory"])
    stream = project.pairs(memory)
    first = next(stream)
    project.edit("memory", "#2050", "changed", version=0, status="rejected")
    rest = list(stream)
    assert [p.target for p in (first, *rest)] == [f"t{n}" for n in range(2100)]
    assert [p.target for p in project.pairs(Filter(status=["rejected"]))] == ["changed"]


def test_a_glossary_and_its_undoing(project: Project) -> None:
    bakan, elci = Term("bakan", "minister"), Term("elçi", "envoy", "allowed", "not ambassador")
    assert project.add_terms([bakan, elci, bakan]) == 2
    project.add_term(bakan)
    assert project.terms() == [bakan, elci]
    project.remove_term(bakan)
    assert project.terms() == [elci]
    project.undo()
    assert project.terms() == [bakan, elci]
    project.undo()
    assert project.terms() == []


def test_results_are_kept_in_order(project: Project) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    old = Result("tr-en", "flores", "BLEU|v1", {"BLEU": 30.5, "chrF2": 58.0}, when)
    project.add_result(replace(old, when=None))
    project.add_result(old)
    assert project.results("flores")[0] == old
    assert len(project.results()) == 2
    assert not project.results("other")


def test_history_and_statistics(project: Project) -> None:
    project.add(TURKISH, {"0.0": Hypothesis("Minister spoke")})
    project.add_hypotheses(
        "haber", {"1.0": Hypothesis("a"), "1.1": Hypothesis("b")}, why="new model"
    )
    project.edit("haber", "1.0", "He came.", version=project.segment("haber", "1.0").version)
    mine = project.history("haber", "1.0", person=project.person)
    assert [(e.kind, e.why) for e in mine] == [("edit", ""), ("machine", "new model")]
    assert [e.kind for e in project.history("haber", person=project.person)] == [
        "edit",
        "machine",
        "add",
    ]
    assert len(project.history(limit=2)) == 2
    stats = project.stats()
    assert (stats.documents, stats.segments) == (1, 6)
    assert stats.status == {"machine": 2, "edited": 1, "new": 3}
    assert stats.people[project.person] == 2
    assert project.check() == []


def test_what_is_not_here_is_said(project: Project) -> None:
    project.add(TURKISH)
    with pytest.raises(StoreError, match=r"no segment 9\.9"):
        project.edit("haber", "9.9", "x", version=0)
    with pytest.raises(StoreError, match=r"no segment 9\.9"):
        project.add(TURKISH, {"9.9": Hypothesis("x")})
    with pytest.raises(StoreError, match="no document other"):
        project.segments("other")


def test_postgres_backs_up_by_pg_dump(project: Project, kind: str, tmp_path: Path) -> None:
    if kind == "postgres":
        with pytest.raises(StoreError, match="pg_dump"):
            project.backup()
    else:
        assert project.backup(tmp_path / "copy.dragoman").exists()


def test_a_correction_repeated_is_one_change_that_overwrites_nobody(project: Project) -> None:
    project.add(TURKISH)
    before = {v.id: v for v in project.segments("haber")}
    project.set_status("haber", "1.2", "locked", version=before["1.2"].version)
    project.by("Mehmet").edit("haber", "2.0", "His.", version=before["2.0"].version)
    keys = ("1.0", "1.1", "1.2", "2.0")
    done = project.edit_all([Edit("haber", k, "Hers.", before[k].version) for k in keys])
    assert [v.id for v in done] == ["1.0", "1.1"]
    assert [v.target for v in project.segments("haber")] == ["", "Hers.", "Hers.", "", "His.", ""]
    event = project.history(person=project.person)[0]
    assert (event.kind, event.after) == ("repeat", "2 segments")
    project.undo()
    assert [v.target for v in project.segments("haber")][:4] == [""] * 4


def test_segments_are_found_by_the_beginnings_of_their_words(project: Project) -> None:
    project.add(TURKISH)
    project.add(ENGLISH)
    assert [v.id for v in project.with_words(["bakan", "kara"])] == ["1.0"]
    assert [v.position for v in project.with_words(["bakan"], document="haber")] == [0, 1]
    assert project.with_words(["bakan", "nowhere"]) == []
