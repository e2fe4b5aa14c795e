"""Whatever a person does in a project can be taken back and done again, alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import BEADS, ENGLISH, QUOTE, TRANSLATED, TURKISH, QuotePair, on_both, place, text

from corpora.bitext import Pair
from corpora.errors import CannotUndo, StoreError
from corpora.glossary import Term
from corpora.store import Hypothesis, Project
from corpora.store.values import Edit

pytestmark = on_both
numbers = count()


@pytest.fixture(scope="module")
def shared(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with place(kind, tmp_path_factory.mktemp("undo")) as where, Project.open(where) as project:
        yield project


class Desk:
    """Texts of their own and a person who works on them."""

    def __init__(self, shared: Project) -> None:
        self.n = next(numbers)
        self.tr, self.en = f"haber{self.n}", f"news{self.n}"
        setter = shared.by("the day before")
        self.alignment = setter.add_alignment(
            replace(TURKISH, id=self.tr), replace(ENGLISH, id=self.en), BEADS
        )
        setter.set_quote_pairs(self.tr, [QuotePair(QUOTE, TRANSLATED)], target=self.en)
        setter.add_hypotheses(self.tr, {"1.0": Hypothesis("Minister Karaca came.", "m", 0.5)})
        self.project = shared.by(f"Ayşe {self.n}")

    def seen(self) -> Any:
        """All that can be seen of the texts, but for versions, which only grow."""
        p, out = self.project, []
        for name in (self.tr, self.en, f"new{self.n}", f"memory{self.n}"):
            try:
                views = [replace(v, version=0, hypotheses=0) for v in p.segments(name)]
            except StoreError:
                continue
            out.append(
                (p.document(name), views, p.comments(name), p.quotes(name), p.quote_pairs(name))
            )
        return out, p.beads(self.alignment), p.terms()

    def segment(self, a: int) -> Any:
        views = self.project.segments(self.tr)
        return views[a % len(views)]

    def bead(self, a: int) -> Any:
        beads = self.project.beads(self.alignment)
        return beads[a % len(beads)]

    def quote(self, a: int) -> Any:
        quotes = self.project.quotes(self.tr)
        if not quotes:
            raise StoreError("there is none")
        return quotes[a % len(quotes)]


def split(d: Desk, a: int, b: int) -> None:
    v = d.segment(a)
    d.project.split(d.tr, v.id, b % (len(v.source) + 1), b % (len(v.target) + 1), version=v.version)


def split_bead(d: Desk, a: int, b: int) -> None:
    bead = d.bead(a)
    d.project.split_bead(
        d.alignment, bead.id, b % (len(bead.source) + 1), b % (len(bead.target) + 1)
    )


def link(d: Desk, a: int, b: int) -> None:
    english = d.project.segments(d.en)
    d.project.link(d.alignment, [d.segment(a).id, d.segment(b).id], [english[a % len(english)].id])


def edit_quote(d: Desk, a: int, b: int) -> None:
    old = d.quote(a)
    d.project.edit_quote(
        old, replace(old, speaker=f"S{b % 3}", spans=((1, b % 5, 20), (2, 0, 3 + b % 3)))
    )


def pair_quotes(d: Desk, a: int, b: int) -> None:
    other = [q.id for q in d.project.quotes(d.en)]
    d.project.pair_quotes(d.quote(a).id, other[0] if other and b % 2 else None)


def repeat(d: Desk, a: int, b: int) -> None:
    """The same correction in two places, one of them locked or changed since perhaps."""
    chosen = {v.id: v for v in (d.segment(a), d.segment(b))}
    edits = [
        Edit(d.tr, v.id, f"text {b % 5}", v.version, ("approved", None)[b % 2])  # type: ignore[arg-type]
        for v in chosen.values()
    ]
    d.project.edit_all(edits)


def learn(d: Desk, a: int, b: int) -> None:
    """A correction that teaches a name and forgets another."""
    view = d.segment(a)
    name = [Term(f"t{d.n}-{k % 3}", f"u{b % 2}") for k in (a, b)]
    d.project.edit(
        d.tr, view.id, f"name {b}", version=view.version, learned=name[:1], forgotten=name[1:]
    )


ACTIONS: dict[str, Callable[[Desk, int, int], Any]] = {
    "edit": lambda d, a, b: d.project.edit(d.tr, d.segment(a).id, f"text {b}", version=d.segment(a).version),
    "status": lambda d, a, b: d.project.set_status(
        d.tr, d.segment(a).id, ("approved", "rejected", "locked", "new")[b % 4], version=d.segment(a).version  # type: ignore[arg-type]
    ),
    "machine": lambda d, a, b: d.project.add_hypothesis(d.tr, d.segment(a).id, Hypothesis(f"machine {b}", "m2", 0.3)),
    "split": split,
    "merge": lambda d, a, _: d.project.merge(d.tr, d.segment(a).id, version=d.segment(a).version),
    "comment": lambda d, a, b: d.project.comment(d.tr, d.segment(a).id, f"why {b}?"),
    "merge beads": lambda d, a, b: d.project.merge_beads(d.alignment, [d.bead(a).id, d.bead(b).id]),
    "split bead": split_bead,
    "link": link,
    "move": lambda d, a, b: d.project.move_sentence(d.alignment, "source", d.segment(a).id, d.bead(b).id),
    "confirm": lambda d, a, b: d.project.set_bead_status(
        d.alignment, [d.bead(a).id, d.bead(b).id], ("approved", "edited")[b % 2]  # type: ignore[arg-type]
    ),
    "realign": lambda d, a, b: d.project.realign(d.alignment, [BEADS[0]]),
    "add quote": lambda d, a, b: d.project.add_quote(d.tr, QUOTE._replace(text=f"Q{b}", spans=((1, a % 9, 12),))),
    "edit quote": edit_quote,
    "remove quote": lambda d, a, _: d.project.remove_quote(d.quote(a)),
    "quotes": lambda d, a, b: d.project.set_quotes(d.tr, [QUOTE._replace(speaker=f"K{b}", spans=((2, a % 4, 9),))]),
    "pair quotes": pair_quotes,
    "rename speaker": lambda d, a, b: d.project.rename_speaker([d.tr, d.en], "Selim Karaca", f"S{b % 3}"),
    "add term": lambda d, a, b: d.project.add_term(Term(f"t{d.n}-{a % 3}", f"u{b % 2}")),
    "revise term": lambda d, a, b: d.project.revise_term(Term(f"t{d.n}-{a % 3}", "u0"), Term(f"t{d.n}-{b % 3}", "u1")),
    "repeat": repeat,
    "learn": learn,
    "remove term": lambda d, a, _: d.project.remove_term(Term(f"t{d.n}-{a % 3}", "u0")),
    "add": lambda d, a, b: d.project.add(text(f"new{d.n}", ["Yeni."]), {"0.0": Hypothesis("New.")}),
    "remove": lambda d, a, b: d.project.remove(f"new{d.n}"),
    "import": lambda d, a, b: d.project.import_pairs(
        [Pair(f"s{a}", "t", comment="c", speaker="S"), Pair(f"s{b}", "t")], document=f"memory{d.n}"
    ),
}  # fmt: skip

steps = st.lists(
    st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=8,
)


def test_an_import_into_a_document_that_is_here_is_undone_without_a_trace(shared: Project) -> None:
    name, project = f"memory{next(numbers)}", shared.by("Ayşe")
    project.import_pairs([Pair("Bir.", "One.")], document=name)
    before = project.document(name)
    project.import_pairs([Pair("İki.", "Two.")], document=name)
    project.undo()
    assert project.document(name) == before
    project.redo()
    assert project.document(name).sentences() == ["Bir.", "İki."]


@settings(max_examples=12, deadline=None)
@given(steps=steps)
def test_n_changes_and_n_undos_return_the_start(
    shared: Project, steps: list[tuple[str, int, int]]
) -> None:
    desk = Desk(shared)
    states = [desk.seen()]
    for name, a, b in steps:
        events = len(desk.project.history(person=desk.project.person, limit=None))
        try:
            ACTIONS[name](desk, a, b)
        except StoreError:
            assert desk.seen() == states[-1]
        if len(desk.project.history(person=desk.project.person, limit=None)) > events:
            states.append(desk.seen())
        else:
            assert desk.seen() == states[-1]
    for state in reversed(states[:-1]):
        desk.project.undo()
        assert desk.seen() == state
    with pytest.raises(CannotUndo, match="nothing to undo"):
        desk.project.undo()
    for state in states[1:]:
        desk.project.redo()
        assert desk.seen() == state
    with pytest.raises(CannotUndo, match="nothing to redo"):
        desk.project.redo()


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_each_change_is_in_the_history_and_goes_and_comes_back(shared: Project, name: str) -> None:
    desk = Desk(shared)
    if name == "remove":
        ACTIONS["add"](desk, 1, 0)
    if name == "remove term":
        ACTIONS["add term"](desk, 1, 0)
    before = desk.seen()
    ACTIONS[name](desk, 2, 1) if name == "split bead" else ACTIONS[name](desk, 1, 4)
    after = desk.seen()
    assert before != after
    event = desk.project.history(person=desk.project.person)[0]
    assert event.before or event.after
    assert desk.project.undo() == replace(event, undone=True)
    assert desk.seen() == before
    assert desk.project.history(person=desk.project.person)[0].undone
    assert desk.project.redo() == event
    assert desk.seen() == after


def version(desk: Desk, id_: str) -> int:
    return desk.project.segment(desk.tr, id_).version


def test_each_person_undoes_their_own(shared: Project) -> None:
    desk = Desk(shared)
    ayse, mehmet = desk.project, desk.project.by(f"Mehmet {desk.n}")
    ayse.edit(desk.tr, "1.0", "Ayşe's.", version=version(desk, "1.0"))
    mehmet.edit(desk.tr, "1.1", "Mehmet's.", version=version(desk, "1.1"))
    assert ayse.undo().after == "Ayşe's."
    assert ayse.segment(desk.tr, "1.1").target == "Mehmet's."
    with pytest.raises(CannotUndo, match="nothing to undo"):
        ayse.undo()
    event = mehmet.history(person=mehmet.person)[0]
    with pytest.raises(CannotUndo, match="Mehmet"):
        ayse.undo(event.id)
    with pytest.raises(CannotUndo, match="no change 999999"):
        ayse.undo(999999)


def test_what_somebody_built_on_is_not_undone(shared: Project) -> None:
    desk = Desk(shared)
    ayse, mehmet = desk.project, desk.project.by(f"Mehmet {desk.n}")
    ayse.edit(desk.tr, "1.0", "One.", version=version(desk, "1.0"))
    mehmet.edit(desk.tr, "1.0", "Two.", version=version(desk, "1.0"))
    with pytest.raises(CannotUndo, match="Mehmet"):
        ayse.undo()
    mehmet.undo()
    ayse.undo()
    mehmet.edit(desk.tr, "1.0", "Three.", version=version(desk, "1.0"))
    with pytest.raises(CannotUndo, match="Mehmet"):
        ayse.redo()
    assert ayse.segment(desk.tr, "1.0").target == "Three."


def test_a_document_comes_back_only_where_its_name_is_free(shared: Project) -> None:
    desk = Desk(shared)
    p, name = desk.project, f"new{desk.n}"
    p.add(text(name, ["Yeni."]))
    p.remove(name)
    removal = p.history(person=p.person)[0].id
    p.add(text(name, ["Daha yeni."]))
    with pytest.raises(StoreError, match="another document has that name now"):
        p.undo(removal)
    p.remove(name)
    p.undo(removal)
    assert p.document(name).sentences() == ["Yeni."]


def test_what_rested_on_something_undone_is_not_done_again(shared: Project) -> None:
    desk = Desk(shared)
    ayse, mehmet = desk.project, desk.project.by(f"Mehmet {desk.n}")
    mehmet.edit(desk.tr, "1.0", "One.", version=version(desk, "1.0"))
    ayse.edit(desk.tr, "1.0", "Two.", version=version(desk, "1.0"))
    ayse.undo()
    mehmet.undo()
    with pytest.raises(CannotUndo, match="has changed since"):
        ayse.redo()
    mehmet.redo()
    ayse.redo()
    assert ayse.segment(desk.tr, "1.0").target == "Two."


@pytest.mark.parametrize("what", ["document", "segment", "alignment", "quote"])
def test_what_holds_the_work_of_others_is_not_undone(shared: Project, what: str) -> None:
    desk = Desk(shared)
    ayse, mehmet = desk.project, desk.project.by(f"Mehmet {desk.n}")
    if what == "document":
        ayse.add(text(f"new{desk.n}", ["Yeni."]))
        ayse.by("tr-en").add_hypothesis(f"new{desk.n}", "0.0", Hypothesis("New."))
        ayse.undo()  # a program can translate it again
        ayse.redo()
        mehmet.edit(f"new{desk.n}", "0.0", "Newer.", version=10**6)
    elif what == "segment":
        _, second = ayse.split(desk.tr, "1.0", 12, 0, version=version(desk, "1.0"))
        mehmet.comment(desk.tr, second.id, "?")
    elif what == "alignment":
        alignment = ayse.add_alignment(ayse.document(desk.tr), ayse.document(desk.en), BEADS)
        mehmet.set_bead_status(alignment, [ayse.beads(alignment)[0].id], "approved")
    else:
        quote = ayse.add_quote(desk.tr, QUOTE._replace(spans=((2, 0, 5),)))
        mehmet.pair_quotes(quote, None)
    with pytest.raises(CannotUndo, match="Mehmet"):
        ayse.undo()
    mehmet.undo()
    ayse.undo()


def test_an_older_change_is_undone_by_its_number(shared: Project) -> None:
    desk = Desk(shared)
    p = desk.project
    p.edit(desk.tr, "1.0", "One.", version=version(desk, "1.0"))
    first = p.history(person=p.person)[0].id
    p.edit(desk.tr, "1.1", "Two.", version=version(desk, "1.1"))
    assert p.undo(first).after == "One."
    assert p.segment(desk.tr, "1.0").target == "Minister Karaca came."
    assert p.segment(desk.tr, "1.1").target == "Two."
    with pytest.raises(CannotUndo, match="undone already"):
        p.undo(first)
    p.redo(first)
    assert p.segment(desk.tr, "1.0").target == "One."
    with pytest.raises(CannotUndo, match="holds already"):
        p.redo(first)


def test_what_was_undone_before_a_new_change_stays_undone(shared: Project) -> None:
    desk = Desk(shared)
    p = desk.project
    p.edit(desk.tr, "1.0", "One.", version=version(desk, "1.0"))
    p.undo()
    p.edit(desk.tr, "1.1", "Two.", version=version(desk, "1.1"))
    with pytest.raises(CannotUndo, match="nothing to redo"):
        p.redo()


def test_an_undo_makes_a_new_version(shared: Project) -> None:
    desk = Desk(shared)
    start = version(desk, "1.0")
    changed = desk.project.edit(desk.tr, "1.0", "One.", version=start)
    desk.project.undo()
    assert start < changed.version < version(desk, "1.0")
