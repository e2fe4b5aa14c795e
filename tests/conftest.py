"""What several test files need: a home of their own, and a toy model whose translations are known beforehand."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from loopback_hub import Hub

    from mt.engines import Engine

pytest_plugins = ["browsing"]

# Before anything of Hugging Face is imported: no test may use, or fill, the caches of whoever runs it.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="dragoman-tests-")
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_XET"] = "1"

# The same examples each time, so that a red run is the change's doing; `pytest --hypothesis-profile=search` draws new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("steady")

# A shell's background jobs ignore Ctrl-C, and so would every process that a test starts from there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_WORDS = (
    "bakan:minister yarın:tomorrow bir:a açıklama:statement yapacağını:make söyledi:said polis:police dün:yesterday "
    "evde:home adam:man kadın:woman çocuk:child gördü:saw geldi:came gitti:left büyük:big küçük:small eski:old "
    "yeni:new kırmızı:red mavi:blue araba:car kitap:book su:water ekmek:bread sabah:morning akşam:evening "
    "hızlı:fast yavaş:slowly güzel:nice şehir:city köy:village okul:school takım:team maç:match kazandı:won "
    "kaybetti:lost başkan:president ülke:country savaş:war barış:peace"
)
LEXICON = dict(pair.split(":") for pair in _WORDS.split())


def toy_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    """Sentences of the toy language and their translations: word for word."""
    draw = random.Random(seed)
    words = sorted(LEXICON)
    made = []
    for _ in range(count):
        chosen = draw.sample(words, draw.randint(2, 9))
        source, target = " ".join(chosen), " ".join(LEXICON[w] for w in chosen)
        made.append((_capital(source) + ".", _capital(target) + "."))
    return made


def _capital(text: str) -> str:
    return text[0].replace("i", "İ").upper() + text[1:]


def _toy_vocabulary(folder: Path) -> dict[str, int]:
    """Pieces of the toy language: letters, and each word of `LEXICON` whole, which training would not promise."""
    import struct

    from mt.vocabulary import train_vocabulary

    letters = "abcçdefgğhıijklmnoöprsştuüvyzwxqABCÇDEFGHIİJKLMNOÖPRSŞTUÜVYZWXQ0123456789.,;:!?%#@/_“”\"'()-"
    size = 260 + len(letters)
    train_vocabulary([" ".join(letters)] * 50, folder, size=size, byte_fallback=True)
    table: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))
    del table["<pad>"]
    model = (folder / "source.spm").read_bytes()
    for word in sorted({w for p in LEXICON.items() for side in p for w in (side, _capital(side))}):
        # Field 1 of ModelProto, repeated: piece (1) and score (2); sentencepiece_model.proto.
        piece = ("▁" + word).encode()
        entry = b"\x0a" + bytes([len(piece)]) + piece + b"\x15" + struct.pack("<f", -1.0)
        model += b"\x0a" + bytes([len(entry)]) + entry
        table["▁" + word] = len(table)
    table["<pad>"] = len(table)
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(model)
    (folder / "vocab.json").write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    return table


def build_toy_model(folder: Path) -> Path:
    """Write a Marian model with weights set by hand: each piece of the source becomes the one it translates to.

    The decoder's attention follows positions, so it looks at source piece t while it writes target piece t, and what
    it finds there is mapped to the embedding of its translation: an English word for a word of `LEXICON`, and itself
    for anything else (so digits, names and stand-ins are copied). It is not quite sure, as no real model is.
    """
    import numpy as np
    import torch
    from transformers import MarianConfig, MarianMTModel

    ids = _toy_vocabulary(folder)
    maps = {i: i for i in ids.values()}
    for tr, en in LEXICON.items():
        for a, b in ((tr, en), (_capital(tr), _capital(en))):
            maps[ids["▁" + a]] = ids["▁" + b]
    width, heads, clock = 704, 4, 32
    config = MarianConfig(
        vocab_size=len(ids), d_model=width, encoder_layers=1, decoder_layers=1, encoder_attention_heads=heads,
        decoder_attention_heads=heads, encoder_ffn_dim=8, decoder_ffn_dim=8, activation_function="relu",
        max_position_embeddings=512, scale_embedding=True, pad_token_id=ids["<pad>"], eos_token_id=0,
        forced_eos_token_id=0, decoder_start_token_id=ids["<pad>"], tie_word_embeddings=True,
    )  # fmt: skip
    model: Any = MarianMTModel(config)
    # Coordinates whose sinusoids turn fast tell positions apart; embeddings stand at right angles to all positions.
    fast = np.r_[0:clock, width // 2 : width // 2 + clock]
    idle = (
        width // 2 - 1
    )  # a sinusoid so slow that it stays zero: it shows what layer normalisation took away
    slow = np.setdiff1d(np.arange(width), [*fast, idle])
    positions = model.model.encoder.embed_positions.weight.numpy()[:, slow]
    taken = np.vstack([np.ones(len(slow)), np.linalg.svd(positions, full_matrices=False)[2][:60]])
    free = np.linalg.svd(taken)[2][len(taken) :]
    # Turned at random: large single coordinates would leave the others few of the 8 bits.
    free = np.linalg.qr(np.random.default_rng(1).normal(size=(len(free), len(free))))[0] @ free
    embedding = np.zeros((len(ids), width))
    embedding[:, slow] = free[: len(ids)]
    embedding[ids["<pad>"]] = 0
    translate = sum(np.outer(embedding[b], embedding[a]) for a, b in maps.items())
    place = np.zeros((width, width))
    for head in range(heads):
        rows = head * width // heads + np.arange(len(fast))
        place[rows, fast], place[rows, idle] = 1, -1
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name and "positions" not in name:
                weight.zero_()
        model.model.shared.weight.copy_(torch.tensor(0.6 * embedding))
        cross = model.model.decoder.layers[0].encoder_attn
        cross.q_proj.weight.copy_(torch.tensor(60.0 * place))
        cross.k_proj.weight.copy_(torch.tensor(place))
        cross.v_proj.weight.copy_(torch.tensor(4.0 * translate))
        cross.out_proj.weight.copy_(torch.eye(width))
    model.save_pretrained(folder)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "source_lang": "tr", "target_lang": "en", "model_max_length": 512,
                    "separate_vocabs": False, "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"})
    )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the toy model; read only."""
    return build_toy_model(tmp_path_factory.mktemp("toy") / "toy-tr-en")


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which models are converted once for all tests that do not look at the home itself."""
    return tmp_path_factory.mktemp("shared-home")


@pytest.fixture(autouse=True)
def _home(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGOMAN_HOME", str(shared_home))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DRAGOMAN_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def toy_engine(toy_folder: Path, shared_home: Path) -> Iterator[Engine]:
    """The toy model in CTranslate2."""
    from mt import models

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_HOME", str(shared_home))
        engine, _ = models.load(str(toy_folder))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def bundled_engine(shared_home: Path) -> Iterator[Engine]:
    """The bundled model in CTranslate2."""
    from mt import models

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_HOME", str(shared_home))
        engine, _ = models.load("tr-en")
    yield engine
    engine.close()


@pytest.fixture
def hub(toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has the toy model."""
    from loopback_hub import Hub

    published = tmp_path / "published"
    shutil.copytree(toy_folder, published)
    (published / "README.md").write_text("---\nlicense: cc0-1.0\n---\nA toy.\n")
    (published / "rust_model.ot").write_bytes(b"the same weights once more")
    server = Hub(published)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    # A client that waits between tries would only wait for a server that stays broken.
    monkeypatch.setattr("time.sleep", lambda _: None)
    yield server
    server.shutdown()
    server.server_close()
