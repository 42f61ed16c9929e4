"""Waking a task of asyncio although a handler of a signal has raised in the middle of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Future


def wake_again(future: Future[None], error: BaseException) -> None:
    """Does what future.set_result(None) has left undone when it raised `error`.

    asyncio drops a callback before it knows that call_soon() took it. The task would never run
    again, not even to be cancelled; the frame of that call still knows the callback.
    """
    if not future.done():
        return future.set_result(None)
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_name != "call_soon":
        trace = trace.tb_next
    if trace is None:
        return  # raised by something else than an event loop
    told = trace.tb_frame.f_locals
    loop: Any = future.get_loop()
    callback = told["callback"]
    if not any(each._callback is callback for each in getattr(loop, "_ready", ())):
        loop.call_soon(callback, future, context=told.get("context"))
