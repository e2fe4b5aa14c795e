"""A correction is offered where it applies too, applied in one step, and names corrected once stay corrected."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from test_review_routes import Page, app, client, desk, document, page  # noqa: F401 - fixtures

from corpora.bitext import Pair
from corpora.glossary import Term
from corpora.store import Hypothesis, Project
from ui.repeating import Offer, learned, offers
from ui.web.desk import Desk

SOURCES = {
    "Mülteciler sınırı geçti.": "The refugees crossed the border.",
    "Toplantıya 12 bakan katıldı.": "12 ministers attended the meeting.",
    "Toplantıya 40 bakan katıldı.": "40 ministers took part in the meeting.",
    "TOPLANTIYA 12 BAKAN KATILDI.": "12 ministers at meeting.",
    "Mültecilere yardım edildi.": "Refugees were helped.",
    "Herkes sevindi.": "Everybody was glad about refugees.",
}
SOURCE, TARGETS = " ".join(SOURCES), list(SOURCES.values())


def in_order(source: str, target: str) -> list[tuple[int, int, int, int]]:
    """The first word of the one is linked with the second of the other, "the" and all."""
    a, b = source.split(), target.split()
    del b[:1]
    return [
        (s, s + len(w), t, t + len(v))
        for w, v in zip(a, b, strict=False)
        for s, t in [(source.index(w), target.index(v))]
    ]


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.open(tmp_path / "r.dragoman", person="Ayşe")
    text = document(SOURCE, "haber.txt")
    ids = [s.id for _, s in text.segments()]
    project.add(text, {k: Hypothesis(t) for k, t in zip(ids, TARGETS, strict=True)})
    return project


def correct(project: Project, number: int, target: str) -> list[Offer]:
    view = project.segments(project.documents()[0].id)[number]
    saved = project.edit(view.document, view.id, target, version=view.version, status="approved")
    return offers(project, saved, view.target, in_order)


def test_the_same_sentence_and_one_with_other_numbers_are_offered(project: Project) -> None:
    found = correct(project, 1, "Twelve? 12 ministers were there.")
    assert [(o.segment.position, o.target, o.kind) for o in found] == [
        (2, "Twelve? 40 ministers were there.", "numbers"),
        (3, "Twelve? 12 ministers were there.", "same"),
    ]


def test_the_same_phrase_is_offered_where_the_source_has_its_stem(project: Project) -> None:
    found = correct(project, 0, "The migrants crossed the border.")
    assert [(o.segment.position, o.target, o.kind) for o in found] == [
        (4, "Migrants were helped.", "phrase")
    ]


def test_what_a_person_judged_is_marked_and_what_is_locked_left_out(project: Project) -> None:
    views = project.segments(project.documents()[0].id)
    project.edit(views[2].document, views[2].id, "Hers.", version=views[2].version)
    project.set_status(views[3].document, views[3].id, "locked", version=views[3].version)
    found = correct(project, 1, "Of ministers, 12 came.")
    assert [(o.segment.position, o.touched) for o in found] == [(2, True)]


def test_other_documents_are_offered_the_sentence_but_not_the_phrase(project: Project) -> None:
    project.import_pairs([Pair("Mülteciler sınırı geçti.", "Refugees passed.", status="machine"),
                          Pair("Mülteciler geldi.", "The refugees came.", status="machine")], document="other")  # fmt: skip
    found = correct(project, 0, "The migrants crossed the border.")
    assert [(o.segment.document, o.kind) for o in found] == [
        ("other", "same"),
        (project.documents()[0].id, "phrase"),
    ]


def test_a_name_corrected_again_is_learnt_anew_and_a_term_of_a_person_stays(
    project: Project,
) -> None:
    text = document("Konuşan Zelenskiy geldi.", "ad.txt")
    name = project.add(
        text, {text.blocks[0].segments[0].id: Hypothesis("Speaking Zelenskiy came.")}
    )
    (view,) = project.segments(name)

    def link(source: str, target: str) -> list[tuple[int, int, int, int]]:
        return [(8, 17, 9, 18)]

    new, old = learned(project, view, "Speaking Zelensky came.", link)
    first = Term("Zelenskiy", "Zelensky", note="learned", kind="name")
    assert (new, old) == ([first], [])
    project.add_terms(new)
    new, old = learned(project, view, "Speaking Zelenskyy came.", link)
    assert ([t.target for t in new], old) == (["Zelenskyy"], [first])
    project.revise_term(first, Term("Zelenskiy", "Zelenski"))
    assert learned(project, view, "Speaking Zelenskyy came.", link) == ([], [])


def test_through_the_page(page: Page, desk: Desk, client: TestClient) -> None:  # noqa: F811
    name = desk.project.add(
        document("Bakan Kara geldi. Bakan Kara gitti. Bakan geldi. Bakan geldi.", "h.txt"),
        {
            f"0.{n}": Hypothesis(t)
            for n, t in enumerate(["Minister Kora came.", "Minister Kora left.", "He came.", "She came."])
        },
    )  # fmt: skip
    rows = page.segments(name)
    answer = page.edit(rows[2], "The minister came.", "approved").json()
    asked = {"document": name, "segment": rows[2]["id"], "before": "He came."}
    (offer,) = page.post("like", **asked).json()["offers"]
    assert (offer["position"], offer["kind"], offer["touched"]) == (3, "same", False)
    edits = [{k: offer[k] for k in ("document", "segment", "target", "version")} | {"status": "approved"}]  # fmt: skip
    done = page.post("repeat", edits=edits).json()
    assert [(s["target"], s["status"]) for s in done["segments"]] == [("The minister came.", "approved")]  # fmt: skip
    page.post("undo")
    assert page.segments(name)[3]["target"] == "She came."
    # A name, learnt with the edit and forgotten with its undoing.
    answer = page.edit(rows[0], "Minister Kara came.").json()
    assert answer["learned"] == ["Kara → Kara"]
    (held,) = page.get("terms").json()["terms"]
    assert (held["note"], held["kind"]) == ("learned", "name")
    page.post("undo")
    assert page.get("terms").json()["terms"] == []
    entry = {"source": "Bakan", "target": "secretary"}
    assert page.post("term", new=entry).json()["terms"][0]["status"] == "preferred"
    assert page.post("term", new={"source": " ", "target": "x"}).status_code == 400
    # The next sentences are translated by it, and the suggestions too.
    second = desk.add(document("Bakan yarın geldi.", "i.txt"), "Ayşe")
    until = time.monotonic() + 60
    while not (target := page.segments(second)[0]["target"]) and time.monotonic() < until:
        time.sleep(0.05)
    assert target == "Secretary tomorrow came."
    assert page.post("term", old=entry).json()["terms"] == []


def test_a_match_is_offered_made_to_fit(page: Page, desk: Desk) -> None:  # noqa: F811
    desk.project.import_pairs(
        [Pair("Bakan dün büyük araba gördü.", "Minister yesterday big auto watched.")], document="tm"
    )  # fmt: skip
    name = desk.project.add(document("Bakan dün küçük araba gördü.", "k.txt"))
    (row,) = page.segments(name)
    (match,) = page.get("detail", document=name, segment=row["id"]).json()["matches"]
    assert match["text"] == "Minister yesterday small auto watched."
    assert match["remembered"] == "Minister yesterday big auto watched."
    assert (match["kind"], match["changes"]) == ("repaired", "big → small (büyük → küçük)")
    desk.translate(name)
    until = time.monotonic() + 60
    while not page.segments(name)[0]["target"] and time.monotonic() < until:
        time.sleep(0.05)
    (row,) = page.segments(name)
    assert (row["origin"], row["repair"]) == ("repaired", "92 %: big → small (büyük → küçük)")
