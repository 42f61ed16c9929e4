"""Markdown pages as GitHub reads them: headings, their anchors, links. Used by the filter of the
reference and by the tests of the pages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^\s*(```|~~~)")
HEADING = re.compile(r"^(#{1,6}) +(.*?)\s*#*$")
CODE = re.compile(r"(`+)(?:.*?)\1")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()\s]*\))?)\)")


def pages():
    """The pages of the reference, in the order of their paths."""
    named = [ROOT / name for name in
             ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]]
    return [page for page in named + sorted((ROOT / "docs").rglob("*.md")) if page.exists()]


def plain(text):
    """A heading without its markup."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[`*]", "", text)


def slug(heading):
    """The anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", plain(heading).lower())
    return kept.strip().replace(" ", "-")


def lines(text):
    """Pairs of a line and whether it is code."""
    fence = None
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence = mark.group(1)
            yield line, True
        elif fence is not None:
            if line.strip() == fence:
                fence = None
            yield line, True
        else:
            yield line, False


def anchors(text):
    """The anchors of a page, repeated headings numbered."""
    seen = {}
    made = []
    for line, code in lines(text):
        heading = None if code else HEADING.match(line)
        if heading:
            name = slug(heading.group(2))
            count = seen.get(name, 0)
            seen[name] = count + 1
            made.append(name if count == 0 else f"{name}-{count}")
    return made + re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text)


def links(text):
    """Pairs of line number and target; those in code do not count."""
    for number, (line, code) in enumerate(lines(text), start=1):
        if code:
            continue
        blank = CODE.sub(lambda found: "`" * len(found.group()), line)
        for found in LINK.finditer(blank):
            yield number, found.group(3)
