"""Get a model from the Hugging Face hub: the one place in `mt` that uses the network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpora.errors import DragomanError, ModelError, OutputError
from corpora.writing import write_whole
from mt.models import (
    FILES,
    MARKER,
    WEIGHTS,
    ModelInfo,
    check_marian,
    installed,
    pulled_folder,
    unfinished_folder,
)

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_HUB_ID = re.compile(r"[\w.-]+/[\w-][\w.-]*")


def pull(
    name: str, *, revision: str = "main", report: Callable[[str], None] = lambda _: None
) -> ModelInfo:
    """Download the Marian model ``name`` (``owner/name``) into the home folder and pin the commit it is at.

    ``revision`` is a branch, tag or commit. A download that was cut off goes on where it stopped. ``report`` is told
    of each file. Raises ModelError where the hub cannot be reached, has no such model, or the model is not Marian,
    and OutputError where it cannot be kept.
    """
    if not _HUB_ID.fullmatch(name):
        raise ModelError(f"{name!r} is no hub id; it should look like Helsinki-NLP/opus-mt-tr-en")
    from huggingface_hub import HfApi

    # The library reads the variable when it is imported, which may have been earlier.
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT"))
    try:
        return _download(api, name, revision, report)
    except DragomanError:
        raise
    except Exception as error:
        raise _explained(error, name, revision) from error


def _download(api: HfApi, name: str, revision: str, report: Callable[[str], None]) -> ModelInfo:
    """Gather the files of a commit beside the model's folder, and put them in its place when all are there."""
    from filelock import FileLock

    about = api.model_info(name, revision=revision)
    wanted = _wanted(name, {s.rfilename for s in about.siblings or []})
    commit = about.sha or revision
    folder = pulled_folder(name)
    info = ModelInfo(name, folder, "hub", commit)
    gathered = unfinished_folder(name) / commit
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if info in installed():
            return info
        gathered.mkdir(parents=True, exist_ok=True)
        for file in wanted:
            report(file)
            if not (gathered / file).exists():
                _fetch(api, name, file, commit, gathered / file)
            if file == "config.json":
                check_marian(name, json.loads((gathered / file).read_text("utf-8")))
        marker = {"name": name, "revision": commit, "endpoint": api.endpoint}
        write_whole(gathered / MARKER, json.dumps(marker, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        gathered.rename(folder)
        shutil.rmtree(unfinished_folder(name))
    return info


def _fetch(api: HfApi, name: str, file: str, commit: str, path: Path) -> None:
    """Download one file, from where an earlier try left it. (The library itself begins again in a new process.)"""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented

    url = hf_hub_url(name, file, revision=commit, endpoint=api.endpoint)
    headers = build_hf_headers()
    about = get_hf_file_metadata(url, headers=headers, endpoint=api.endpoint)
    if urlsplit(about.location).netloc != urlsplit(url).netloc:
        headers.pop("authorization", None)  # a token is for the hub, not for its storage
    part = path.with_name(f"{path.name}.part")
    with part.open("ab") as target:
        http_get(
            about.location,
            target,
            resume_size=target.tell(),
            headers=headers,
            expected_size=about.size,
        )
    # Large files have their SHA-256 as entity tag.
    if len(about.etag or "") == 64:
        with part.open("rb") as made:
            if hashlib.file_digest(made, "sha256").hexdigest() != about.etag:
                part.unlink()
                raise ModelError(f"{file} of {name} arrived damaged; pull it again")
    part.replace(path)


def _explained(error: Exception, name: str, revision: str) -> Exception:
    """What went wrong in words; ``error`` itself where it is no fault of the hub, the network or the disk."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if isinstance(error, HFValidationError):
        return ModelError(f"{name!r} is no hub id: {error}")
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code if error.response is not None else 0
        if status == 429 or status >= 500:
            return ModelError(
                f"the hub is busy ({status}) and does not give {name}; try again later, what was loaded is kept"
            )
        return ModelError(
            f"the hub does not give {name} at {revision!r} ({status or 'no answer'}); check the name"
        )
    network = isinstance(error, ConnectionError | TimeoutError | socket.gaierror)
    if isinstance(error, OSError) and error.errno and not network:
        return OutputError(
            f"cannot write {error.filename or pulled_folder(name)}: {error.strerror}"
        )
    # The library's own client differs between its versions: httpx, httpx2.
    if isinstance(error, OSError) or type(error).__module__.startswith("httpx"):
        return ModelError(
            f"cannot reach the hub for {name}; try again with a network, what was loaded is kept"
        )
    return error


def _wanted(name: str, present: set[str]) -> list[str]:
    weights = next((w for w in WEIGHTS if w in present), None)
    if weights is None or "config.json" not in present:
        raise ModelError(
            f"{name} holds no model that can be used here (config.json and {' or '.join(WEIGHTS)})"
        )
    return [*(f for f in (*FILES, "README.md") if f in present), weights]
