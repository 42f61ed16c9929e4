"""The scenarios: scenarios/*.json, whose form README.md explains."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "scenarios"
# Unless a scenario says something else: nothing waits for time to pass.
OPTIONS = {"reconnect.min": "0", "reconnect.max": "1ms", "confirm.interval": "0"}
CLOSED_BY_US = ("layer=websocket caused_by=us cause=local close_code=1000 closed_by_us=true "
                "verdict=stop")
KEYS = {"name", "each", "options", "server", "client"}


class Scenario:
    """`options`: of the link. `server`: for each connection a list of steps, or None where nobody
    listens until the mark "listen". `client`: pairs of a command and the lines expected of it."""

    def __init__(self, topic, data):
        unknown = set(data) - KEYS
        assert not unknown, f"{topic}: {data['name']}: unknown {unknown}"
        self.topic, self.name = topic, data["name"]
        self.options = {**OPTIONS, **data.get("options", {})}
        if self.options.get("delivery") == "exactly-once":
            del self.options["confirm.interval"]  # a session has no barriers
        self.server = data["server"]
        self.client = [step for command, *expected in data["client"]
                       for step in written_out(command, expected)]

    def __repr__(self):
        return f"{self.topic}: {self.name}"


def written_out(command, expected):
    """The steps that a short form stands for."""
    if command == "end":
        return [("close 1000", []), *written_out("stops", [CLOSED_BY_US])]
    if command == "stops":
        record, = expected
        return [("rest", [f"DOWN {record}", f"CLOSED {record}"])]
    return [(command, expected)]


def filled(value, row):
    """With the words of `row` in the place of {name}."""
    if isinstance(value, str):
        for name, word in row.items():
            value = value.replace("{" + name + "}", str(word))
        return value
    if isinstance(value, list):
        return [part for each in value for part in parts_of(each, row)]
    if isinstance(value, dict):
        return {filled(name, row): filled(each, row) for name, each in value.items()}
    return value


def parts_of(each, row):
    """A word that is a list takes the place of "{name}" among the others."""
    name = each[1:-1] if isinstance(each, str) else None
    return row[name] if isinstance(row.get(name), list) else [filled(each, row)]


def scenarios_of(path):
    for data in json.loads(path.read_text()):
        for row in data.get("each", [{}]):
            yield Scenario(path.stem, filled(data, row))


def all_scenarios(folder=FOLDER):
    made = [each for path in sorted(folder.glob("*.json")) for each in scenarios_of(path)]
    names = [repr(each) for each in made]
    assert len(set(names)) == len(names), "two scenarios have the same name"
    return made
