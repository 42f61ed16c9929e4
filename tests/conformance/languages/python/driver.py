"""The driver of resock.connect(): what ../README.md asks of a driver."""

import asyncio
import inspect
import sys

import resock
from canon import (PRINTED, error_line, event_line, failure_line, keyword, level_of, line,
                   message_line, outcome_line, payload_of, sending_of, Word)


def put(text):
    sys.stdout.buffer.write(text.encode() + b"\n")


class Driver:
    """One link at a time. A command is the method of its name, with "_" for "-"."""

    def __init__(self):
        self.options = {}
        self.link = None

    async def option(self, words):
        name, _, value = words.partition(" ")
        self.options[keyword(name)] = value

    def take_options(self):
        given, self.options = self.options, {}
        return given

    async def open(self, _):
        options = self.take_options()
        self.answers, self.receipts = asyncio.Queue(), {}
        asks = options.get("credentials_when", "never") != "never"
        self.link = await resock.connect(
            options.pop("url"), wait=False, credentials=self.ask if asks else None, **options)
        self.events, self.messages = self.link.events(), self.link.messages()
        self.writables = asyncio.Queue()
        self.waiting = asyncio.Queue()
        self.reading = asyncio.ensure_future(self.read())

    async def ask(self, _):
        return await self.answers.get()

    async def read(self):
        """Sorts events, as those that are not printed may come at any time."""
        async for event in self.events:
            if isinstance(event, PRINTED):
                self.waiting.put_nowait(event)
            elif isinstance(event, resock.events.Writable):
                self.writables.put_nowait(event)

    async def send(self, words):
        flags, _, message = words.partition(" ")
        receipt = await self.link.send(payload_of(message), **sending_of(flags))
        self.receipts[receipt.id] = receipt
        put(f"SENT {receipt.id}")

    async def event(self, _):
        put(event_line(await self.waiting.get()))

    async def message(self, _):
        put(message_line(await self.messages.__anext__()))

    async def outcome(self, words):
        number, level = words.split(" ")
        try:
            await getattr(self.receipts[int(number)], level)
        except resock.MessageFailed as failure:
            put(failure_line(number, failure))
        else:
            put(outcome_line(number, level))

    async def writable(self, _):
        await self.writables.get()
        put("WRITABLE")

    async def confirm(self, words):
        number, how = words.split(" ")
        self.link.confirm(int(number), through=how == "through")

    async def flush(self, level):
        await self.link.flush(level_of(level))
        put(f"FLUSHED {level}")

    async def credentials(self, _):
        self.answers.put_nowait(self.take_options() or None)

    async def credentials_unasked(self, _):
        self.link.set_credentials(**self.take_options())

    async def greeting(self, words):
        key, _, message = words.partition(" ")
        self.link.set_greeting(key, payload_of(message))

    async def greeting_remove(self, key):
        self.link.remove_greeting(key)

    async def ready(self, _):
        self.link.ready()

    async def retry_now(self, _):
        self.link.retry_now()

    async def set(self, words):
        name, _, value = words.partition(" ")
        self.link.set_options(**{keyword(name): value})

    async def state(self, _):
        put(line("STATE", state=Word(self.link.state)))

    async def close(self, words):
        code, _, reason = words.partition(" ")
        self.closing = asyncio.ensure_future(self.link.close(int(code), reason))
        await asyncio.sleep(0)  # it says at once what is wrong
        if self.closing.done():
            self.closing.result()

    async def rest(self, _):
        await self.reading
        while not self.waiting.empty():
            put(event_line(self.waiting.get_nowait()))
        try:
            async for message in self.messages:
                put(message_line(message))
        except resock.Error:
            pass  # what ended the link stands in CLOSED

    async def free(self, _):
        self.options = {}
        if self.link is not None:
            self.link.abort()
            self.link = None
            await self.reading


async def main():
    driver = Driver()
    loop = asyncio.get_running_loop()
    while command := await loop.run_in_executor(None, sys.stdin.readline):
        name, _, words = command.rstrip("\n").partition(" ")
        method = getattr(driver, name.replace("-", "_"))
        assert inspect.iscoroutinefunction(method), name
        try:
            await method(words)
        except resock.Error as error:
            put(error_line(error))
        put(".")
        sys.stdout.flush()


asyncio.run(main())
