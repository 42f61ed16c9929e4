"""Doxygen reads the headers through this: `filter_header.py FILE`, result on standard output.

The headers stay short for people who read them in an editor. What is the same for every function
(the handle that it is about, what an accessor gives for another kind of event) is said once there,
in the introduction, and repeated here in the reference, where each function has a place of its own.
Lines keep their numbers, so that Doxygen's complaints name the right ones.
"""

import re
import sys
from pathlib import Path

# Parameters that mean the same wherever they stand.
PARAMETERS = {
    "options": "the options",
    "hub": "the hub",
    "link": "the link",
    "listener": "the listener",
    "event": "the event; stays the caller's",
    "size": "how many bytes",
    "key_size": "how many bytes",
    "reason_size": "how many bytes",
    "body_size": "how many bytes",
    "out_error": "NULL, or receives what is wrong in words, to be freed with resock_string_free",
}
ACCESSOR = ("the value; 0 or NULL where the event is NULL or of another kind. A pointer is valid "
            "until the event is freed")
SECTION = re.compile(r"/\* ---- (.+?) -+ \*/")
FUNCTION = re.compile(r"/\*\*((?:[^*]|\*(?!/))*?)\*/(\s*)(RESOCK_API[^;]+;)", re.DOTALL)
VALUE = re.compile(r"^(\s+\w+ = (RESOCK_\w+),)$", re.MULTILINE)


def sections(text):
    """Headings of the header become groups."""
    opened = False

    def group(match):
        nonlocal opened
        title = match.group(1)
        name = "c_" + re.sub(r"\W+", "_", title)
        before = "/** @} */ " if opened else ""
        opened = True
        return f"{before}/** @defgroup {name} {title[0].upper() + title[1:]} */ /** @{{ */"

    text = SECTION.sub(group, text)
    end = text.rfind("#ifdef __cplusplus")
    return text[:end] + "/** @} */ " + text[end:].replace("#ifdef", "\n#ifdef", 1) if opened else text


def layouts(text):
    """The description of packed records is shown as it stands."""
    start = text.find("/*\n * All numbers are little-endian.")
    if start < 0:
        return text
    end = text.index("*/", start)
    body = text[start + 2:end].replace("\n *", "\n")
    return (text[:start] + "/**\n@verbatim" + body.rstrip() +
            "\n@endverbatim */" + text[end + 2:])


def parameters(declaration):
    inside = declaration[declaration.index("(") + 1:declaration.rindex(")")].strip()
    if inside == "void":
        return []
    return [re.search(r"(\w+)$", each.strip()).group(1) for each in inside.split(",")]


def linked(text):
    """What a comment names becomes a link: Doxygen makes them of "function()" and "#enum"."""
    functions = set(re.findall(r"^RESOCK_API [^(]*?\b(resock_\w+)\(", text, re.MULTILINE))
    enums = set(re.findall(r"^enum (resock_\w+)", text, re.MULTILINE))

    def link(name):
        if name.group() in functions:
            return name.group() + "()"
        return "#" + name.group() if name.group() in enums else name.group()

    def comment(match):
        if "@verbatim" in match.group():
            return match.group()
        return re.sub(r"(?<!#)\bresock_\w+\b(?!\()", link, match.group())

    return re.sub(r"/\*\*.*?\*/", comment, text, flags=re.DOTALL)


def described(match):
    comment, gap, declaration = match.groups()
    known = re.findall(r"@param (\w+)", comment)
    added = "".join(f" @param {name} {PARAMETERS[name]}" for name in parameters(declaration)
                    if name not in known and name in PARAMETERS)
    accessor = re.match(r"RESOCK_API (?!void)[\w* ]+? resock_event_(?!json)", declaration)
    if accessor and "@return" not in comment:
        added += f" @return {ACCESSOR}. @since 0.1"
    comment = re.sub(r"Since (\d[\d.]*\d)\.", r"@since \1", comment)
    first = re.search(r"\n \* @|@since", comment)
    at = first.start() if first else len(comment.rstrip())
    comment = comment[:at].rstrip() + added + " " + comment[at:]
    return f"/**{comment}*/{gap}{declaration}"


def main():
    path = Path(sys.argv[1])
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".h":
        text = linked(FUNCTION.sub(described, layouts(sections(text))))
    else:
        # The version of the names is the linker's business.
        text = text.replace("inline namespace v1 {", "").replace("} // namespace v1\n", "\n")
        text = text.replace("v1::", "")
        # Enumerations of resock.hpp only name values of resock.h.
        text = VALUE.sub(r"\1 ///< \2", text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
