"""Blocking links: each call, alone and from several threads."""

from __future__ import annotations

import threading
import time

import pytest

import resock
import resock.sync
from resock import Level, events

SILENT = "ws://127.0.0.1:9"
PATIENCE_S = 30


def in_threads(*works):
    """Runs them all at once; what they return, in order. What one raises is raised."""
    got = [None] * len(works)

    def body(index, work):
        try:
            got[index] = (work(), None)
        except BaseException as error:
            got[index] = (None, error)

    threads = [
        threading.Thread(target=body, args=each, daemon=True) for each in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + PATIENCE_S
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
        assert not thread.is_alive()
    for _, error in got:
        if error is not None:
            raise error
    return [result for result, _ in got]


def test_block_sends_and_receives():
    with resock.sync.connect("echo:") as link:
        assert repr(link) == "<resock.sync.Link echo: open>"
        receipt = link.send("größer")
        link.send(b"\xff")
        link.send("")
        assert [link.recv(PATIENCE_S) for _ in range(3)] == ["größer", b"\xff", ""]
        assert receipt.wait(PATIENCE_S) is Level.RECEIVED
        assert receipt.wait(level=Level.WRITTEN) == Level.WRITTEN
        assert (receipt.done(), receipt.failure, receipt.level) == (True, None, Level.RECEIVED)
        assert repr(receipt) == "<resock.Receipt 1: received>"
        link.flush(timeout=PATIENCE_S)
    assert (link.state, link.record.close_code, link.id) == ("finished", 1000, link.id)


def test_many_and_iteration():
    sent = [str(number) for number in range(3_000)]
    with resock.sync.connect("echo:", queue_messages=100) as link:

        def receive():
            came = []
            while len(came) < 2_000:
                came += link.recv_many(500, PATIENCE_S)
            for message in link:
                came.append(message)
                if len(came) >= 3_000:
                    return came

        came, receipts = in_threads(receive, lambda: link.send_many(sent))
        assert came == sent
        assert [each.id for each in receipts] == list(range(1, 3_001))
        link.send("as an object")
        message = next(link.messages())
        assert (message.data, message.number) == ("as an object", 0)


def test_times():
    with resock.sync.connect("echo:") as link:
        for call in (
            lambda: link.recv(0), lambda: link.recv(0.01), lambda: link.recv_many(1, 0.01),
            lambda: link.events().get(0.01),
        ):
            with pytest.raises(resock.Timeout):
                call()
        link.send("still")
        assert link.recv(PATIENCE_S) == "still"
    with pytest.raises(resock.Timeout, match="no connection to ws://127.0.0.1:9 within 0.05 s"):
        resock.sync.connect(SILENT, timeout=0.05)
    link = resock.sync.connect(SILENT, wait=False, queue_messages=1)
    receipt = link.send("x")
    with pytest.raises(resock.Timeout, match="within 0.01 s: queue_bytes"):
        link.send("y", timeout=0.01)
    with pytest.raises(resock.Timeout):
        link.flush(timeout=0.01)
    with pytest.raises(resock.Timeout, match="message 1 was not received"):
        receipt.wait(0.01)
    link.abort()
    with pytest.raises(resock.Closed):
        receipt.wait()


def test_full_queue():
    with resock.sync.connect(SILENT, wait=False, queue_messages=1, queue_full="error") as link:
        link.send("x")
        with pytest.raises(resock.QueueFull, match="queue_messages"):
            link.send("y")
        link.set_options(queue_full="wait")

        def confirm():
            stream = link.events()
            link.confirm(1)
            while not isinstance(stream.get(PATIENCE_S), events.Writable):
                pass

        _, receipt = in_threads(confirm, lambda: link.send("y", timeout=PATIENCE_S))
        assert receipt.id == 2
        link.abort()


def test_after_the_end():
    link = resock.sync.connect("echo:")
    link.close()
    for call in (
        lambda: link.send("x"), lambda: link.send_many(["x"]), link.recv, link.recv_many,
        lambda: link.events().get(), link.retry_now, lambda: link.confirm(1),
    ):
        with pytest.raises(resock.Closed, match="the link was closed; open another one"):
            call()
    assert list(link) == list(link.messages()) == list(link.events()) == []
    link.close()
    link.abort()
    for code in (999, 1006):
        with resock.sync.connect("echo:") as other:
            with pytest.raises(resock.Invalid, match="1000, 1001 or 3000"):
                other.close(code)
            other.send("goes on")
            assert other.recv(PATIENCE_S) == "goes on"


@pytest.mark.parametrize("end", ["close", "abort"])
def test_the_end_wakes_who_waits(end):
    link = resock.sync.connect(SILENT, wait=False, queue_messages=1, close_timeout=0.01)
    receipt = link.send("x")
    begun = threading.Barrier(6)

    def ends(call, *kinds):
        begun.wait(PATIENCE_S)
        with pytest.raises(kinds):
            call()

    def finish():
        begun.wait(PATIENCE_S)
        getattr(link, end)()

    in_threads(
        lambda: ends(link.recv, resock.Closed),
        lambda: ends(lambda: link.send("y"), resock.Closed),
        lambda: ends(receipt.wait, resock.NotSent, resock.Closed),
        lambda: ends(lambda: link.flush() or link.send(""), resock.Closed),
        lambda: ends(lambda: list(link.events()).clear() or link.send(""), resock.Closed),
        finish,
    )


def test_one_thread_receives():
    with resock.sync.connect("echo:") as link:
        refused = threading.Event()

        def receive():
            try:
                return link.recv(PATIENCE_S)
            except resock.Busy as error:
                assert "queue.Queue" in str(error)
                refused.set()
                link.send("for the other")
                return None

        assert sorted(map(str, in_threads(receive, receive))) == ["None", "for the other"]
        assert refused.is_set()


def test_many_links_in_many_threads():
    """One of the threads reads for all; it hands that on when it is done."""

    def talk(number):
        with resock.sync.connect("echo:") as link:
            for each in range(100):
                receipt = link.send(f"{number} {each}")
                assert link.recv(PATIENCE_S) == f"{number} {each}"
                if each % 10 == 0:
                    receipt.wait(PATIENCE_S)
            return number

    assert in_threads(*(lambda n=number: talk(n) for number in range(12))) == list(range(12))


def test_one_receives_while_others_send():
    senders, each = 6, 300
    with resock.sync.connect("echo:", queue_messages=50) as link:

        def send(sender):
            receipts = [link.send(f"{sender} {number}") for number in range(each)]
            assert {receipt.wait(PATIENCE_S) for receipt in receipts} == {Level.RECEIVED}

        def receive():
            return [link.recv(PATIENCE_S) for _ in range(senders * each)]

        came, *_ = in_threads(receive, *(lambda n=number: send(n) for number in range(senders)))
        for sender in range(senders):
            mine = [text for text in came if text.split()[0] == str(sender)]
            assert mine == [f"{sender} {number}" for number in range(each)]


def test_callables_are_called_by_a_thread_of_the_package(caplog):
    seen, asked = [], []

    def on_event(event):
        seen.append((type(event), threading.current_thread().name))
        raise LookupError("of the program")

    def credentials(event):
        asked.append(event)
        return {"http_header": {"Authorization": "token"}}

    link = resock.sync.connect(
        SILENT, wait=False, on_event=on_event, credentials=credentials
    )
    stream = link.events()
    while not isinstance(stream.get(PATIENCE_S), events.Down):
        pass
    link.abort()
    assert asked and isinstance(asked[0], events.Credentials)
    assert seen[0] == (events.Credentials, "resock-events")
    assert "LookupError: of the program" in caplog.text


@pytest.mark.parametrize("end", ["close", "abort"])
def test_the_end_inside_on_event(end):
    ended = threading.Event()

    def on_event(event):
        if isinstance(event, events.Confirmed) and not ended.is_set():
            getattr(link, end)()
            ended.set()

    link = resock.sync.connect("echo:", on_event=on_event)
    link.send("x")
    assert list(link) in (["x"], [])
    assert ended.wait(PATIENCE_S)
    assert link.state == "finished"
