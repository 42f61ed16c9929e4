"""bot URL TOKEN_FILE: answers "hello" in the topic "room"; its token may change at any time."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Dict, Optional

import resock
from resock import events


class Tokens:
    """In place of asking whoever gives tokens."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def newest(self) -> str:
        return self._file.read_text(encoding="utf-8").strip() if self._file.exists() else ""

    def header(self) -> Dict[str, str]:
        return {"Authorization": f"Bearer {self.newest()}"}

    async def refresh(self, asked: events.Credentials) -> Optional[Dict[str, object]]:
        """Must answer within credentials_timeout. None: there are no others."""
        there_is_one = self.newest() != ""
        what = "a token is handed in" if there_is_one else "no token"
        print(f"attempt {asked.attempt}, status {asked.http_status}: {what}", file=sys.stderr)
        return {"http_header": self.header()} if there_is_one else None


def show(event: events.Event) -> None:
    if isinstance(event, events.Opened):
        print("open", file=sys.stderr)
    elif isinstance(event, events.Down):
        print(f"down: {event.record.why}", file=sys.stderr)


async def send_paced(link: resock.Link, answers: asyncio.Queue[str]) -> None:
    """The server counts messages: it gets at most five in a second."""
    while True:
        await link.send(await answers.get())
        await asyncio.sleep(0.2)


async def chat(url: str, tokens: Tokens) -> None:
    async with resock.connect(
        url, wait=False, on_event=show, http_header=tokens.header(), credentials=tokens.refresh,
        credentials_when="refused", confirm_min_interval=1, message_ttl=60, verdict_1000="backoff",
    ) as link:
        link.set_greeting("room", "subscribe room")
        answers: asyncio.Queue[str] = asyncio.Queue()
        sending = asyncio.create_task(send_paced(link, answers))
        async for message in link:  # "room 12 ann: hello"
            if " hello" in str(message):
                answers.put_nowait("publish room good day")
            elif " go home" in str(message):
                break
        sending.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("token_file", type=Path)
    given = parser.parse_args()
    try:
        asyncio.run(chat(given.url, Tokens(given.token_file)))
    except resock.Error as error:
        sys.exit(f"ended: {error}")


if __name__ == "__main__":
    main()
