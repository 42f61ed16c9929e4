"""docs/conformance.md: the table of scenarios and languages."""

from modules import ROOT

PAGE = ROOT / "docs/conformance.md"


def write(scenarios, played):
    raise NotImplementedError
