"""What runs say: figures by round, ratios by round, the names of cases."""

from statistics import median

INSTRUCTIONS, WHOLE_PATH = "instructions", "CPU, whole path"
PYTHON_OBJECTS = "Python's own objects"
PING_PONG_CASES = ("one core", "two cores")
CUT = "cut to next message"
SIZE_NAMES = {64: "64 B", 1024: "1 KiB", 65536: "64 KiB", 1 << 20: "1 MiB"}

MAIN_FIGURES = {"throughput": "per_second", "unpinned": "per_second", "pingpong": "p50_us",
                "idle": "pss_per_link", "recover": "p50_us", "loss": "lost",
                "queue": "cpu_us_each", "import": "ms"}
# Of cases that have another one than their step.
CASE_FIGURES = {INSTRUCTIONS: "instructions_each", PYTHON_OBJECTS: "traced_per_link"}


def size_case(size, scheme):
    return f"{SIZE_NAMES[size]}, {scheme}"


def links_case(links):
    return f"{links:,} link{'s' if links > 1 else ''}"


def delay_case(delay_ms):
    return f"{delay_ms} ms each way"


def queue_name(contender, length):
    return f"{contender}, {length:,} kept"


def main_figure(step, case):
    return CASE_FIGURES.get(case) or MAIN_FIGURES[step]


def values_of(runs, step, case, contender, figure):
    """{round: value} of the runs that did not fail."""
    return {run["round"]: run["result"][figure] for run in runs
            if not run["failure"] and figure in run["result"]
            and (run["step"], run["case"], run["contender"]) == (step, case, contender)}


def ratios(above, below):
    """By round, of those in which both have a value: what the machine did else hits both."""
    return [above[number] / below[number] for number in sorted(above)
            if below.get(number)]


def differences(minuend, subtrahend):
    return [minuend[number] - subtrahend[number] for number in sorted(minuend)
            if number in subtrahend]


def cases_of(runs, step):
    """In the order in which they were measured."""
    return list(dict.fromkeys(run["case"] for run in runs if run["step"] == step))


def contenders_of(runs, step, case):
    names = (run["contender"] for run in runs if (run["step"], run["case"]) == (step, case))
    return list(dict.fromkeys(sorted(names, key=rank)))


def rank(name):
    """Ours first, then Beast, then the others, each in the order of their names."""
    return (not name.startswith("resock"), not name.startswith("Beast"),
            "another thread" in name, name.casefold())


def spread(values, digits=0, scale=1):
    """Median (min–max), as text."""
    if not values:
        return "–"
    low, middle, high = (f"{scale * figure:,.{digits}f}"
                         for figure in (min(values), median(values), max(values)))
    return f"{middle} ({low}–{high})" if len(values) > 1 else middle


def short(value):
    """A number for people: 1.23 M, 45.6 k, 7.89."""
    for least, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= least:
            return three_digits(value / least) + unit
    return three_digits(value)


def three_digits(value):
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2}f}".rstrip("0").rstrip(".")
