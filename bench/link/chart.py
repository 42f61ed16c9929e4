"""Bar charts as SVG: a bar is a median, its whisker the range from the lowest to the highest run.

The background is transparent, and every colour is one that reads on white and on black.
"""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

from figures import short

WIDTH, LABEL_WIDTH, VALUE_WIDTH = 860, 250, 90
BAR_HEIGHT, BAR_GAP = 18, 8
TITLE_HEIGHT, AXIS_HEIGHT, PANEL_GAP = 34, 46, 14
INK, GRID, ON_BAR = "#6e7681", "#6e768155", "#ffffff"
COLOURS = {"ours": "#2f81f7", "beast": "#d2691e", "other": "#8b949e"}
MOST_FOR_LINEAR = 12  # a wider range than that makes the small ones invisible


@dataclass
class Bar:
    label: str
    low: float
    middle: float
    high: float

    @property
    def colour(self):
        if self.label.startswith("resock"):
            return COLOURS["ours"]
        return COLOURS["beast" if self.label.startswith("Beast") else "other"]


@dataclass
class Panel:
    """Bars over one axis; `axis` names it with its unit."""
    title: str
    axis: str
    bars: list

    @property
    def height(self):
        return TITLE_HEIGHT + len(self.bars) * (BAR_HEIGHT + BAR_GAP) + AXIS_HEIGHT


class Scale:
    """From a value to a part of the axis' length, with its ticks."""

    def __init__(self, bars):
        highest = max(bar.high for bar in bars)
        lowest = min(bar.low for bar in bars)
        self.is_log = lowest > 0 and highest / lowest > MOST_FOR_LINEAR
        if self.is_log:
            self.first, self.last = math.floor(math.log10(lowest)), math.ceil(math.log10(highest))
            self.first -= lowest < 2 * 10 ** self.first  # a short bar shows nothing
            self.ticks = [10 ** power for power in range(self.first, self.last + 1)]
        else:
            step = nice_step(highest / 5 if highest > 0 else 1)
            count = max(1, math.ceil(highest / step - 1e-9))
            self.ticks = [step * number for number in range(count + 1)]
            self.first, self.last = 0, self.ticks[-1]

    def part(self, value):
        if self.is_log:
            value = math.log10(max(value, 10 ** self.first))
        return min(1, max(0, (value - self.first) / (self.last - self.first)))


def nice_step(rough):
    """1, 2 or 5 times a power of ten, at least `rough`."""
    power = 10 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def text(x, y, words, anchor="start", weight="normal", size=12):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
            f'font-size="{size}">{escape(words)}</text>')


def line(x1, y1, x2, y2, colour=INK, width=1.0):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width}"/>')


def draw_bar(bar, scale, left, top, length):
    end, low, high = (left + length * scale.part(value)
                      for value in (bar.middle, bar.low, bar.high))
    centre = top + BAR_HEIGHT / 2
    parts = [f"<title>{escape(bar.label)}: {bar.middle:,.6g} ({bar.low:,.6g} to {bar.high:,.6g})"
             "</title>",
             text(left - 10, centre + 4, bar.label, "end"),
             f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(1, end - left):.1f}" '
             f'height="{BAR_HEIGHT}" rx="2" fill="{bar.colour}"/>']
    if high > low:
        parts += [line(low, centre, end, centre, ON_BAR, 1.6),
                  line(low, centre - 4, low, centre + 4, ON_BAR, 1.6),
                  line(end, centre, high, centre, INK, 1.6),
                  line(high, centre - 4, high, centre + 4, INK, 1.6)]
    parts.append(text(max(end, high) + 6, centre + 4, short(bar.middle), weight="bold"))
    return f"<g>{''.join(parts)}</g>"


def draw_panel(panel, top):
    left, length = LABEL_WIDTH, WIDTH - LABEL_WIDTH - VALUE_WIDTH
    scale = Scale(panel.bars)
    first, bottom = top + TITLE_HEIGHT, top + panel.height - AXIS_HEIGHT
    parts = [text(left, top + 20, panel.title, weight="bold", size=14)]
    for tick in scale.ticks:
        x = left + length * scale.part(tick)
        parts += [line(x, first - 4, x, bottom, GRID), text(x, bottom + 15, short(tick), "middle",
                                                            size=11)]
    parts += [draw_bar(bar, scale, left, first + number * (BAR_HEIGHT + BAR_GAP), length)
              for number, bar in enumerate(panel.bars)]
    axis = f"{panel.axis}, logarithmic scale" if scale.is_log else panel.axis
    parts += [line(left, first - 4, left, bottom), line(left, bottom, left + length, bottom),
              text(left + length / 2, bottom + 34, axis, "middle")]
    return "".join(parts)


def draw(title, panels):
    """The whole SVG; panels stand below each other."""
    top, parts = 40, [text(12, 24, title, weight="bold", size=16)]
    for panel in panels:
        parts.append(draw_panel(panel, top))
        top += panel.height + PANEL_GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" '
            f'height="{top}" role="img" aria-label="{escape(title)}" fill="{INK}" '
            'font-family="system-ui, sans-serif">'
            + "".join(parts) + "</svg>\n")
