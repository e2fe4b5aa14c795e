"""Texts in and out: files, addresses and bytes to Documents, and Documents back to their own format."""

from .documents import FORMATS, SUFFIXES, find_inputs, is_address, load, read, read_bytes, write
from .fetch import Fetcher
from .parts import Part, read_parts

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Fetcher",
    "Part",
    "find_inputs",
    "is_address",
    "load",
    "read",
    "read_bytes",
    "read_parts",
    "write",
]
