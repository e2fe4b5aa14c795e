"""Small plots as inline SVG, for pages that stand alone: bars, a histogram, a line over time.

They take their colours from the page's style (``--ink``, ``--soft``, ``--line``, ``--a``, ``--b``), so that they are
readable on paper, by day and in the dark (or, made `standalone`, bring their own); every text is
escaped, and every mark has its figure as a tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil

_WIDTH = 640
_LABEL = 190  # for the names at the left of bars
_ROW = 18
# Of a plot that stands in no page.
_STYLE = (
    "svg{font:12px sans-serif;--ink:#222;--line:#ddd;--a:#1f6feb;--b:#d9730d;--c:#2da44e;--d:#8250df;--e:#cf222e}"
    "text{fill:#222}"
)
_COLORS = ("var(--a)", "var(--b)", "var(--c)", "var(--d)", "var(--e)")


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one system; ``intervals`` are half-widths around them (None: unknown), or empty."""

    name: str
    values: Sequence[float]
    intervals: Sequence[float | None] = ()


def bars(labels: Sequence[str], series: Sequence[Series], *, title: str, digits: int = 1) -> str:
    """Horizontal bars from 0, a group for each label and a bar for each series, with whiskers for intervals."""
    top = max(
        [*(v + (_at(s.intervals, i) or 0) for s in series for i, v in enumerate(s.values)), 1]
    )
    scale = (_WIDTH - _LABEL - 50) / top
    step = _ROW * len(series) + 10
    parts: list[str] = []
    for row, label in enumerate(labels):
        y = row * step
        parts.append(_text(_LABEL - 8, y + step / 2, label, "end"))
        for at, one in enumerate(series):
            value, interval = one.values[row], _at(one.intervals, row)
            middle = y + 5 + at * _ROW + _ROW / 2
            tip = f"{one.name}: {value:.{digits}f}" + (
                f" ± {interval:.{digits}f}" if interval else ""
            )
            parts.append(
                f'<rect x="{_LABEL}" y="{middle - 6:.1f}" width="{max(value, 0) * scale:.1f}" height="12" rx="2"'
                f' fill="{_COLORS[at]}"><title>{escape(tip)}</title></rect>'
            )
            end = value + (interval or 0)
            if interval:
                low, high = (_LABEL + v * scale for v in (max(value - interval, 0), end))
                parts.append(
                    f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}" stroke="var(--ink)" stroke-width="1.5"/>'
                )
            parts.append(_text(_LABEL + end * scale + 6, middle, f"{value:.{digits}f}", "start"))
    return _figure("".join(parts), step * len(labels), title, series)


def histogram(edges: Sequence[float], series: Sequence[Series], *, title: str) -> str:
    """Columns between ``edges``, whose counts are the series' values (one fewer than edges)."""
    top = max([*(v for s in series for v in s.values), 1])
    height, slot = 150, (_WIDTH - 40) / (len(edges) - 1)
    wide = (slot - 6) / len(series)
    parts = [f'<path d="M20 {height + 12}H{_WIDTH - 20}" stroke="var(--line)"/>']
    for at, one in enumerate(series):
        for i, value in enumerate(one.values):
            tall = height * value / top
            tip = f"{one.name}, {edges[i]:g}–{edges[i + 1]:g}: {value:g}"
            parts.append(
                f'<rect x="{20 + i * slot + 3 + at * wide:.1f}" y="{height + 12 - tall:.1f}" width="{wide - 1:.1f}"'
                f' height="{tall:.1f}" fill="{_COLORS[at]}"><title>{escape(tip)}</title></rect>'
            )
    parts += [
        _text(20 + i * slot, height + 26, f"{edge:g}", "middle") for i, edge in enumerate(edges)
    ]
    return _figure("".join(parts), height + 34, title, series)


def line(labels: Sequence[str], series: Sequence[Series], *, title: str, digits: int = 1) -> str:
    """A line for each series through points that stand as far apart as their order says, named by ``labels``."""
    values = [v for s in series for v in s.values]
    low, high = min(values), max(values)
    room = max((high - low) * 0.15, 0.5)
    low, high, height = low - room, high + room, 170
    step = (_WIDTH - 110) / max(len(labels) - 1, 1)

    def y(value: float) -> float:
        return 10 + height * (high - value) / (high - low)

    parts: list[str] = []
    for tick in (low + room, (low + high) / 2, high - room):
        parts.append(f'<path d="M46 {y(tick):.1f}H{_WIDTH - 20}" stroke="var(--line)"/>')
        parts.append(_text(40, y(tick), f"{tick:.{digits}f}", "end"))
    for at, one in enumerate(series):
        points = [(70 + i * step, y(v)) for i, v in enumerate(one.values)]
        path = " ".join(f"{x:.1f},{height:.1f}" for x, height in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{_COLORS[at]}" stroke-width="2"/>'
        )
        for (x, top), value, label in zip(points, one.values, labels, strict=True):
            tip = f"{one.name}, {label}: {value:.{digits}f}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{top:.1f}" r="4" fill="{_COLORS[at]}"><title>{escape(tip)}</title></circle>'
            )
    shown = max(1, -(-len(labels) // 8))
    parts += [
        _text(70 + i * step, height + 28, label, "middle")
        for i, label in enumerate(labels)
        if i % shown == 0
    ]
    return _figure("".join(parts), height + 40, title, series)


@dataclass(frozen=True, slots=True)
class Points:
    """What one series said and what was true, both from 0 to 1, and how many cases each point stands for."""

    name: str
    values: Sequence[tuple[float, float, int]]


def reliability(series: Sequence[Points], *, title: str, across: str, up: str) -> str:
    """What was true over what was said; on the dashed diagonal both are the same. ``across`` and ``up`` name the axes."""
    top = max([*(max(said, true) for s in series for said, true, _ in s.values), 0.1])
    top = ceil(top * 10) / 10
    left, high, wide = 60, 300, _WIDTH - 100

    def x(value: float) -> float:
        return left + wide * value / top

    def y(value: float) -> float:
        return 10 + high * (1 - value / top)

    parts = [
        f'<path d="M{x(0):.1f} {y(0):.1f}L{x(top):.1f} {y(top):.1f}" stroke="var(--ink)" stroke-dasharray="4 4"/>'
    ]
    for tick in range(round(top * 10) + 1):
        label, at = f"{tick * 10} %", tick / 10
        parts.append(f'<path d="M{left} {y(at):.1f}H{left + wide}" stroke="var(--line)"/>')
        parts.append(_text(left - 8, y(at), label, "end"))
        parts.append(_text(x(at), high + 26, label, "middle"))
    parts.append(_text(left + wide / 2, high + 46, across, "middle"))
    parts.append(_text(left, 0, up, "start"))
    for color, one in zip(_COLORS, series, strict=False):
        path = " ".join(f"{x(said):.1f},{y(true):.1f}" for said, true, _ in one.values)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        for said, true, size in one.values:
            tip = f"{one.name}: said {said:.1%}, true {true:.1%}, of {size}"
            parts.append(
                f'<circle cx="{x(said):.1f}" cy="{y(true):.1f}" r="4" fill="{color}"><title>{escape(tip)}</title></circle>'
            )
    return _figure("".join(parts), high + 56, title, series)


def standalone(figure: str) -> str:
    """A figure of this module as an SVG file, with colours of its own and its title and legend in it."""
    found = re.search(r'<svg viewBox="0 0 (\d+) (\d+)"[^>]*>(.*)</svg>', figure, re.DOTALL)
    title = re.search(r"<figcaption>(.*?)(?: <span|</figcaption>)", figure)
    assert found  # noqa: S101 - the functions here make it so
    assert title  # noqa: S101
    height = int(found[2])
    names = re.findall(r'<span style="--color:(.*?)">(.*?)</span>', figure)
    step = min(190, 570 // max(1, len(names)))
    legend = "".join(
        f'<rect x="{60 + step * i}" y="{height + 26}" width="10" height="10" fill="{color}"/>'
        f'<text x="{75 + step * i}" y="{height + 31}" dominant-baseline="middle">{name}</text>'
        for i, (color, name) in enumerate(names)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -24 {found[1]} {height + 74}"><style>{_STYLE}</style>'
        f'<rect y="-24" width="100%" height="100%" fill="#fff"/>'
        f'<text x="60" y="-8" font-weight="bold">{title[1]}</text>{found[3]}{legend}</svg>\n'
    )


def _figure(body: str, height: float, title: str, series: Sequence[Series | Points]) -> str:
    legend = "".join(
        f'<span style="--color:{color}">{escape(one.name)}</span>'
        for one, color in zip(series, _COLORS, strict=False)
    )
    return (
        f'<figure class="plot"><figcaption>{escape(title)} {legend}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">{body}</svg></figure>\n'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="middle">{escape(text)}</text>'


def _at(values: Sequence[float | None], index: int) -> float | None:
    return values[index] if values else None


def counts(values: Sequence[float], edges: Sequence[float]) -> Iterator[int]:
    """How many values lie between each two edges; the last edge belongs to the last slot."""
    for i, (low, high) in enumerate(pairwise(edges)):
        last = i == len(edges) - 2
        yield sum(low <= v < high or (last and v == high) for v in values)
