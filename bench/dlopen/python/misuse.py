"""misuse.py: as ../c/misuse.c, through ctypes; and what is collected while it is used."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples/dlopen/python"))
import resock_dl as resock  # noqa: E402


def tell(what, function, *arguments):
    try:
        function(*arguments)
        print(f"{what}: accepted")
    except (resock.Error, TypeError) as error:
        print(f"{what}: {error}")


def collect_while_used(hub, link):
    for number in range(100):
        link.send_all([f"{number} {'x' * 1000}"] * 3)
        events = hub.poll()
        hub.poll(0)
        gc.collect()
        assert all(len(event.text) > 1000 for event in events if event.kind == resock.MESSAGE)


def main():
    library = resock.Library()
    kept, freed = library.hub(), library.hub()
    opened, link, of_freed = kept.open("echo:"), kept.open("echo:"), freed.open("echo:")
    collect_while_used(kept, opened)
    link.free()
    freed.free()
    tell("freed link", link.send, "x")
    tell("link of a freed hub", of_freed.send, "x")
    tell("freed hub", freed.poll)
    tell("freed hub again", freed.open, "echo:")
    tell("reason too long", opened.close, 1000, "x" * 124)
    for wrong in (None, 5, [1]):
        tell("wrong type", opened.send, wrong)


if __name__ == "__main__":
    main()
