"""examples/ledger_postgres.cpp, on a server of this test's own; skipped where there is none, or the
example was not built for want of libpq."""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import ledgers
import running

SKIPPED = 77  # as the test's SKIP_RETURN_CODE says


def program(name):
    """Debian keeps the server's programs by version, out of the path."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return shutil.which(name) or (found[-1] if found else None)


class Postgres:
    """A server in a folder of its own that listens on a unix socket alone. It does not run as root:
    then as nobody."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder.name, nobody.pw_uid, nobody.pw_gid)
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(self, name, *arguments):
        subprocess.run([program(name), *arguments], check=True, stdout=subprocess.DEVNULL,
                       stdin=subprocess.DEVNULL, cwd=self.folder.name,
                       timeout=running.PATIENCE_S, **self.user)

    def __enter__(self):
        data = Path(self.folder.name, "data")
        self.run("initdb", "-D", str(data), "-A", "trust", "-U", "test", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder.name}"
        self.run("pg_ctl", "-D", str(data), "-l", str(data / "log"), "-o", options, "-w", "start")
        os.environ.update(PGHOST=self.folder.name, PGUSER="test", PGDATABASE="postgres")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", f"{self.folder.name}/data", "-m", "immediate", "stop")
        self.folder.cleanup()


class LedgerPostgres(ledgers.LedgerCase):
    name = "ledger_postgres"

    def setUp(self):
        super().setUp()
        server = Postgres()
        server.__enter__()
        self.addCleanup(server.__exit__)

    def booked(self):
        done = subprocess.run([program("psql"), "-AtXc", "SELECT words FROM entry ORDER BY number"],
                              capture_output=True, text=True, check=True,
                              timeout=running.PATIENCE_S)
        return done.stdout.splitlines()

    def test_each_order_once(self):
        self.check_each_order_once()

    def test_the_file_takes_a_next_session(self):
        self.check_the_file_takes_a_next_session()


if __name__ == "__main__":
    missing = [name for name in ["initdb", "pg_ctl", "psql"] if not program(name)]
    if missing or not (running.EXAMPLES / "example_ledger_postgres").exists():
        print("skipped: no", ", ".join(missing) or "example_ledger_postgres (libpq)")
        sys.exit(SKIPPED)
    running.main()
