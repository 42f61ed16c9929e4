"""Where things are; importing it makes what this harness shares with others importable."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build/release/bench"
PACKAGE = ROOT / "build/release/python"
PEERS = ROOT / "bench/link/peers/python"
for folder in ("bench/link", "bench/support"):
    if str(ROOT / folder) not in sys.path:
        sys.path.append(str(ROOT / folder))
