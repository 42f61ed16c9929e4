"""Writes a C file with every function of the C interface, as a library of another version: its
resock_abi_version says 99. For the test of what is said then.

    python3 other_abi.py SYMBOLS OUTPUT
"""

import sys
from pathlib import Path

symbols, output = map(Path, sys.argv[1:])
names = [line.strip() for line in symbols.read_text(encoding="utf-8").splitlines() if line.strip()]
lines = [f"int {name}(void) {{ return {99 if name == 'resock_abi_version' else -16}; }}"
         for name in names]
output.write_text("\n".join(lines) + "\n", encoding="utf-8")
