"""examples/ledger_sqlite.cpp and orders_server.cpp: no order twice, none missing."""

import sqlite3
from contextlib import closing

import ledgers
import running


class LedgerSqlite(ledgers.LedgerCase):
    name = "ledger_sqlite"

    def booked(self):
        with closing(sqlite3.connect(self.folder / "file")) as database:
            return [words for words, in database.execute("SELECT words FROM entry ORDER BY number")]

    def test_each_order_once(self):
        self.check_each_order_once()

    def test_the_file_takes_a_next_session(self):
        self.check_the_file_takes_a_next_session()

    def test_a_loss_is_said(self):
        self.check_a_loss_is_said()

    def test_a_wrong_token(self):
        self.check_a_wrong_token()

    def test_usage(self):
        done = running.run(self.name)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertIn("usage: ", done.stderr)


if __name__ == "__main__":
    running.main()
