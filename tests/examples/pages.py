"""The pages of the documentation, and the programs in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^```(cpp|csharp|c|python|java)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EVERY_CODE = re.compile(r"^```(?!sh$)(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:cpp|hpp|c|h|go|rs|mjs|py|rb|lua|java|cs))`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROGRAM = re.compile(r"\bint main\(|\bstatic (?:void main|int Main)\(")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def all_pages(root=ROOT):
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def complaints_about_code(text, root=ROOT, code=CODE):
    """What is wrong with the programs of a page. The text before a block names its source,
    "`examples/first.c`"; the block is the whole of that file or some of its lines, in order."""
    wrong = []
    for block in code.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        named = SOURCE.findall(text[:block.start()])
        if not named:
            wrong.append(f"line {line}: no `FOLDER/FILE` before the block names its source")
        elif not (root / named[-1]).is_file():
            wrong.append(f"line {line}: there is no {named[-1]}")
        elif stranger := first_stranger(block.group(2), (root / named[-1]).read_text("utf-8")):
            wrong.append(f"line {line}: not so in {named[-1]}: {stranger}")
    return wrong


def is_whole(shown):
    """A whole program: in C, C++, Java and C# it has a main, in Python it begins with its docstring."""
    return bool(PROGRAM.search(shown)) or shown.startswith('"""')


def first_stranger(shown, source):
    """None where `shown` is `source`, or lines of it in order; else the first line that is not. An
    excerpt may have another indentation, and a call of it may stand in a condition."""
    if shown == source:
        return None
    if is_whole(shown):
        return "a whole program must be the whole file"
    rest = iter(source.splitlines())
    for line in filter(None, map(str.strip, shown.splitlines())):
        wanted = line.removesuffix(";")
        if not any(wanted in candidate for candidate in rest):
            return line
    return None


def programs_shown(pages, root=ROOT):
    """The files of examples/ that stand whole in one of the pages."""
    blocks = {block.group(2) for page in pages for block in CODE.finditer(page.read_text("utf-8"))}
    return {path.name for path in programs(root) if path.read_text("utf-8") in blocks}


def programs(root=ROOT):
    """The files of examples/, but those that are shown in pieces."""
    found = [*(root / "examples").glob("*.c*"), *(root / "examples/python").rglob("*.py")]
    return [path for path in found if path.name != "pieces.py"]


def anchors(page):
    """The fragments that lead to headings of a page, as GitHub makes them."""
    text = FENCE.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def dead_links(page):
    """Links to files and headings that are not there."""
    dead = []
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists():
            dead.append(link)
        elif fragment and target.suffix == ".md" and fragment not in anchors(target):
            dead.append(link)
    return dead


def with_whole_programs(text, root=ROOT):
    """The page with each whole program as it stands in its file now."""
    def renewed(block):
        named = SOURCE.findall(text[:block.start()])
        if not is_whole(block.group(2)) or not named:
            return block.group()
        return f"```{block.group(1)}\n{(root / named[-1]).read_text('utf-8')}```"
    return CODE.sub(renewed, text)


if __name__ == "__main__":  # after a change to examples/: puts the programs into the pages
    for each in all_pages():
        each.write_text(with_whole_programs(each.read_text("utf-8")), "utf-8")
