"""The ABI of the library against what is recorded in capi/abi/.

    abi.py check LIBRARY           compares; status 1 and the differences where it is another
    abi.py record LIBRARY [TEXT]   records that of LIBRARY; TEXT becomes the ABI line of CHANGELOG.md

baseline.xml holds the exported functions with their types, enums.xml the enumerations of resock.h,
which no function's type names. LIBRARY needs debug information (preset dev). The newest entry of
CHANGELOG.md that has an ABI line names the digest of both files and RESOCK_ABI_VERSION:

    ABI 1 (baseline 0123456789ab): what changed
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED = 77
ABI_LINE = re.compile(r"^ABI (\d+) \(baseline ([0-9a-f]{12})\): (\S.*)$")


class Refused(Exception):
    """Why nothing was recorded, and what to do."""


class Tree:
    """Where a checkout keeps what takes part."""

    def __init__(self, root):
        self.headers = root / "capi/include"
        self.header = self.headers / "resock/resock.h"
        self.changelog = root / "CHANGELOG.md"
        self.version = (root / "VERSION").read_text(encoding="utf-8").strip()
        self.recorded = [root / "capi/abi/baseline.xml", root / "capi/abi/enums.xml"]

    def abi_version(self):
        text = self.header.read_text(encoding="utf-8")
        return int(re.search(r"^#define RESOCK_ABI_VERSION (\d+)", text, re.MULTILINE).group(1))


def run(*command, allowed=(0,)):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done


def enumerations_library(tree, folder):
    """A library with a variable of each enumeration: so abidw sees them all."""
    names = re.findall(r"^enum (\w+) \{", tree.header.read_text(encoding="utf-8"), re.MULTILINE)
    (folder / "src").mkdir()  # the last part of the path is recorded, too
    source, library = folder / "src/enums.c", folder / "enums.so"
    source.write_text("#include <resock/resock.h>\n" +
                      "".join(f"enum {name} value_of_{name};\n" for name in names),
                      encoding="utf-8")
    run(os.environ.get("CC", "cc"), "-g", "-shared", "-fPIC", "-I", tree.headers, source, "-o",
        library)
    return library


def only_exported():
    """The option that leaves out the C++ behind the functions; libabigail 2.0 lacks it."""
    option = "--exported-interfaces-only"
    known = run("abidw", "--help", allowed=(0, 1))
    return [option] if option in known.stdout + known.stderr else []


def dump(library, headers, out):
    """Writes the ABI of `library`, as the headers show it, without a path of this machine."""
    run("abidw", "--headers-dir", headers, "--drop-private-types", "--no-show-locs",
        "--no-corpus-path", "--no-comp-dir-path", "--no-elf-needed", "--no-architecture",
        "--no-parameter-names", "--type-id-style", "hash", *only_exported(), "--out-file", out,
        library)
    text = out.read_text(encoding="utf-8")
    if "<abi-instr" not in text:
        sys.exit(f"{library} has no debug information: build it with the preset dev")
    # Of a source's path its folder and name, which tell translation units apart.
    text = re.sub(r" path='[^']*?([^/']+/[^/']+)'", r" path='\1'", text)
    out.write_text(text, encoding="utf-8")


def dump_all(tree, library, folder):
    """The files of `tree.recorded`, as they would be recorded now, in `folder`."""
    current = [folder / path.name for path in tree.recorded]
    dump(library, tree.headers, current[0])
    dump(enumerations_library(tree, folder), tree.headers, current[1])
    return current


def differences(old, new):
    """What abidiff says, also of harmless changes such as a new function; empty where equal."""
    done = run("abidiff", "--harmless", "--no-show-locs", old, new, allowed=(0, 4, 8, 12))
    return done.stdout if done.returncode else ""


def digest(files):
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def entries(changelog):
    """[(version, lines that begin with ABI)], newest first."""
    found = []
    for line in changelog.splitlines():
        if heading := re.match(r"## (\d+\.\d+\.\d+)", line):
            found.append((heading.group(1), []))
        elif line.startswith("ABI") and found:
            found[-1][1].append(line)
    return found


def complaints(changelog, version, abi_version, recorded):
    """What CHANGELOG.md lacks for the recorded ABI: sentences."""
    history = entries(changelog)
    if not history or history[0][0] != version:
        return [f"CHANGELOG.md has no entry of {version} on top"]
    parsed = []
    for name, lines in history:
        if len(lines) > 1:
            return [f"the entry of {name} has {len(lines)} ABI lines; one says it all"]
        for line in lines:
            if not (match := ABI_LINE.match(line)):
                return [f"expected 'ABI N (baseline DIGEST): what changed' in {name}: {line}"]
            parsed.append((name, int(match.group(1)), match.group(2)))
    if not parsed:
        return ["CHANGELOG.md has no line that begins with ABI"]
    name, number, named = parsed[0]
    said = []
    if named != recorded:
        said.append(f"the ABI line of {name} names the baseline {named}, not {recorded}, which is "
                    "recorded: ./dev abi --record 'what changed'")
    if number != abi_version:
        said.append(f"the ABI line of {name} names ABI {number}, not {abi_version}, which is "
                    "RESOCK_ABI_VERSION")
    if name.startswith("0.") and not name.endswith(".0"):
        said.append(f"{name} must not change the ABI: a 0.N.P never does")
    if name.startswith("0.") and len(parsed) > 1 and parsed[1][1] >= number:
        said.append(f"{name} changes the ABI of {parsed[1][0]}: raise RESOCK_ABI_VERSION")
    return said


def with_line(changelog, version, line):
    """CHANGELOG.md with `line` as the ABI line of the newest entry."""
    lines = changelog.splitlines()
    at = next((number for number, text in enumerate(lines) if text.startswith(f"## {version}")), None)
    if at is None:
        raise Refused(f"CHANGELOG.md has no entry of {version}: write it first")
    end = next((number for number in range(at + 1, len(lines)) if lines[number].startswith("## ")),
               len(lines))
    entry = lines[at:end]
    old = next((number for number, text in enumerate(entry) if text.startswith("ABI")), None)
    if old is not None:
        entry[old] = line
    else:
        while not entry[-1]:
            entry.pop()
        entry += ["", line] + ([""] if end < len(lines) else [])
    return "\n".join(lines[:at] + entry + lines[end:]) + "\n"


def text_of_line(changelog, version, recorded):
    """The text of the ABI line that was written by hand, without a baseline or with another."""
    for line in [line for name, lines in entries(changelog) if name == version for line in lines]:
        match = ABI_LINE.match(line)
        if not match or match.group(2) != recorded:
            return re.sub(r"^ABI[^:]*:\s*", "", line)
    raise Refused("the ABI changes, so CHANGELOG.md must say so: ./dev abi --record 'what changed'")


def record(tree, library, text):
    """Returns what it did; raises Refused."""
    if not only_exported():
        raise Refused("recording needs libabigail 2.1 (Debian 12, Ubuntu 24.04); checking does not")
    changelog = tree.changelog.read_text(encoding="utf-8")
    exists = all(path.exists() for path in tree.recorded)
    with tempfile.TemporaryDirectory() as folder:
        current = dump_all(tree, library, Path(folder))
        if exists and not any(map(differences, tree.recorded, current)):
            current = tree.recorded  # another compiler may word the same ABI otherwise
        found = digest(current)
        old = digest(tree.recorded) if exists else ""
        if not text and found == old and not complaints(changelog, tree.version,
                                                        tree.abi_version(), found):
            return f"unchanged: baseline {found}"
        text = text or text_of_line(changelog, tree.version, old)
        line = f"ABI {tree.abi_version()} (baseline {found}): {text}"
        changed = with_line(changelog, tree.version, line)
        if said := complaints(changed, tree.version, tree.abi_version(), found):
            raise Refused("; ".join(said))
        for target, content in zip(tree.recorded, [file.read_bytes() for file in current]):
            target.write_bytes(content)
        tree.changelog.write_text(changed, encoding="utf-8")
    return f"recorded; CHANGELOG.md says: {line}"


def check(tree, library):
    """The sentences to complain with."""
    with tempfile.TemporaryDirectory() as folder:
        current = dump_all(tree, library, Path(folder))
        said = [f"{old.name}: {different}" for old, new in zip(tree.recorded, current)
                if (different := differences(old, new))]
    if said:
        said.append("the ABI is not the recorded one. Meant so: ./dev abi --record 'what changed'")
    return said + complaints(tree.changelog.read_text(encoding="utf-8"), tree.version,
                             tree.abi_version(), digest(tree.recorded))


def main(arguments):
    if len(arguments) not in (2, 3) or arguments[0] not in ("check", "record"):
        sys.exit(__doc__)
    if not shutil.which("abidw") or not shutil.which("abidiff"):
        print("skipped: abidw and abidiff are not there; install abigail-tools")
        return SKIPPED
    command, library, *text = arguments
    tree = Tree(ROOT)
    if command == "record":
        try:
            print(record(tree, Path(library), " ".join(text)))
        except Refused as error:
            print(f"abi: {error}", file=sys.stderr)
            return 1
        return 0
    said = check(tree, Path(library))
    print("\n".join(said) or f"as recorded: baseline {digest(tree.recorded)}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
