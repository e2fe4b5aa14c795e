"""The addresses of LibreTranslate, so that its clients work: translate, detect, languages, translate_file, health.

Parameters come as JSON or as a form, keys in either or in the header; faults are ``{"error": "…"}``.
"""

from __future__ import annotations

import json
import secrets
import time
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile

from ui.api import functions
from ui.api.functions import Json
from ui.api.limits import Gated
from ui.web.desk import Desk
from ui.web.routes import the_desk

KEPT = 600.0  # seconds that a translated file can be fetched
MAX_KEPT = 32  # translated files

Model = TypeVar("Model", bound=BaseModel)
OnDesk = Annotated[Desk, Depends(the_desk)]
public = APIRouter(tags=["translation"])
gated = APIRouter(tags=["translation"], route_class=Gated)


class Detection(BaseModel):
    """What to detect the language of."""

    q: str
    api_key: str = ""


class Translation(BaseModel):
    """What to translate: one text, or a list of them."""

    q: str | list[str]
    source: str = "auto"
    target: str
    format: Literal["text", "html"] = "text"
    alternatives: Annotated[int, Field(ge=0, le=10)] = 0
    api_key: str = ""


class Files:
    """Translated files until they are fetched, each under a name that cannot be guessed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._files: dict[str, tuple[float, str, bytes]] = {}

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file; returns its token."""
        now = time.monotonic()
        fresh = [(t, f) for t, f in self._files.items() if now - f[0] < KEPT]
        self._files = dict(fresh[-(MAX_KEPT - 1) :])
        token = secrets.token_urlsafe(24)
        self._files[token] = (now, name, data)
        return token

    def get(self, token: str) -> tuple[str, bytes] | None:
        """Name and bytes of a file that was kept."""
        when, name, data = self._files.get(token, (0.0, "", b""))
        return (name, data) if name and time.monotonic() - when < KEPT else None


def body(model: type[BaseModel]) -> Json:
    """For the documentation: a request that takes ``model`` as JSON or as a form."""
    schema = model.model_json_schema()
    kinds = ("application/json", "application/x-www-form-urlencoded")
    return {"requestBody": {"required": True, "content": {k: {"schema": schema} for k in kinds}}}


async def asked(request: Request, model: type[Model]) -> Model:
    """The parameters of a request as ``model``, once its key is known to be good."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    try:
        if kind == "application/json":
            given: Any = await request.json()
        else:
            async with request.form() as form:
                given = dict(request.query_params) | dict(form)
    except (json.JSONDecodeError, UnicodeDecodeError):
        check_key(request, "")
        raise HTTPException(400, "Invalid request: no JSON") from None
    check_key(request, given.get("api_key") if isinstance(given, dict) else "")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the request"
        raise HTTPException(400, f"Invalid request: {where}: {fault['msg']}") from None


def check_key(request: Request, key: object) -> None:
    """Raise 403 unless the request is somebody's: by login, or by the ``api_key`` that it carries.

    A request with a key counts towards the pace of the key's owner (429), one without a good key towards its address's.
    """
    people = request.scope.get("people")
    if people is None or request.scope.get("person"):
        return
    person = people.by_key(key) if isinstance(key, str) and key else None
    request.app.state.gate.count(request, person.name if person else "")
    if person is None:
        raise HTTPException(403, "Invalid API key" if key else "This server needs an API key")


@public.get("/health")
def health() -> Json:
    """Whether the server is up."""
    return {"status": "ok"}


@public.get("/languages")
async def languages(desk: OnDesk) -> list[Json]:
    """The languages, and what each is translated into."""
    return await to_thread.run_sync(functions.languages, desk)


@gated.post("/detect", openapi_extra=body(Detection))
async def detect(request: Request) -> list[Json]:
    """The language of a text with its confidence, 0 to 100."""
    given = await asked(request, Detection)
    request.app.state.gate.check(given.q)
    return await to_thread.run_sync(functions.detect, given.q)


@gated.post("/translate", openapi_extra=body(Translation))
async def translate(request: Request, desk: OnDesk) -> Json:
    """Translate a text or a list of texts, plain or HTML."""
    given = await asked(request, Translation)
    request.app.state.gate.check(*([given.q] if isinstance(given.q, str) else given.q))
    return await to_thread.run_sync(_translated, desk, given, limiter=request.app.state.threads)


def _translated(desk: Desk, given: Translation) -> Json:
    made = [
        _one(desk, text, given) for text in ([given.q] if isinstance(given.q, str) else given.q)
    ]
    keys = dict.fromkeys(key for one in made for key in one)
    together: Json = {key: [one.get(key) for one in made] for key in keys}
    return made[0] if isinstance(given.q, str) else together or {"translatedText": []}


def _one(desk: Desk, text: str, given: Translation) -> Json:
    lang, detected = functions.direction(desk, given.source, given.target, text)
    html = given.format == "html"
    answer: Json = {
        "translatedText": text
        if lang == given.target
        else functions.translate(desk, text, html=html)
    }
    if detected:
        answer["detectedLanguage"] = detected[0]
    if given.alternatives:
        wanted = 0 if html or lang == given.target else given.alternatives
        answer["alternatives"] = functions.alternatives(desk, text, wanted)
    return answer


@gated.post(
    "/translate_file",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "source": {"type": "string", "default": "auto"},
                            "target": {"type": "string"},
                            "api_key": {"type": "string"},
                        },
                    }
                }
            },
        }
    },
)
async def translate_file(request: Request, desk: OnDesk) -> Json:
    """Translate a file into the same format; the answer says where it can be fetched for ten minutes."""
    async with request.form(max_files=1) as form:
        check_key(request, form.get("api_key"))
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(400, "Invalid request: missing file parameter")
        data = await file.read()
        name = PurePosixPath((file.filename or "").replace("\\", "/")).name or "file.txt"
        source, target = (str(form.get(k) or d) for k, d in (("source", "auto"), ("target", "en")))
    if source == "auto":
        source = desk.translator.source_lang
    functions.direction(desk, source, target, "")
    made = data
    if source != target:
        made = await to_thread.run_sync(
            functions.translate_file, desk, data, name, limiter=request.app.state.threads
        )
    token = request.app.state.files.keep(f"{target}-{name}", made)
    return {"translatedFileUrl": f"{request.base_url}download_file/{token}"}


@public.get("/download_file/{token}", response_class=Response)
def download_file(request: Request, token: str) -> Response:
    """A file that was translated."""
    found = request.app.state.files.get(token)
    if found is None:
        raise HTTPException(404, "There is no such file, or not any more")
    name, data = found
    # Never shown as a page of this server, whatever it holds.
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type="application/octet-stream", headers=headers)
