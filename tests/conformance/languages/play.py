"""Plays scenarios: a driver against the scripted server, and what is wrong with what it told."""

import asyncio
import difflib

from canonical import Malformed, canonical, matches
from driver import Broken
from server import Server

GRACE_S = 0.5


class Played:
    """One scenario in one language: `told` are pairs of a command and its canonical lines."""

    def __init__(self, scenario, language):
        self.scenario, self.language = scenario, language
        self.told, self.problems = [], []

    @property
    def lines(self):
        return [line for command, lines in self.told for line in [f"> {command}", *lines]]

    def fail(self, text):
        self.problems.append(f"{self.scenario}, {self.language}: {text}")


async def finished(server, event, patience_s):
    """Waits for an event of the server, or what is wrong with it."""
    waits = [asyncio.ensure_future(each.wait()) for each in (event, server.failed)]
    done, left = await asyncio.wait(waits, timeout=patience_s,
                                    return_when=asyncio.FIRST_COMPLETED)
    for each in left:
        each.cancel()
    return bool(done)


async def answer(driver, command, server):
    """The lines that answer it; None where the server was surprised meanwhile."""
    obeying = asyncio.ensure_future(driver.obey(command))
    failing = asyncio.ensure_future(server.failed.wait())
    await asyncio.wait([obeying, failing], return_when=asyncio.FIRST_COMPLETED)
    failing.cancel()
    # A driver that breaks surprises the server, too; then it is the one to be told of.
    await asyncio.wait([obeying], timeout=GRACE_S)
    if obeying.done():
        return obeying.result()
    obeying.cancel()
    return None


def compare(played, command, lines, expected):
    if len(lines) == len(expected) and all(map(matches, lines, expected)):
        return
    # A line that fits stands as it came on both sides.
    shown = [line if matches(line, want) else want for line, want in zip(lines, expected)]
    shown += expected[len(lines):]
    diff = difflib.unified_diff(shown, lines, "expected", played.language, lineterm="", n=3)
    played.fail(f"{command}\n" + "\n".join(diff))


async def play_steps(played, driver, server):
    scenario = played.scenario
    options = {"url": f"ws://{server.address}/", **scenario.options}
    steps = [(f"option {name} {value}", []) for name, value in options.items()]
    for command, expected in [*steps, *scenario.client]:
        command = command.replace("SERVER", server.address)
        name, _, mark = command.partition(" ")
        if name == "mark":
            server.mark(mark).set()
        elif name == "wait":
            if not await finished(server, server.mark(mark), driver.patience_s):
                played.fail(f"the server does not come to {mark!r}")
            if server.problems:
                return
        else:
            answered = await answer(driver, command, server)
            if answered is None:
                return
            lines = [canonical(line, server.address) for line in answered]
            played.told.append((command.replace(server.address, "SERVER"), lines))
            compare(played, command, lines, expected)
            if played.problems:
                return


async def play(scenario, language, driver):
    played = Played(scenario, language)
    async with Server(scenario.server) as server:
        try:
            await play_steps(played, driver, server)
            if not played.problems and not await finished(server, server.finished,
                                                          driver.patience_s):
                played.fail("the server still waits")
            if not played.problems and not server.problems:
                await driver.obey("free")
        except (Broken, Malformed) as error:
            played.fail(str(error))
        played.problems += [f"{scenario}, {language}: the server, {each}"
                            for each in server.problems]
    if played.problems and driver.process is not None:
        await driver.kill()  # the next scenario begins anew
    return played


def differences(first, other):
    """Two languages, the same scenario: line by line."""
    if first.problems or other.problems or first.lines == other.lines:
        return []
    diff = difflib.unified_diff(first.lines, other.lines, first.language, other.language,
                                lineterm="", n=1)
    return [f"{first.scenario}: {first.language} and {other.language} differ\n" + "\n".join(diff)]


async def play_all(scenarios, language, driver):
    """By name of the scenario, and what was wrong at the end of the driver."""
    played = {repr(each): await play(each, language, driver) for each in scenarios}
    try:
        await driver.quit()
    except Broken as error:
        return played, [f"{language}: {error}"]
    return played, []


async def compare_languages(scenarios, drivers):
    """(played by language and scenario, problems); `drivers` by language."""
    results = await asyncio.gather(*(
        play_all(scenarios, language, driver) for language, driver in drivers.items()))
    played = {language: each for language, (each, _) in zip(drivers, results)}
    problems = [problem for _, ended in results for problem in ended]
    first = next(iter(played.values()))
    for name in first:
        of_all = [each[name] for each in played.values()]
        problems += [problem for each in of_all for problem in each.problems]
        problems += [each for other in of_all[1:] for each in differences(of_all[0], other)]
    return played, problems
