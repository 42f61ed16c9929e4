"""What type checkers must refuse: mypy complains of an "ignore" that hides no error."""

from __future__ import annotations

import resock
from resock import sync


async def mistyped_keywords() -> None:
    await resock.connect("echo:", heartbeat_intervall=10)  # type: ignore[call-arg]
    await resock.connect("echo:", ping_interval=10)  # type: ignore[call-arg]
    await resock.connect("echo:", listen_token="x")  # type: ignore[call-arg]
    await resock.serve(print, outbox_path="x")  # type: ignore[call-arg, arg-type]
    sync.connect("echo:", heartbeat_intervall=10)  # type: ignore[call-arg]
    resock.configure(io_thread=1)  # type: ignore[call-arg]


async def values_of_another_type() -> None:
    await resock.connect("echo:", delivery="exactly_once")  # type: ignore[arg-type]
    await resock.connect("echo:", heartbeat_interval=[10])  # type: ignore[arg-type]
    await resock.connect("echo:", verdict_1006="never")  # type: ignore[arg-type]
    await resock.connect("echo:", greeting_hold="yes")  # type: ignore[arg-type]


async def options_that_are_fixed() -> None:
    link = await resock.connect("echo:")
    link.set_options(delivery="exactly-once")  # type: ignore[call-arg]
    link.set_options(heartbeat_interval=5)


async def arguments() -> None:
    link = await resock.connect("echo:")
    await link.send(5)  # type: ignore[arg-type]
    await link.send("x", tll=5)  # type: ignore[call-arg]
    receipt: sync.Receipt = await link.send("x")  # type: ignore[assignment]
    receipt.wait()
    sync.connect("echo:").send("x", tll=5)  # type: ignore[call-arg]
