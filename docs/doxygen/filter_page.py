"""Doxygen reads the Markdown pages through this: `filter_page.py FILE`, result on standard output.

The pages are written for GitHub. Doxygen knows other anchors, takes @, \\ and # for commands, and has
no folders: here headings get their anchors by name, links become references to them, and text that
is no command is said to be none. Lines keep their numbers.
"""

import re
import sys
from pathlib import Path

import pages

TAG = re.compile(r"<(?!/?(?:a|b|br|code|details|em|i|img|p|strong|sub|summary|sup"
                 r"|table|tbody|td|th|thead|tr)\b|https?:|!--)")

# Tags that GitHub knows and Doxygen does not; what is inside them stays.
SKIPPED_TAG = re.compile(r"</?(?:picture|source|kbd)\b[^>]*>")
MAIN_PAGE = pages.ROOT / "README.md"


def label(page, anchor=None):
    path = page.relative_to(pages.ROOT)
    name = "page_" + re.sub(r"\W", "_", str(path.with_suffix("")))
    return name + ("__" + re.sub(r"\W", "_", anchor) if anchor else "")


class Page:
    def __init__(self, path):
        self.path = path
        self.known = set(pages.pages())
        self.anchors = iter(pages.anchors(path.read_text(encoding="utf-8")))
        self.first = True

    def heading(self, match):
        marks, title = match.groups()
        anchor = next(self.anchors)
        name = label(self.path, anchor)
        if self.first:
            self.first = False
            name = "mainpage" if self.path == MAIN_PAGE else label(self.path)
        return f"{marks} {self.inline(pages.plain(title))} {{#{name}}}"

    def link(self, match):
        image, text, target = match.groups()
        if re.match(r"[a-z]+:", target):
            return f"{image}[{self.inline(text)}]({target})"
        name, _, anchor = target.partition("#")
        path = (self.path.parent / name).resolve() if name else self.path
        if image:
            return f"![{pages.plain(text)}]({path.name})"
        if path not in self.known:
            return f"`{pages.plain(text)}`"
        if anchor and anchor != pages.anchors(path.read_text(encoding="utf-8"))[0]:
            return f"[{self.inline(pages.plain(text))}](@ref {label(path, anchor)})"
        name = "index" if path == MAIN_PAGE else label(path)
        return f"[{self.inline(pages.plain(text))}](@ref {name})"

    def inline(self, text):
        """Text that may hold code."""
        made, at = "", 0
        for code in pages.CODE.finditer(text):
            made += self.escape(text[at:code.start()]) + self.code(code.group())
            at = code.end()
        return made + self.escape(text[at:])

    @staticmethod
    def code(span):
        """A bar inside code would begin a cell of a table, a backslash a command."""
        if not re.search(r"[|\\@]", span):
            return span
        inside = span.strip("`").replace("\\|", "|")
        for sign, name in [("\\", "\\\\"), ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"),
                           ("@", "\\@"), ("|", "\\|")]:
            inside = inside.replace(sign, name)
        return f"<code>{inside}</code>"

    @staticmethod
    def escape(text):
        text = SKIPPED_TAG.sub("", text)
        text = re.sub(r"\\(?![\\|*_`<>\[\]#])", r"\\\\", text)
        text = re.sub(r"[@%]|\$(?=\()", r"\\\g<0>", text)
        text = re.sub(r"(?<!\\)#(?=\w)", r"\\#", text)
        return TAG.sub("&lt;", text)

    def line(self, line):
        heading = pages.HEADING.match(line)
        if heading:
            return self.heading(heading)
        made, at = "", 0
        hidden = pages.CODE.sub(lambda found: "\0" * len(found.group()), line)
        for found in pages.LINK.finditer(line):
            if hidden[found.start()] == "\0":
                continue
            made += self.inline(line[at:found.start()]) + self.link(found)
            at = found.end()
        return made + self.inline(line[at:])


def main():
    path = Path(sys.argv[1]).resolve()
    page = Page(path)
    text = path.read_text(encoding="utf-8")
    sys.stdout.write("\n".join(line if code else page.line(line)
                               for line, code in pages.lines(text)))


if __name__ == "__main__":
    main()
