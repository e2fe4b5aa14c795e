"""Translation memory: exact, context and fuzzy matches, numbers adapted, and a project followed as it changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from stores import on_both, place

from corpora.bitext import Pair
from corpora.document import Block, Document
from corpora.memory import Match, Memory, ProjectMemory, diff
from corpora.news import sentence_pairs
from corpora.segmentation import segment_document
from corpora.store import Hypothesis, Project

POLICE = Pair(
    "Zirveye ev sahipliği yapan kentte 12 bin polis görev başında olacak.",
    "12,000 police officers will be on duty in the city hosting the summit.",
)
SALES = Pair("Şirket satışlarını yüzde 14,2 artırdı.", "The company boosted sales 14.2 percent.")


def best(memory: Memory | ProjectMemory, source: str, **options: object) -> Match:
    return memory.look_up(source, **options)[0]  # type: ignore[arg-type]


def test_the_same_text_is_exact_whatever_its_white_space() -> None:
    match = best(Memory([POLICE, SALES]), "Şirket  satışlarını yüzde\n14,2 artırdı.")
    assert (match.kind, match.percent, match.target) == ("exact", 100, SALES.target)
    assert not match.adapted


@pytest.mark.parametrize(
    "source",
    [
        "ŞİRKET SATIŞLARINI YÜZDE 14,2 ARTIRDI.",  # capitals by Turkish rules
        "Sirket satışlarını yüzde 14,2 artırdı.",
        "Şirket satışlarını yüzde 14,2 artırmıştı.",  # another suffix
    ],
)
def test_a_text_that_is_nearly_the_same_is_fuzzy_and_never_a_hundred(source: str) -> None:
    match = best(Memory([POLICE, SALES]), source)
    assert match.pair == SALES
    assert match.kind == "fuzzy"
    assert 80 <= match.percent <= 99


def test_capitals_and_dotted_letters_are_no_edits() -> None:
    match = best(Memory([Pair("Iğdır’da kış hâlâ sürüyor", "t")]), "IĞDIR'DA KIŞ HALA SÜRÜYOR")
    assert match.percent == 99


def test_context_wins_over_a_later_exact_match() -> None:
    said = "Evet, dedi."
    pairs = [
        Pair("Geldin mi?", "Did you come?", document="a"),
        Pair(said, "Yes, I did, she said.", document="a"),
        Pair("Sustu.", "She fell silent.", document="a"),
        Pair("Gördün mü?", "Did you see?", document="b"),
        Pair(said, "Yes, he said.", document="b"),
    ]
    memory = Memory(pairs)
    found = memory.look_up(said, before="Geldin mi?", after="Sustu.")
    assert [(m.kind, m.target) for m in found[:2]] == [
        ("context", "Yes, I did, she said."),
        ("exact", "Yes, he said."),
    ]
    memory.add(Pair(said, "Yes, I did, she said.", document="c"), "", "")
    found = memory.look_up(said, before="Geldin mi?", after="Sustu.")
    assert [(m.kind, m.target[:6]) for m in found] == [("context", "Yes, I"), ("exact", "Yes, h")]
    assert best(memory, said, before="Gördün mü?", after="").kind == "context"
    assert best(memory, said).target == "Yes, I did, she said."  # the one added last
    assert best(memory, said).kind == "exact"


def test_pairs_of_no_document_have_no_context() -> None:
    memory = Memory([Pair("Bir.", "One."), Pair("İki.", "Two."), Pair("Üç.", "Three.")])
    assert best(memory, "İki.", before="Bir.", after="Üç.").kind == "exact"


@pytest.mark.parametrize(
    ("pair", "source", "target"),
    [
        (
            SALES,
            "Şirket satışlarını yüzde 7,35 artırdı.",
            "The company boosted sales 7.35 percent.",
        ),
        (
            POLICE,
            "Zirveye ev sahipliği yapan kentte 26 bin 400 polis görev başında olacak.",
            "26,400 police officers will be on duty in the city hosting the summit.",
        ),
        (
            Pair("Şirket 3,5 milyar lira kâr etti.", "The company made 3.5 billion lira."),
            "Şirket 12,25 milyar lira kâr etti.",
            "The company made 12.25 billion lira.",
        ),
        (
            Pair("Şirket 1.250.000 lira kâr etti.", "The company made 1,250,000 lira."),
            "Şirket 987.654 lira kâr etti.",
            "The company made 987,654 lira.",
        ),
        (
            Pair("3. toplantı salı günü.", "The 3rd meeting is on Tuesday."),
            "22. toplantı salı günü.",
            "The 22nd meeting is on Tuesday.",
        ),
        (
            Pair("Maç saat 14.30 ile 16.15 arasında.", "The match is between 14:30 and 16:15."),
            "Maç saat 19.45 ile 21.30 arasında.",
            "The match is between 19:45 and 21:30.",
        ),
        (
            Pair("Seçim 31 Mart 2024 günü.", "The election is on March 31, 2024."),
            "Seçim 28 Mart 2027 günü.",
            "The election is on March 28, 2027.",
        ),
    ],
)
def test_numbers_are_adapted_as_english_prints_them(pair: Pair, source: str, target: str) -> None:
    match = best(Memory([pair]), source)
    assert match.target == target
    assert match.adapted
    assert match.percent >= 97


@pytest.mark.parametrize(
    ("pair", "source"),
    [
        (Pair("Kazada 2 kişi öldü.", "Two people died in the accident."), "Kazada 7 kişi öldü."),
        (Pair("Kazada 1 kişi öldü.", "1 person died in the accident."), "Kazada 7 kişi öldü."),
        (Pair("Takım 5 maçta 5 gol attı.", "The team scored 5 goals in 5 games."), "Takım 5 maçta 8 gol attı."),
        (Pair("Toplantıya 20 kişi geldi.", "20 people came."), "Toplantıya kimse gelmedi."),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_adapted_for_sure_stays_and_counts_as_an_edit(
    pair: Pair, source: str
) -> None:
    match = best(Memory([pair]), source, minimum=10)
    assert match.target == pair.target
    assert match.percent == int(
        100 * Levenshtein.normalized_similarity(pair.source.lower(), source.lower())
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_diff_joined_is_both_texts(old: str, new: str) -> None:
    steps = diff(f"a {old}", f"a {new}")
    assert "".join(s.old for s in steps) == f"a {old}"
    assert "".join(s.new for s in steps) == f"a {new}"


def test_a_diff_names_the_words_that_changed() -> None:
    steps = diff("Bakan dün Ankara'da konuştu.", "Bakan bugün Ankara'da konuştu.")
    assert [(s.old, s.new) for s in steps if s.kind != "equal"] == [("dün ", "bugün ")]


def test_what_is_added_is_found_next_and_what_is_removed_is_not() -> None:
    memory = Memory()
    first = memory.add(SALES)
    second = memory.add(Pair(SALES.source, "Sales rose."))
    assert [m.target for m in memory.look_up(SALES.source)] == ["Sales rose.", SALES.target]
    memory.remove(second)
    memory.remove(second)
    assert [m.target for m in memory.look_up(SALES.source)] == [SALES.target]
    memory.remove(first)
    assert not memory.look_up(SALES.source)
    assert not memory.look_up("Şirket satışlarını yüzde 20 artırdı.")
    assert len(memory) == 0


@pytest.mark.parametrize("source", ["", "   ", "!!!", "a", "12", "\x00", "🎉", "x" * 20_000])
def test_odd_texts_have_no_match_and_do_no_harm(source: str) -> None:
    assert Memory([SALES, POLICE]).look_up(source) == []


def test_the_index_finds_what_comparing_with_every_pair_finds() -> None:
    """Against rapidfuzz over all of them: the likeliest unit may only be missed where it is far off."""
    pairs = [Pair(tr, en) for tr, en in sentence_pairs()][:3000]
    memory = Memory(pairs[1::2])
    sources = [p.source for p in pairs[1::2]]
    for pair in pairs[1:600:20]:
        words = pair.source.split()
        query = " ".join([*words[: len(words) // 2], "bambaşka", *words[len(words) // 2 + 1 :]])
        top = max(Levenshtein.normalized_similarity(query.lower(), s.lower()) for s in sources)
        if top > 0.75:
            assert best(memory, query).percent >= int(100 * top) - 1


@pytest.fixture(params=on_both.args[1])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    body = "Bakan geldi. Toplantı 12 Mayıs günü başladı. Herkes gitti."
    document = segment_document(Document("d", "tr", "", "-", (Block("paragraph", body),)))
    with place(request.param, tmp_path) as where, Project.open(where, person="Ayşe") as opened:
        opened.add(document, {"0.1": Hypothesis("The meeting began on 12 May.")})
        yield opened


def test_an_approval_is_seen_by_the_next_look_up_and_taking_it_back_too(project: Project) -> None:
    memory = ProjectMemory(project)
    source = "Toplantı 12 Mayıs günü başladı."
    assert not memory.look_up(source)  # a machine's translation is no memory
    project.set_status("d", "0.1", "approved", version=project.segment("d", "0.1").version)
    assert best(memory, source).target == "The meeting began on 12 May."
    assert best(memory, source, before="Bakan geldi.", after="Herkes gitti.").kind == "context"
    assert best(memory, "Toplantı 30 Mayıs günü başladı.").target == "The meeting began on 30 May."
    project.undo()
    assert not memory.look_up(source)
    project.redo()
    assert len(memory) == 1


def test_another_persons_edit_replaces_what_was_remembered(project: Project) -> None:
    memory = ProjectMemory(project)
    first = project.edit("d", "0.0", "Came.", version=project.segment("d", "0.0").version, status="approved")  # fmt: skip
    assert best(memory, "Bakan geldi.").target == "Came."
    other = project.by("Bora")
    other.edit("d", "0.0", "The minister came.", version=first.version, status="approved")
    assert [m.target for m in memory.look_up("Bakan geldi.")] == ["The minister came."]
    assert best(memory, "Bakan geldi.").pair.editor == "Bora"


def test_a_removed_document_is_forgotten_and_comes_back_with_undo(project: Project) -> None:
    memory = ProjectMemory(project)
    project.import_pairs([SALES, POLICE], document="tm")
    assert len(memory) == 2
    project.remove("tm")
    assert len(memory) == 0
    project.undo()
    assert best(memory, SALES.source).target == SALES.target


def test_a_new_neighbour_makes_a_new_context(project: Project) -> None:
    project.set_status("d", "0.1", "approved", version=project.segment("d", "0.1").version)
    memory = ProjectMemory(project)
    source = "Toplantı 12 Mayıs günü başladı."
    assert best(memory, source, before="Bakan geldi.", after="Herkes gitti.").kind == "context"
    project.split("d", "0.0", 6, 0, version=project.segment("d", "0.0").version)
    assert best(memory, source, before="Bakan geldi.", after="Herkes gitti.").kind == "exact"
    assert best(memory, source, before="geldi.", after="Herkes gitti.").kind == "context"


def test_confirmed_beads_are_remembered(project: Project) -> None:
    from alignment.sentences import Bead

    def text(id_: str, lang: str, words: str) -> Document:
        return segment_document(Document(id_, lang, "", "-", (Block("paragraph", words),)))

    memory = ProjectMemory(project)
    source, target = text("tr", "tr", "Kar yağdı. Yollar kapandı."), text("en", "en", "It snowed. Roads closed.")  # fmt: skip
    made = project.add_alignment(source, target, [Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.8)])
    assert len(memory) == 0
    project.set_bead_status(made, [project.beads(made)[0].id], "approved")
    assert best(memory, "Kar yağdı.").target == "It snowed."
    project.undo()
    assert len(memory) == 0
