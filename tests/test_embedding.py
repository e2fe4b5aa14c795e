"""The sentence vectors: the bundled encoder, other encoders by name, and the trainer."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.embedding import BUNDLED, AdditiveEncoder, StaticEncoder, load
from alignment.pieces import words
from alignment.recipe import load_recipe
from alignment.training import Ragged, retrieval, train
from corpora.errors import InputError, ModelError, ModelNotFound
from corpora.folding import fold

NEWS = Path(__file__).parent.parent / "corpora" / "news" / "pairs"


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    found = load()
    assert isinstance(found, StaticEncoder)
    return found


def test_translations_are_nearest(encoder: StaticEncoder) -> None:
    turkish = [
        "Merkez Bankası faizi yüzde 50'de sabit tuttu.",
        "Galatasaray deplasmanda 3-1 kazandı.",
        "Depremde yıkılan binaların yerine yenileri yapılıyor.",
        "Kedim dün gece eve gelmedi.",
    ]
    english = [
        "My cat did not come home last night.",
        "The Central Bank kept its rate at 50 percent.",
        "New buildings are going up in place of those the earthquake destroyed.",
        "Galatasaray won 3-1 away from home.",
    ]
    cosines = encoder.encode(turkish) @ encoder.encode(english).T
    assert cosines.argmax(1).tolist() == [1, 3, 2, 0]


def test_own_news_retrieval_floor(encoder: StaticEncoder) -> None:
    """A gate, not a measure: these pairs were trained on. The figures on unseen sets stand in the model's card."""
    texts = [p.read_text("utf-8").splitlines() for p in sorted(NEWS.glob("*.tsv"))]
    lines = [line.split("\t") for text in texts for line in text]
    pairs = [(row[0], row[1]) for row in lines[::15]]
    assert len(pairs) > 300
    assert retrieval(encoder, pairs) >= 0.98


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("İSTANBUL VALİLİĞİ", "istanbul valiliği"),
        ("ISPARTA", "Isparta"),
        ("DİYARBAKIR'DA IŞIK", "Diyarbakır'da ışık"),
        ("Hâlâ", "hala"),
        ("I\u0307zmir", "İzmir"),
    ],
)
def test_casing_never_hides_a_word(encoder: StaticEncoder, a: str, b: str) -> None:
    assert words(a) == words(b)
    assert float((encoder.encode([a]) @ encoder.encode([b]).T)[0, 0]) == pytest.approx(1, abs=1e-5)


@given(st.lists(st.text(), max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_unit_vector_or_zeros(texts: list[str]) -> None:
    encoder = _shared()
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimensions)
    assert vectors.dtype == np.float32
    norms = np.linalg.norm(vectors, axis=1)
    assert all(abs(n - 1) < 1e-4 or n == 0 for n in norms)


@given(st.lists(st.text(alphabet="abcçğıİIöşü '’.,0123", max_size=30), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_sums_add_up_over_joined_sentences(texts: list[str]) -> None:
    encoder = _shared()
    assert isinstance(encoder, AdditiveEncoder)
    together = encoder.sums([" ".join(texts)])[0]
    assert np.allclose(together, encoder.sums(texts).sum(0), atol=1e-3)


def test_order_batch_and_memory_do_not_matter(encoder: StaticEncoder) -> None:
    texts = [f"cümle {k} ve sentence {k * 7}" for k in range(600)] + ["", "—"]
    small = StaticEncoder(BUNDLED, cache=50)
    whole = encoder.encode(texts)
    one_by_one = np.concatenate([small.encode([t]) for t in texts])
    assert np.allclose(whole, one_by_one, atol=1e-5)
    assert np.allclose(small.encode(texts), whole, atol=1e-5)
    assert np.allclose(encoder.encode(texts[::-1])[::-1], whole, atol=1e-5)


def test_threads_may_share_an_encoder() -> None:
    encoder = StaticEncoder(BUNDLED, cache=300)
    texts = [f"haber {k} numaralı {k * k}" for k in range(400)]
    expected = StaticEncoder(BUNDLED).encode(texts)
    wrong: list[int] = []

    def work(begin: int) -> None:
        for _ in range(5):
            part = encoder.encode(texts[begin : begin + 100])
            if not np.allclose(part, expected[begin : begin + 100], atol=1e-5):
                wrong.append(begin)

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_bundled_encoder_is_small_light_and_quick(encoder: StaticEncoder) -> None:
    assert sum(p.stat().st_size for p in BUNDLED.iterdir()) <= 16 * 2**20
    code = "import sys, alignment.embedding as e; e.load().encode(['a']); print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"
    texts = [
        "Bakan, toplantının ardından yaptığı açıklamada sürecin devam ettiğini söyledi."
    ] * 10_000
    encoder.encode(texts)
    begin = time.process_time()
    encoder.encode(texts)
    # Processor time, and a third of the stated speed, so that a busy machine does not fail it.
    assert len(texts) / (time.process_time() - begin) > 15_000


def test_fold_is_idempotent() -> None:
    for text in ("IĞDIR'DA KÂĞIT", "Ýzmir ﬁle", "ß İ̇"):
        assert fold(fold(text)) == fold(text)


def test_broken_and_missing_models_have_a_clear_word(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no embedding folder"):
        StaticEncoder(tmp_path)
    with pytest.raises(ModelNotFound, match=r"bundled|pip install"):
        load(str(tmp_path / "nothing"))


def test_sentence_transformers_model_by_folder(tmp_path: Path) -> None:
    library = pytest.importorskip("sentence_transformers")
    models = pytest.importorskip("sentence_transformers.models")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "kar": 1, "snow": 2, "ev": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    static = models.StaticEmbedding(tokenizer, embedding_dim=8)
    library.SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path / "m"))
    vectors = load(str(tmp_path / "m")).encode(["kar", "ev kar", "snow"])
    assert vectors.shape == (3, 8)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


RECIPE = """
kind = "embedding"
name = "toy"
dev = ["dev/toy.tsv"]
pieces = 60
stems = 30
dimensions = 16
updates = 60
batch = 64
[[source]]
name = "toy"
files = "train/*.tsv.gz"
licence = "CC0-1.0"
min_score = -5.0
"""


def test_training_learns_translations(tmp_path: Path) -> None:
    turkish = ["kedi", "köpek", "ev", "su", "ekmek", "kitap", "yol", "gün", "gece", "deniz"]
    english = ["cat", "dog", "house", "water", "bread", "book", "road", "day", "night", "sea"]
    rng = np.random.default_rng(0)
    rows = [rng.choice(10, 3, replace=False) for _ in range(300)]
    pairs = [(" ".join(turkish[k] for k in r), " ".join(english[k] for k in r[::-1])) for r in rows]
    (tmp_path / "train").mkdir()
    (tmp_path / "dev").mkdir()
    with gzip.open(tmp_path / "train" / "a.tsv.gz", "wt", encoding="utf-8") as out:
        out.writelines(f"{a}\t{b}\t-1.0\n" for a, b in pairs)
        out.write("yanlış satır\twrong line\t-9.0\n")
    (tmp_path / "dev" / "toy.tsv").write_text(
        "".join(f"{a}\t{b}\tdoc\n" for a, b in zip(turkish, english, strict=True)), "utf-8"
    )
    (tmp_path / "recipe.toml").write_text(RECIPE, "utf-8")
    said: list[str] = []
    scores = train(tmp_path / "recipe.toml", tmp_path, tmp_path / "out", report=said.append)
    assert scores["toy"] == 1.0
    assert said[0].startswith("300 pairs")
    assert load(str(tmp_path / "out")).encode(["kedi"]).shape == (1, 16)


def test_recipe_faults_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('name = "x"\npices = 3\n[[source]]\nname = "a"\nfiles = "*.tsv"\n')
    with pytest.raises(InputError, match="pices"):
        load_recipe(path)
    path.write_text('name = "x"\n')
    with pytest.raises(InputError, match="source"):
        load_recipe(path)
    path.write_text('name = "x"\n[[source]]\nname = "a"\nfiles = "*.none"\n')
    with pytest.raises(InputError, match="no file"):
        train(path, tmp_path, tmp_path / "out")


def test_the_bundled_recipe_is_whole() -> None:
    recipe = load_recipe(Path(__file__).parent.parent / "alignment/recipes/tr-en-embedding.toml")
    assert all(source.licence for source in recipe.sources)
    assert StaticEncoder(BUNDLED).dimensions == recipe.dimensions


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=6), st.data())
def test_ragged_takes_lists(lists: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), min_size=1))
    taken = Ragged.of(lists).take(np.array(rows))
    split = np.split(taken.flat, taken.starts[1:-1])
    assert [part.tolist() for part in split] == [lists[r] for r in rows]


_ENCODERS: list[StaticEncoder] = []


def _shared() -> StaticEncoder:
    if not _ENCODERS:
        _ENCODERS.append(StaticEncoder(BUNDLED))
    return _ENCODERS[0]
