"""What a person changed is tied to the words of the source."""

from __future__ import annotations

import pytest

from corpora.glossary import Term
from mt.wordings import Wording, replaced, wordings
from ui.linking import linker

link = linker()


def found(source: str, before: str, after: str) -> list[Wording]:
    return list(wordings(source, before, after, link))


def test_a_word_said_otherwise() -> None:
    assert found(
        "Mülteciler dün sınırı geçti.",
        "The refugees crossed the border yesterday.",
        "The migrants crossed the border yesterday.",
    ) == [Wording("Mülteciler", "refugees", "migrants")]


@pytest.mark.parametrize(
    ("source", "before", "after", "term"),
    [
        ("Toplantıya Zelenskiy'nin de katıldığı belirtildi.", "It was reported that Zelenskiy also attended the meeting.",
         "It was reported that Zelensky also attended the meeting.", ("Zelenskiy", "Zelensky")),
        ("Konuşan Mehmet Şimşek bütçeyi anlattı.", "Speaking, Mehmet Lightning explained the budget.",
         "Speaking, Mehmet Şimşek explained the budget.", ("Şimşek", "Şimşek")),
        ("Karar, Tarım ve Orman Bakanlığından geldi.", "The decision came from the Ministry of Agriculture and Forest.",
         "The decision came from the Ministry of Agriculture and Forestry.",
         ("Tarım ve Orman Bakanlığı", "Ministry of Agriculture and Forestry")),
    ],
)  # fmt: skip
def test_a_name_is_learnt(source: str, before: str, after: str, term: tuple[str, str]) -> None:
    names = [w.term for w in found(source, before, after) if w.is_name]
    assert names == [Term(*term, note="learned", kind="name")]


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("Bakan dün geldi.", "The minister came yesterday.", "Yesterday brought us the minister, at last, in person."),
        ("Bakan dün geldi.", "The minister came yesterday.", "The minister came yesterday."),
        ("Orman yandı.", "The forest burnt.", "The wood burnt."),
        ("Bakan geldi.", "Minister came.", "The secretary came."),
    ],
)  # fmt: skip
def test_other_changes_teach_no_name(source: str, before: str, after: str) -> None:
    assert not [w for w in found(source, before, after) if w.is_name]


def test_a_wording_is_put_in_with_capital_and_article() -> None:
    wording = Wording("müttefik", "refugee", "ally")
    assert replaced("A refugee saw the refugee. Refugees left.", wording) == "An ally saw the ally. Refugees left."  # fmt: skip
    assert replaced("Refugee or not, an refugeeship.", wording) == "Ally or not, an refugeeship."
