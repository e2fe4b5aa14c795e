"""Clean a corpus: filters that score a pair and accept it or not, recipes of them, and an account of what was dropped."""

from corpora.filters.base import Filter, Score
from corpora.filters.cleaning import Cleaner, Example, Report, StepReport
from corpora.filters.recipe import FILTERS, Recipe, Step, load_recipe

__all__ = [
    "FILTERS",
    "Cleaner",
    "Example",
    "Filter",
    "Recipe",
    "Report",
    "Score",
    "Step",
    "StepReport",
    "load_recipe",
]
