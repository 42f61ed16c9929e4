"""Arguments that cannot be meant are refused at once, in both kinds of links."""

from __future__ import annotations

import pickle

import pytest
from test_log import kept  # noqa: F401  # a fixture

import resock
import resock.sync
from resock import _errors, _hubs
from resock._settings import seconds_of

SILENT = "ws://127.0.0.1:9"


async def coroutine(event):
    pass


def test_nanoseconds():
    assert seconds_of("100ns") == pytest.approx(1e-7)


def test_credentials_that_nobody_gives():
    for connect in (resock.connect, resock.sync.connect):
        with pytest.raises(resock.OptionError, match="give credentials="):
            connect(SILENT, credentials_when="always")


def test_reason_that_is_no_unicode(run):
    async def main():
        async with resock.connect("echo:") as link:
            with pytest.raises(resock.Invalid, match="index 0"):
                await link.close(reason="\ud800")

    run(main())


@pytest.mark.parametrize("name", ["on_event", "credentials"])
def test_coroutine_function_where_nobody_awaits(name):
    with pytest.raises(TypeError, match=f"{name} is called, not awaited"):
        resock.sync.connect(SILENT, **{name: coroutine})


@pytest.mark.parametrize(
    ("timeout", "error"), [(-1, ValueError), (True, TypeError), ("1", TypeError)]
)
def test_timeouts_of_blocking_links(timeout, error):
    with pytest.raises(error, match="timeout"):
        resock.sync.connect(SILENT, timeout=timeout)
    with resock.sync.connect("echo:") as link, pytest.raises(error, match="timeout"):
        link.events().get(timeout)


def test_ttl_is_no_bool():
    with resock.sync.connect("echo:") as link, pytest.raises(TypeError, match="not bool"):
        link.send("x", ttl=True)


def test_log_level_none_is_as_not_given(monkeypatch):
    monkeypatch.setattr(_hubs, "_given", {})
    resock.configure(log_level=None)
    assert [name for name, _ in _hubs._options()] == ["log.level"]


def test_errno_pickles():
    error = _errors.Unreachable("no connection")
    error.errno = 111
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.errno) == (_errors.Unreachable, str(error), 111)


def test_records_tell_of_which_link_they_are(kept):  # noqa: F811
    def fail(event):
        raise LookupError

    with resock.sync.connect("echo:", on_event=fail) as link:
        number = link.id
    own = [each for each in kept if "on_event" in each.getMessage()]
    made = [each for each in kept if each.link_id == number and each not in own]
    assert own
    assert made
    for each in (*own, *made):
        assert (each.link_id, each.url, each.dropped) == (number, "echo:", 0)
