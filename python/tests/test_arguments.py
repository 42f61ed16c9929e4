"""Wrong types and values of arguments: an exception that says what is allowed, and nothing else."""

from __future__ import annotations

import asyncio
import pickle

import pytest

import resock
import resock.sync

# Of both kinds of links: call, exception, what its text says.
WRONG = [
    (lambda link: link.send(), TypeError, "send()"),
    (lambda link: link.send("x", ttl="soon"), TypeError, "ttl is a number of seconds"),
    (lambda link: link.send("x", ttl=-1), ValueError, "out of range"),
    (lambda link: link.send("x", ttl=float("nan")), ValueError, "out of range"),
    (lambda link: link.send("x", urgent=True), TypeError, "no argument 'urgent'"),
    (lambda link: link.send(7), TypeError, "json.dumps"),
    (lambda link: link.send(None), TypeError, "json.dumps"),
    (lambda link: link.send({}), TypeError, "json.dumps"),
    (lambda link: link.send("\ud800"), resock.Invalid, "lone surrogate at index 0"),
    (lambda link: link.send_many([1]), TypeError, "json.dumps"),
    (lambda link: link.send_many(7), TypeError, "not iterable"),
    (lambda link: link.recv_many("x"), TypeError, "number of messages"),
    (lambda link: link.recv_many(0), ValueError, "1 or more"),
    (lambda link: link.recv_many(1 << 70), ValueError, "out of range"),
    (lambda link: link.flush("received"), TypeError, "resock.Level"),
    (lambda link: link.flush(9), ValueError, "none of resock.Level"),
    (lambda link: link.flush(timeout="x"), TypeError, "number of seconds"),
    (lambda link: link.flush(timeout=-1), ValueError, "out of range"),
    (lambda link: link.close("x"), TypeError, "close code"),
    (lambda link: link.close(1 << 70), ValueError, "3000 to 4999"),
    (lambda link: link.close(-1), ValueError, "3000 to 4999"),
    (lambda link: link.close(1000, 5), TypeError, "reason"),
    (lambda link: link.confirm("x"), TypeError, "a receipt or its id"),
    (lambda link: link.confirm(1 << 70), ValueError, "no message"),
    (lambda link: link.set_greeting(5, "x"), TypeError, "key of a greeting"),
    (lambda link: link.set_greeting("k", 5), TypeError, "str or bytes-like"),
    (lambda link: link.set_greeting("k", None), TypeError, "str or bytes-like"),
    (lambda link: link.set_greeting("\ud800", "x"), resock.Invalid, "lone surrogate"),
    (lambda link: link.set_greeting("k", "\ud800"), resock.Invalid, "lone surrogate"),
    (lambda link: link.set_greeting("k", bytes(2 << 20)), resock.TooBig, "1048576"),
    (lambda link: link.remove_greeting(3), TypeError, "key of a greeting"),
    (lambda link: link.remove_greeting("none"), resock.Invalid, "no greeting"),
    (lambda link: link.ask_token("x"), TypeError, "number of seconds"),
    (lambda link: link.ask_token(1), resock.NotSupported, "sessions"),
    (lambda link: link.ready(), resock.WrongState, "greeting_hold"),
    (lambda link: link.set_credentials(url="http://x"), resock.OptionError, "ws://"),
    (lambda link: link.set_credentials(url=5), resock.OptionError, "url"),
    (lambda link: link.set_options(nothing=1), resock.OptionError, "no option nothing"),
]



@pytest.mark.parametrize("call, kind, said", WRONG)
def test_of_a_link_of_asyncio(call, kind, said):
    async def main():
        async with resock.connect("echo:") as link:
            with pytest.raises(kind) as raised:
                made = call(link)
                if hasattr(made, "__await__"):
                    await made
            assert said in str(raised.value)
            await link.send("goes on")
            assert await link.recv() == "goes on"

    asyncio.run(asyncio.wait_for(main(), 30))


def test_of_a_blocking_link():
    with resock.sync.connect("echo:") as link:
        for call, kind, said in WRONG:
            with pytest.raises(kind) as raised:
                call(link)
            assert said in str(raised.value)
        for call in (lambda: link.recv("x"), lambda: link.send("x").wait("x")):
            with pytest.raises(TypeError, match="number of seconds"):
                call()
        with pytest.raises(ValueError, match="out of range"):
            link.recv(-1)


@pytest.mark.parametrize("connect", [resock.connect, resock.sync.connect])
def test_of_connect(connect):
    for url in (None, 7, b"ws://x", ""):
        with pytest.raises(resock.OptionError, match="url"):
            connect(url)
    for name in ("credentials", "on_event"):
        with pytest.raises(TypeError, match=f"{name} is a callable"):
            connect("echo:", **{name: 7})


def test_of_serve():
    with pytest.raises(TypeError, match="coroutine function"):
        resock.serve(None)
    with pytest.raises(TypeError, match="on_request"):
        resock.serve(print, on_request=7)
    for port in (-1, 65_536, "80", True):
        with pytest.raises(resock.OptionError, match="0 \\(any\\) to 65535"):
            resock.serve(print, "127.0.0.1", port)


@pytest.mark.parametrize("kind", [resock.Link, resock.sync.Link])
def test_link_that_was_never_opened(kind):
    link = kind.__new__(kind)
    for call in ("send", "recv", "_take"):
        with pytest.raises((TypeError, RuntimeError, AttributeError)):
            made = getattr(link, call)(*(["x"] if call == "send" else []))
            made.send(None)


def test_errors_cross_processes():
    for error in (resock.Lost("gone", reason=1), resock.Closed("x"), resock.NotSent("y", id=3)):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (str(again), vars(again)) == (str(error), vars(error))
