"""The library exports exactly what capi/abi/symbols.txt lists, and resock.h declares just that.

symbols.py NM LIBRARY LIST HEADER
"""

import re
import subprocess
import sys
from pathlib import Path

# The name of the version script's node: a symbol of its own.
VERSION_NODE = re.compile(r"^RESOCK_\d+$")


def exported(nm, library):
    listing = subprocess.run([nm, "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    names = {line.split()[-1].split("@")[0] for line in listing.splitlines()}
    return {name for name in names if not VERSION_NODE.match(name)}


def declared(header):
    return set(re.findall(r"^RESOCK_API [^;(]*?(\w+)\(", header, re.MULTILINE))


def differences(what, found, expected):
    for name in sorted(found - expected):
        yield f"{what} has {name}, which symbols.txt does not list"
    for name in sorted(expected - found):
        yield f"{what} lacks {name}, which symbols.txt lists"


def main(nm, library, list_file, header):
    listed = Path(list_file).read_text(encoding="utf-8").split()
    complaints = [] if listed == sorted(set(listed)) else ["symbols.txt is not sorted"]
    complaints += differences("the library", exported(nm, library), set(listed))
    complaints += differences("resock.h", declared(Path(header).read_text(encoding="utf-8")),
                              set(listed))
    print("\n".join(complaints) or f"{len(listed)} symbols, as listed")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
