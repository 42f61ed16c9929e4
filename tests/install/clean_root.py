"""A Debian or Ubuntu with nothing in it but apt: made once by debootstrap, copied for each use."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import tree

SKIPPED = 77
# What a program is compiled with in there; fetched with the root, so that later runs need no network.
TOOLS = ["g++", "pkg-config", "libssl-dev", "libsqlite3-dev",
         "zlib1g-dev"]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
               "DEBIAN_FRONTEND": "noninteractive"}


class Skip(Exception):
    """What this test needs and this machine has not."""


def privileges():
    """What stands before a command that needs root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    raise Skip("making a clean root needs root, or sudo without a password")


def mirror_and_suite():
    """Where this machine's own apt gets its system from."""
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    suite = re.search(r"^VERSION_CODENAME=\"?([\w.-]+)", release, re.MULTILINE)
    if not suite or not shutil.which("apt-get"):
        raise Skip("this is no Debian or Ubuntu")
    targets = tree.run("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)",
                       "Created-By: Packages")
    for line in targets.splitlines():
        site, name, component = line.rsplit(" ", 2)
        if (name, component) == (suite.group(1), "main"):
            if site.startswith("mirror+file:"):
                mirrors = Path(site.removeprefix("mirror+file:")).read_text(encoding="utf-8")
                site = mirrors.split()[0]
            return site, suite.group(1)
    raise Skip(f"apt of this machine knows no source of {suite.group(1)} main")


class CleanRoot:
    """A copy to use; `close` removes it."""

    def __init__(self):
        self.sudo = privileges()
        if not shutil.which("debootstrap", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            raise Skip("debootstrap is not there; install debootstrap")
        mirror, suite = mirror_and_suite()
        self.base = tree.PLACE / f"root-{suite}"
        self.path = tree.PLACE / "root"
        if not self.base.exists():
            self._make_base(mirror, suite)
        self.close()
        self.as_root("cp", "-a", self.base, self.path)

    def as_root(self, *command):
        return tree.run(*self.sudo, *command)

    def _make_base(self, mirror, suite):
        started = tree.PLACE / f"root-{suite}.part"
        self.as_root("rm", "-rf", "--one-file-system", started)
        path = ["env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        self.as_root(*path, "debootstrap", "--variant=minbase", suite, started, mirror)
        self.path = started
        self.run("apt-get", "install", "-y", "--no-install-recommends", "--download-only", *TOOLS)
        self.as_root("mv", started, self.base)
        self.path = tree.PLACE / "root"

    def run(self, *command, **options):
        """Runs in the root; returns standard output."""
        words = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
        return tree.run(*self.sudo, "chroot", self.path, "env", "-i", *words, *command, **options)

    def shell(self, line):
        return self.run("sh", "-ec", line)

    def install(self, *packages):
        self.run("apt-get", "install", "-y", "--no-install-recommends", *packages)

    def put(self, file, folder):
        self.as_root("cp", file, self.path / folder.lstrip("/"))
        return f"{folder}/{file.name}"

    def paths(self):
        """Everything that stands in the root, without what apt and dpkg write for themselves."""
        listed = self.shell("find / -xdev -not -path '/proc/*' -not -path '/sys/*' "
                            "-not -path '/tmp/*' -not -path '/var/log/*' "
                            "-not -path '/var/cache/*' -not -path '/var/lib/apt/*' "
                            "-not -path '/var/lib/dpkg/*-old'")
        return set(listed.splitlines())

    def close(self):
        self.as_root("rm", "-rf", "--one-file-system", self.path)
