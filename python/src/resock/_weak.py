"""What is told of events as long as the program holds it."""

from __future__ import annotations

from typing import Generic, Iterator, List, TypeVar
from weakref import ref

Held = TypeVar("Held")


class WeakList(Generic[Held]):
    """Objects that others keep alive. Any thread may add one while another goes through them."""

    def __init__(self) -> None:
        self._all: List[ref[Held]] = []

    def add(self, held: Held) -> None:
        self._all.append(ref(held, self._all.remove))

    def __bool__(self) -> bool:
        return bool(self._all)

    def __iter__(self) -> Iterator[Held]:
        for each in tuple(self._all):
            held = each()
            if held is not None:
                yield held
