"""One figure with its rounds, and whether its limit is kept."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Row:
    """One figure, of each round."""
    what: str
    unit: str
    values: list
    at_most: float = None
    at_least: float = None
    digits: int = 0

    @property
    def has_limit(self):
        return self.at_most is not None or self.at_least is not None

    @property
    def kept(self):
        """None where there is no limit or no value. The median decides: the machine is shared."""
        if not self.values:
            return None
        middle = median(self.values)
        if self.at_most is not None:
            return middle <= self.at_most
        return middle >= self.at_least if self.at_least is not None else None

    def _number(self, value):
        return f"{value:,.{self.digits}f}"

    def markdown(self):
        limit = ""
        if self.at_most is not None:
            limit = f"<= {self._number(self.at_most)}"
        elif self.at_least is not None:
            limit = f">= {self._number(self.at_least)}"
        verdict = "?" if limit and not self.values else {None: "", True: "yes", False: "**NO**"}[self.kept]
        figures = [self._number(choose(self.values)) if self.values else "not measured"
                   for choose in (median, min, max)]
        return f"| {' | '.join([f'{self.what} ({self.unit})', *figures, limit, verdict])} |"

    def json(self):
        return {"what": self.what, "unit": self.unit, "values": self.values,
                "median": median(self.values) if self.values else None, "at_most": self.at_most,
                "at_least": self.at_least, "kept": self.kept}


def table(rows):
    head = "| what | median | min | max | must be | kept |\n|---|---:|---:|---:|---:|---|"
    return "\n".join([head, *(row.markdown() for row in rows)])
