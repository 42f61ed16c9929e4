"""A driver that makes one mistake: wrong_driver.py FAULT DRIVER... passes on what DRIVER answers."""

import subprocess
import sys
import time

FAULT, *DRIVER = sys.argv[1:]
ONCE = {  # the first line that begins so, and what becomes of it
    "verdict": ("DOWN", lambda line: line.replace("verdict=1", "verdict=6")),
    "why": ("DOWN", lambda line: line.replace('why="', 'why="because of the moon, ')),
    "missing": ("DOWN", lambda line: line.replace(" close_code=1011", "")),
    "time": ("DOWN", lambda line: line.replace(" up_ms=", " up_ms=1000000")),
    "twice": ("OPEN", lambda line: f"{line}\n{line}"),
    "noise": ("OPEN", lambda line: f"connected!\n{line}"),
    "outcome": ("OUTCOME", lambda line: line.replace("level=3", "level=4")),
    "message": ("MESSAGE", lambda line: line.replace('"hi"', '"ho"')),
}


def answer_of(driver, command):
    driver.stdin.write(command)
    driver.stdin.flush()
    lines = []
    while (line := driver.stdout.readline().rstrip("\n")) != ".":
        lines.append(line)
    return lines


def break_down():
    if FAULT == "crash":
        print("crashed on purpose", file=sys.stderr)
        sys.exit(3)
    while FAULT == "hang":
        time.sleep(3600)


def main():
    driver = subprocess.Popen(DRIVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    begin, change = ONCE.get(FAULT, ("", str))
    is_done = False
    for command in sys.stdin:
        lines = answer_of(driver, command)
        if lines and "close_code=1011" in lines[0]:
            break_down()
            if FAULT == "drop":
                lines = answer_of(driver, command)
        if FAULT in ONCE and not is_done and lines and lines[0].startswith(begin):
            is_done, lines[0] = True, change(lines[0])
        print(*lines, ".", sep="\n", flush=True)
    driver.stdin.close()
    driver.wait()
    sys.exit(4 if FAULT == "exit" else 0)


main()
