"""A headless Chromium driven through its DevTools pipe: commands in, answers and events out."""

import fcntl
import json
import os
import subprocess


class Chromium:
    """Runs until the block ends. `profile` is a folder of its own for what it keeps."""

    def __init__(self, program, profile, flags):
        self.command = [program, "--headless=new", "--remote-debugging-pipe",
                        # Only pages of ours are shown; root has no sandbox.
                        "--no-sandbox", "--no-first-run", "--disable-gpu", "--window-size=1100,900",
                        "--disable-dev-shm-usage", "--disable-background-networking",
                        "--disable-component-update", "--disable-sync", "--mute-audio",
                        f"--user-data-dir={profile}", *flags, "about:blank"]
        self.number = 0
        self.events = []
        self.incoming = b""

    def __enter__(self):
        commands, self.to_browser = os.pipe()
        self.from_browser, answers = os.pipe()
        # It reads commands from descriptor 3 and answers on 4; theirs must be neither until then.
        handed = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers)]
        script = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        self.process = subprocess.Popen(["bash", "-c", script, "bash", *map(str, handed),
                                         *self.command], pass_fds=handed,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for end in (commands, answers, *handed):
            os.close(end)
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except (OSError, EOFError):
            pass
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.process.wait()

    def read(self):
        """The next message; each ends with a zero byte."""
        while b"\0" not in self.incoming:
            part = os.read(self.from_browser, 65536)
            if not part:
                raise EOFError("Chromium ended")
            self.incoming += part
        message, _, self.incoming = self.incoming.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """The result of a command; events that come meanwhile wait in `events`."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.to_browser, json.dumps(command).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") != self.number:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def next_event(self):
        return self.events.pop(0) if self.events else self.read()

    def open_page(self, url):
        """The session of a new page, which tells about its console."""
        target = self.call("Target.createTarget", url="about:blank")
        session = self.call("Target.attachToTarget", targetId=target["targetId"],
                            flatten=True)["sessionId"]
        self.call("Runtime.enable", session)
        self.call("Page.navigate", session, url=url)
        return session
