"""Find a model by name and make an engine of it: bundled, a local folder, pulled from the Hugging Face hub, or adapted.

Everything kept lies under one folder, ``DRAGOMAN_HOME`` or the platform's data folder:

    models/<owner>--<name>/     a pulled model and ``dragoman.json``, written last: what it is and which revision
    models/<owner>--<name>.part/  what a download that was cut off has left
    models/<name>/              a model adapted here, with the same marker; see `adapting`
    converted/<name>-<key>/     its CTranslate2 conversion; the key changes with the weights and with CTranslate2
    settings.json               the model in use

Nothing here touches the network but `pull`.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from corpora.errors import DragomanError, ModelError, ModelNotFound, OutputError
from corpora.writing import write_whole
from mt.engines import (
    CTranslate2Engine,
    Engine,
    Search,
    TransformersEngine,
    in_one_line,
    load_marian,
)
from mt.names import FILE as NAMES
from mt.vocabulary import Vocabulary

BUNDLED = "tr-en"
EngineName = Literal["ct2", "torch"]
Origin = Literal["bundled", "folder", "hub", "adapted"]
# What a Marian model consists of; a hub repository may hold the same weights in three formats and test data besides.
FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "vocab.json",
    "source.spm",
    "target.spm",
)
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
MARKER = "dragoman.json"
_KEY_LENGTH = 12
# Translations grow unreliable long before the positions of a model run out (512 for Marian).
MAX_PIECES = 200
SMOKE = "Bakan, yarın Ankara'da bir açıklama yapacağını söyledi."


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model on this machine. ``revision`` is a hub commit, ``parent`` the model that an adapted one came from, or ""."""

    name: str
    folder: Path
    origin: Origin
    revision: str = ""
    parent: str = ""

    @property
    def weights(self) -> Path:
        """The file of weights; raises ModelError where there is none."""
        for name in WEIGHTS:
            if (self.folder / name).exists():
                return self.folder / name
        raise ModelError(
            f"{self.folder} holds no weights ({' or '.join(WEIGHTS)}); pull the model again"
        )

    @property
    def fingerprint(self) -> str:
        """What changes when the model does, by size and time of its files: reading them would cost more than loading."""
        files = [self.weights, *(self.folder / name for name in (*FILES, NAMES))]
        about = [(f.name, (s := f.stat()).st_size, s.st_mtime_ns) for f in files if f.exists()]
        return hashlib.sha256(repr(about).encode()).hexdigest()[:_KEY_LENGTH]

    @property
    def length_penalty(self) -> float:
        """The exponent that the model's own generation config asks for; raises ModelError where that is damaged."""
        return _number(self.folder / "generation_config.json", "length_penalty", 1.0)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file())


def home() -> Path:
    """The folder that models and conversions are kept in."""
    from platformdirs import user_data_path

    return Path(os.environ.get("DRAGOMAN_HOME") or user_data_path("dragoman"))


def installed() -> Iterator[ModelInfo]:
    """Every model that can be used by name: the bundled one, then those pulled and adapted."""
    bundled = Path(__file__).parent / "bundled" / BUNDLED
    if (bundled / "config.json").exists():
        yield ModelInfo(BUNDLED, bundled, "bundled")
    for marker in sorted(home().glob(f"models/*/{MARKER}")):
        try:
            about = json.loads(marker.read_text("utf-8"))
            if "parent" in about:
                yield ModelInfo(about["name"], marker.parent, "adapted", parent=about["parent"])
            else:
                yield ModelInfo(about["name"], marker.parent, "hub", about["revision"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # damaged: as if it were half downloaded


def find(name: str = "") -> ModelInfo:
    """The model called ``name``: bundled, pulled, adapted, or a folder; "" is the one in use. Raises ModelNotFound."""
    name = name or in_use()
    for info in installed():
        if info.name == name:
            return info
    folder = Path(name).expanduser()
    if (folder / "config.json").exists():
        return ModelInfo(name, folder, "folder")
    if folder.is_dir():
        raise ModelNotFound(
            f"the folder {name} holds no Marian model: there is no config.json in it"
        )
    if unfinished_folder(name).exists() or pulled_folder(name).exists():
        raise ModelNotFound(
            f"the model {name} is only half downloaded; finish with: dragoman models pull {name}"
        )
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        raise ModelNotFound(
            f"the model {name} is not on this machine; get it with: dragoman models pull {name}"
        )
    known = ", ".join(info.name for info in installed())
    raise ModelNotFound(f"there is no model called {name!r}; on this machine: {known}")


def in_use() -> str:
    """Name of the model used where none is named."""
    try:
        used = json.loads((home() / "settings.json").read_text("utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError):
        return BUNDLED
    return used if isinstance(used, str) else BUNDLED


def use(name: str) -> ModelInfo:
    """Make ``name`` the model used where none is named."""
    info = find(name)
    kept = str(info.folder.resolve()) if info.origin == "folder" else info.name
    write_whole(home() / "settings.json", json.dumps({"model": kept}))
    return info


def remove(name: str) -> int:
    """Delete a pulled model, be it whole or half downloaded, or an adapted one, and its conversions; returns the bytes freed.

    Raises ModelError for any other model.
    """
    adapted = any(info.name == name and info.origin == "adapted" for info in installed())
    mine = (pulled_folder(name), unfinished_folder(name))
    folders = [f for f in (*mine, *_conversions(pulled_folder(name).name)) if f.is_dir()]
    if not (adapted or "/" in name) or not any(f.is_dir() for f in mine):
        raise ModelError(
            f"{find(name).name} was neither pulled nor adapted here, so it is not ours to remove"
        )
    freed = sum(f.stat().st_size for folder in folders for f in folder.rglob("*") if f.is_file())
    try:
        for folder in folders:
            shutil.rmtree(folder)
            Path(f"{folder}.lock").unlink(missing_ok=True)
        if in_use() == name:
            (home() / "settings.json").unlink()
    except OSError as error:
        raise OutputError(f"cannot remove {error.filename}: {error.strerror}") from error
    return freed


def load(
    name: str = "", engine: EngineName = "ct2", *, smoke: bool = True
) -> tuple[Engine, ModelInfo]:
    """A ready engine for the model called ``name``, with a smoke sentence translated (not, if still in training).

    CTranslate2 reads a conversion, made once and kept. Raises ModelNotFound, or ModelError where the model cannot be
    read or talks nonsense.
    """
    info = find(name)
    try:
        check_marian(info.name, _json(info.folder / "config.json"))
        vocabulary = Vocabulary(info.folder)
        positions = int(_number(info.folder / "config.json", "max_position_embeddings", 512))
        limit = min(
            MAX_PIECES,
            positions,
            int(_number(info.folder / "tokenizer_config.json", "model_max_length", 512)),
        )
        if engine == "torch":
            made = TransformersEngine(
                info.folder, vocabulary, max_pieces=limit, positions=positions
            )
            return _tried(made, info, smoke=smoke), info
        return _converted_engine(info, vocabulary, limit, positions, smoke=smoke), info
    except DragomanError:
        raise
    except Exception as error:
        # As in load_marian: what is damaged shows in many ways.
        raise ModelError(
            f"the model {info.name} is damaged ({in_one_line(error)}); "
            + ("remove it and pull it again" if info.origin == "hub" else "use another")
        ) from error


def _converted_engine(
    info: ModelInfo, vocabulary: Vocabulary, limit: int, positions: int, *, smoke: bool
) -> Engine:
    def ready(folder: Path) -> Engine:
        made = CTranslate2Engine(folder, vocabulary, max_pieces=limit, positions=positions)
        return _tried(made, info, smoke=smoke)

    folder = converted(info)
    try:
        return ready(folder)
    except Exception:
        # The conversion may be what is damaged (a power cut, a bad disk): the model itself has the last word.
        return ready(converted(info, anew=True))


def converted(info: ModelInfo, *, anew: bool = False) -> Path:
    """The folder of the model's CTranslate2 conversion (int8), made now if need be, or in any case if ``anew``.

    Two processes may ask at once: one converts, the other waits. A conversion that is killed leaves nothing behind
    that looks like one. Raises ModelError, or OutputError where the folder cannot be written.
    """
    folder = _conversion(info)
    if (folder / "model.bin").exists() and not anew:
        return folder
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if anew or not (folder / "model.bin").exists():
                _convert(info, folder)
    except OSError as error:
        raise OutputError(
            f"cannot keep the converted model in {folder.parent} ({error.strerror or error}); "
            "set DRAGOMAN_HOME to a folder that can be written and has room"
        ) from error
    return folder


def discard_conversion(info: ModelInfo) -> None:
    """Delete the model's conversion, if there is one."""
    folder = _conversion(info)
    shutil.rmtree(folder, ignore_errors=True)
    Path(f"{folder}.lock").unlink(missing_ok=True)


def check_marian(name: str, config: dict[str, Any]) -> None:
    """Raise ModelError unless ``config`` (of config.json) is that of a Marian model."""
    if config.get("model_type") != "marian":
        raise ModelError(
            f"{name} is a {config.get('model_type', 'nameless')} model, not a Marian model"
        )


def _convert(info: ModelInfo, folder: Path) -> None:
    import warnings

    from ctranslate2.converters import TransformersConverter

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converter = _quiet_converter(TransformersConverter)(str(info.folder))
            converter.convert(str(part), quantization="int8")
    except Exception as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, DragomanError) or (isinstance(error, OSError) and error.errno):
            raise
        raise ModelError(
            f"CTranslate2 cannot convert {info.name} ({in_one_line(error)}); if transformers reads it, use --engine torch"
        ) from error
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _quiet_converter(base: type[Any]) -> type[Any]:
    """The converter, loading only from the folder, and checking what CTranslate2 takes for granted."""

    class Converter(base):  # type: ignore[misc]
        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:  # noqa: ARG002 - its signature
            model = load_marian(Path(name), **options)
            start = model.get_input_embeddings().weight[model.config.decoder_start_token_id]
            # CTranslate2 starts a Marian decoder from zeros; a model that learnt otherwise would translate badly.
            if start.abs().max() > 0:
                raise ValueError(
                    "its decoder does not start from a zero embedding, as Marian's does"
                )
            return model

    return Converter


def _tried(engine: Engine, info: ModelInfo, *, smoke: bool) -> Engine:
    """``engine``, if it translates a plain sentence; raises ModelError if not.

    Published conversions have printed `connectconnect…` under some library versions: look before use.
    """
    if not smoke:
        return engine
    pieces = engine.vocabulary.encode_source(SMOKE)
    made = engine.translate([pieces], Search(beam=1), 3 * len(pieces))[0][0].pieces
    worst = max((made.count(p) for p in set(made) if any(c.isalpha() for c in p)), default=0)
    if not made or worst > max(4, len(made) // 3):
        said = engine.vocabulary.decode_target(made)[:60]
        again = "remove it and pull it again" if info.origin == "hub" else "use another"
        raise ModelError(
            f"the model {info.name} talks nonsense ({said!r} for a plain sentence); {again}"
        )
    return engine


def _conversion(info: ModelInfo) -> Path:
    return home() / "converted" / f"{_slug(info)}-{_key(info)}"


def _key(info: ModelInfo) -> str:
    """What the conversion hangs on: the model and CTranslate2."""
    text = f"{info.folder.resolve()}/{info.fingerprint}/{version('ctranslate2')}"
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def _conversions(slug: str) -> list[Path]:
    key = "[0-9a-f]" * _KEY_LENGTH
    return [p for p in (home() / "converted").glob(f"{glob.escape(slug)}-{key}") if p.is_dir()]


def _slug(info: ModelInfo) -> str:
    return (
        info.folder.name if info.origin == "folder" else info.name.replace("/", "--")
    ) or "model"


def pulled_folder(name: str) -> Path:
    """Where a hub model, or an adapted one, is kept, be it there or not."""
    return home() / "models" / name.replace("/", "--")


def unfinished_folder(name: str) -> Path:
    """Where what is there of a hub model is kept until all is there, in a folder for each commit."""
    return pulled_folder(f"{name}.part")


def _number(path: Path, key: str, default: float) -> float:
    found = _json(path).get(key)
    if found is None:
        return default
    if not isinstance(found, int | float):
        raise ModelError(f"{path} is damaged ({key} is {found!r}); pull the model again")
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is damaged ({error}); pull the model again") from error
    return found if isinstance(found, dict) else {}
