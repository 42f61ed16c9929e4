"""Modules of other folders of tests, two of which are named frames.py."""

import importlib.util
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
ROOT = TESTS.parent


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


websocket = module(TESTS / "peers/frames.py")
session = module(TESTS / "conformance/peers/frames.py")
