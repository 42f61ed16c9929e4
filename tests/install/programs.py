"""How the tests of this folder run what they have built: the programs of examples/."""

import os
import subprocess

import tree


def check(case, program, **environment):
    """`program` sends hello to an echo link and prints what comes back."""
    done = subprocess.run([program, "echo:"], capture_output=True, text=True, check=False,
                          env=os.environ | {"LD_LIBRARY_PATH": ""} | environment,
                          timeout=tree.PATIENCE_S)
    case.assertEqual((done.returncode, done.stdout), (0, "arrived: hello\n"), done)


def needed(program):
    """The names of the shared libraries that `program` is linked to."""
    lines = tree.run("readelf", "-d", program).splitlines()
    return [line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line]


def check_linked(case, program, shared):
    ours = [name for name in needed(program) if name.startswith("libresock")]
    case.assertEqual(ours, ["libresock.so.0"] if shared else [], program)
