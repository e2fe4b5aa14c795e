"""Translation memory: approved pairs, found again by the same or a similar source."""

from .index import MINIMUM, Memory
from .matching import Change, Match, diff
from .project import ProjectMemory

__all__ = ["MINIMUM", "Change", "Match", "Memory", "ProjectMemory", "diff"]
