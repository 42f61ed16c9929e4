"""docs/conformance.md: the table of scenarios and languages."""

from itertools import groupby

from modules import ROOT

PAGE = ROOT / "docs/conformance.md"

BEGIN = """# The same in every language

An application gets the same heartbeats, the same resending and the same events in each language. A
test shows it: {count} scenarios, written as data
([tests/conformance/languages/scenarios](../tests/conformance/languages/scenarios)), are played by a
small program in each language through that language's own face, against one scripted server that
refuses, closes, resets, falls silent and breaks RFC 6455 on purpose. Each program prints what it was
told in one form. A line that differs from what the scenario expects, or from what another language
printed, is a failure. Times are compared only as far as they are possible.

`./dev test` plays all of it; the table is what one run has shown, written by

    python3 tests/conformance/languages/run.py build/dev --page

which writes nothing where a line differs. ✓: every line is as expected, and the same as in the other
languages. [What a program of a further language has to do](../tests/conformance/languages/README.md).
"""


def titled(topic):
    return topic.replace("_", " ").capitalize().replace("Http", "HTTP")


def rows(scenarios, played):
    """The table of one topic."""
    languages = list(played)
    yield f"| | {' | '.join(languages)} |"
    yield f"|---|{'---|' * len(languages)}"
    for each in scenarios:
        marks = ["–" if played[language][repr(each)].problems else "✓" for language in languages]
        yield f"| {each.name.replace('|', chr(92) + '|')} | {' | '.join(marks)} |"


def text_of(scenarios, played):
    lines = [BEGIN.format(count=len(scenarios))]
    for topic, members in groupby(scenarios, key=lambda each: each.topic):
        lines += [f"## {titled(topic)}", *rows(list(members), played), ""]
    return "\n".join(lines)


def write(scenarios, played):
    PAGE.write_text(text_of(scenarios, played), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


def names_on_it():
    """The scenarios that the page names, as `topic: name`, and its languages."""
    topic, names, languages = "", [], set()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            topic = line[3:].lower().replace(" ", "_")
        elif line.startswith("| |"):
            languages.add(line.strip("| "))
        elif line.startswith("| "):
            names.append(f"{topic}: {line[2:].split(' | ')[0]}")
    return names, languages
