"""Rules about the sources that no compiler checks: `python3 tidy.py RULE [TREE]`.

    layers  a layer of core/ includes only itself and what stands below it
    line    below core/net: no Asio, clock, randomness, thread, mutex or file of ours
    mirror  each source of core/ has its test of the same name
    length  a source file has at most 300 lines
    names   no host of a package registry, no path of somebody's machine

exceptions.txt lists what a rule lets pass, each with its reason.
"""

import re
import sys
from pathlib import Path

LAYERS = ["base", "policy", "wire", "session", "link", "net", "hub"]
BELOW_THE_LINE = ["base", "policy", "wire", "session", "link"]
SOURCES = {".cpp", ".hpp", ".c", ".h"}
MEASURED = SOURCES | {".py", ".js", ".sh", ".cmake"}
MOST_LINES = 300
# Built, fetched or kept by other tools; never ours.
SKIPPED = re.compile(r"^(\.git|build|build-.*|__pycache__|node_modules|\.cache)$")

FORBIDDEN_BELOW = [
    (re.compile(r"<boost/asio"), "Asio"),
    (re.compile(r"<boost/beast(?!/zlib)"), "Beast other than its zlib"),
    (re.compile(r"<(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch)>"),
     "threads"),
    (re.compile(r"<random>|\brandom_device\b|\bRAND_\w*bytes\b|\bs?rand\("), "randomness"),
    (re.compile(r"::now\(|\b(clock_gettime|gettimeofday)\(|\btime\((nullptr|NULL|0)\)"),
     "a clock"),
    (re.compile(r"<fstream>|<filesystem>|\bfopen\("), "files"),
]
# In pieces, so that this file does not break its own rule.
REGISTRY_HOSTS = re.compile("|".join(re.escape(".".join(host)) for host in [
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("registry", "yarnpkg"),
    ("crates", "io"), ("maven", "org"), ("maven", "apache"), ("nuget", "org"),
    ("proxy", "golang"), ("deb", "debian", "org"), ("archive", "ubuntu"), ("deb", "nodesource"),
    ("anaconda", "org"), ("rubygems", "org"),
]))
MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(?:work|root|home/\w+|Users/\w+|opt/wheels)(?:/|\b(?![\w-]))")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Tree:
    """The files of a checkout, by path relative to its root."""

    def __init__(self, root):
        self.root = root
        self.paths = sorted(self._walk(root))

    def _walk(self, folder):
        for entry in folder.iterdir():
            if SKIPPED.match(entry.name) or entry.is_symlink():
                continue
            if entry.is_dir():
                yield from self._walk(entry)
            else:
                yield entry.relative_to(self.root)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def sources(self, *folder):
        return [path for path in self.paths
                if path.parts[:len(folder)] == folder and path.suffix in SOURCES]


def without_comments(text):
    """`text` without its comments, its line numbers kept."""
    return COMMENTS.sub(lambda comment: "\n" * comment.group().count("\n"), text)


def numbered(text):
    return enumerate(text.splitlines(), start=1)


def check_layers(tree):
    """Design: dependencies point down only; the C ABI and the command line stand above core."""
    for path in tree.sources("core"):
        layer = path.parts[1]
        if layer not in LAYERS:
            yield path, f"'{layer}' is no layer: one of {', '.join(LAYERS)}"
            continue
        for included in INCLUDE.findall(without_comments(tree.text(path))):
            target = included.split("/")[0]
            if target in LAYERS and LAYERS.index(target) > LAYERS.index(layer):
                yield path, f"includes {included}, which stands above {layer}"
            if target in ("resock", "capi", "cli"):
                yield path, f"includes {included}, which stands above core"
    for path in tree.sources("cli"):
        for included in INCLUDE.findall(without_comments(tree.text(path))):
            if included.split("/")[0] in LAYERS:
                yield path, f"includes {included}: the command line is built on resock.hpp alone"


def check_line(tree):
    """Design: what is below the line is handed time and randomness and performs nothing itself."""
    for layer in BELOW_THE_LINE:
        for path in tree.sources("core", layer):
            for number, line in numbered(without_comments(tree.text(path))):
                for pattern, what in FORBIDDEN_BELOW:
                    if pattern.search(line):
                        yield path, f"line {number} uses {what}: {line.strip()}"


def test_of(source):
    layer, name = source.parts[1], Path(*source.parts[2:])
    if layer in ("link", "net"):
        return Path("tests", {"link": "machine", "net": "net"}[layer], name)
    return Path("tests", "unit", layer, name)


def check_mirror(tree):
    """Style: each source file has its test of the same name."""
    for path in tree.sources("core"):
        if path.suffix == ".cpp" and test_of(path) not in tree.paths:
            yield path, f"has no test {test_of(path)}"


def check_length(tree):
    for path in tree.paths:
        if path.suffix in MEASURED or path.name in ("dev", "CMakeLists.txt"):
            lines = len(tree.text(path).splitlines())
            if lines > MOST_LINES:
                yield path, f"has {lines} lines, more than {MOST_LINES}"


def check_names(tree):
    for path in tree.paths:
        for number, line in numbered(tree.text(path)):
            found = REGISTRY_HOSTS.search(line) or MACHINE_PATHS.search(line)
            if found:
                yield path, f"line {number} names {found.group()}"


RULES = {"layers": check_layers, "line": check_line, "mirror": check_mirror,
         "length": check_length, "names": check_names}


def read_exceptions(file):
    """{(rule, path): reason}; a line is `RULE PATH  # REASON`."""
    exceptions = {}
    for number, line in numbered(file.read_text(encoding="utf-8") if file.exists() else ""):
        entry, _, reason = line.partition("#")
        words = entry.split()
        if not words:
            continue
        if len(words) != 2 or words[0] not in RULES or not reason.strip():
            sys.exit(f"{file.name}:{number}: expected `RULE PATH  # REASON`: {line}")
        exceptions[words[0], Path(words[1])] = reason.strip()
    return exceptions


def broken(rule, root):
    """The sentences to complain with; an exception that is no longer needed is one, too."""
    allowed = {path for named, path in read_exceptions(root / "tests" / "tidy" / "exceptions.txt")
               if named == rule}
    found = list(RULES[rule](Tree(root)))
    complaints = [f"{path}: {what}" for path, what in found if path not in allowed]
    unused = allowed - {path for path, _ in found}
    return complaints + [f"{path}: needs no exception from '{rule}' any more" for path in unused]


def main(arguments):
    if not arguments or arguments[0] not in RULES:
        sys.exit(__doc__)
    root = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).parents[2]
    complaints = broken(arguments[0], root.resolve())
    print("\n".join(complaints) or f"{arguments[0]}: kept")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
