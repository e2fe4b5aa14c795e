"""The people who may come in, as lines of a file or of the variable DRAGOMAN_AUTH, and never of the command line:

Ayşe:admin:scrypt$16384$8$5$<salt>$<hash>        a person; the password is never kept (RFC 7914; OWASP's parameters)
newsroom:reader:sha256$<hash of the key>         a program; its key is long and random, so a plain hash will do
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from corpora.errors import InputError

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
VARIABLE = "DRAGOMAN_AUTH"
_SCRYPT = (2**14, 8, 5)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in; ``secret`` is the hash of a password or a key."""

    name: str
    role: Role
    secret: str


class People:
    """Everybody who may come in."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Keep ``people``, whose names differ."""
        self._people = {person.name: person for person in people}
        self._nobody = password_hash(secrets.token_hex())

    def __contains__(self, name: str) -> bool:
        """Whether somebody has this name."""
        return name in self._people

    def get(self, name: str) -> Person | None:
        """The person of that name."""
        return self._people.get(name)

    def by_password(self, name: str, password: str) -> Person | None:
        """Who has this name and password; takes as long for a name that nobody has."""
        person = self._people.get(name)
        secret = person.secret if person and person.secret.startswith("scrypt$") else self._nobody
        return person if _is_password(password, secret) else None

    def by_key(self, key: str) -> Person | None:
        """Who has this key."""
        found = key_hash(key)
        return next(
            (p for p in self._people.values() if hmac.compare_digest(p.secret, found)), None
        )


def read_people(path: Path | None, environment: Mapping[str, str]) -> People | None:
    """The people of a file, else of DRAGOMAN_AUTH; None where there is neither. Raises InputError."""
    if path is None:
        text, where = environment.get(VARIABLE, ""), VARIABLE
        if not text.strip():
            return None
    else:
        where = str(path)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read {path}, the file of people: {error}") from error
    people: dict[str, Person] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        person = _person(line.strip())
        if person is None or person.name in people:
            raise InputError(
                f"line {number} of {where} is not NAME:ROLE:HASH with a name of its own; "
                "let `dragoman serve --add-person NAME --auth FILE` write it"
            )
        people[person.name] = person
    if not people:
        raise InputError(
            f"{where} names nobody; add somebody with: dragoman serve --add-person NAME --auth FILE"
        )
    return People(people.values())


def _person(line: str) -> Person | None:
    name, _, rest = line.partition(":")
    role, _, secret = rest.partition(":")
    for known in ROLES:
        if role == known and is_name(name) and secret.startswith(("scrypt$", "sha256$")):
            return Person(name, known, secret)
    return None


def is_name(name: str) -> bool:
    """Whether a person may be called so."""
    return 0 < len(name) <= 60 and name.isprintable() and ":" not in name and name == name.strip()


def password_hash(password: str) -> str:
    """What the file keeps of a password."""
    n, r, p = _SCRYPT
    salt = secrets.token_bytes(16)
    made = _scrypt(password, salt, n, r, p)
    return f"scrypt${n}${r}${p}${salt.hex()}${made.hex()}"


def key_hash(key: str) -> str:
    """What the file keeps of a key."""
    return f"sha256${hashlib.sha256(key.encode()).hexdigest()}"


def new_key() -> str:
    """A key for a program: 256 random bits."""
    return secrets.token_urlsafe(32)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r)


def _is_password(password: str, secret: str) -> bool:
    try:
        _, n, r, p, salt, wanted = secret.split("$")
        made = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
        return hmac.compare_digest(made, bytes.fromhex(wanted))
    except ValueError:
        return False
