"""Find quotes and their speakers in Turkish and English articles."""

from alignment.quotes.finder import find
from alignment.quotes.quote import Kind, Quote, Span, as_json

__all__ = ["Kind", "Quote", "Span", "as_json", "find"]
