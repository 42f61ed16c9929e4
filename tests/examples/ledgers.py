"""What the ledgers have in common: killed again and again, each books every order once."""

import running
from running import EXAMPLES, Line, Listening, start

ORDERS = 4000
KILLS = 5
TOKEN = "shop:secret"


def orders_server(count=ORDERS):
    return Listening(EXAMPLES / "example_orders_server", "ws://127.0.0.1:0", count)


class LedgerCase(running.Case):
    """`name` is the example's, `booked()` gives the entries of its database in their order."""

    name = None

    def ledger(self, server, token=TOKEN):
        return start(self.name, server.url, token, self.folder / "file")

    def check_each_order_once(self):
        with orders_server() as server, Line(server, "--cut-every", "20KiB", "--cuts", 8, "--reset",
                                             "--seed", 1) as line:
            for _ in range(KILLS):
                with self.ledger(line) as ledger:
                    ledger.line_with("booked", "stdout")
                    ledger.process.kill()
            with self.ledger(line) as ledger:
                self.assertEqual(ledger.status(), 0, ledger.rest("stderr"))
            server.line_with("done", "stdout")
        expected = [f"order {number}" for number in range(1, ORDERS + 1)]
        self.assertEqual(self.booked(), expected)

    def check_the_file_takes_a_next_session(self):
        for number in [1, 2]:
            with orders_server(10) as server, self.ledger(server) as ledger:
                self.assertEqual(ledger.status(), 0, ledger.rest("stderr"))
            self.assertEqual(len(self.booked()), 10 * number)

    def check_a_loss_is_said(self):
        with orders_server() as server, self.ledger(server) as ledger:
            ledger.line_with("booked", "stdout")
            ledger.process.kill()
        # Another one at the same address, which knows nothing of the session.
        with Listening(EXAMPLES / "example_orders_server", server.url, 3) as after:
            with self.ledger(after) as ledger:
                ledger.line_with("lost: ")
                self.assertEqual(ledger.status(), 1)
            before = len(self.booked())
            with self.ledger(after) as ledger:
                self.assertEqual(ledger.status(), 0, ledger.rest("stderr"))
            self.assertEqual(len(self.booked()), before + 3)

    def check_a_wrong_token(self):
        with orders_server() as server, self.ledger(server, "shop:wrong") as ledger:
            self.assertEqual(ledger.status(), 1)
            self.assertIn("token", " ".join(ledger.rest("stderr")))
        self.assertEqual(self.booked(), [])
