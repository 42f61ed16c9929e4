"""What the .NET SDK makes of Resock.csproj: `test_sdk.py BUILD`. Packs it and runs a program that
has that package alone, on the SDK's own framework: no other one is there without the network."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = 77  # as the test's SKIP_RETURN_CODE says
PATIENCE_S = 300
NO_OTHER_SOURCE = """<configuration>
  <packageSources><clear /><add key="packed" value="packed" /></packageSources>
  <fallbackPackageFolders><clear /></fallbackPackageFolders>
</configuration>
"""
EXPECTED = """arrived: text
arrived: 1,2,3
arrived: 7
confirmed: Received
cancelled
arrived: after it
ended
UnreachableException
"""


class Sdk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {**os.environ, "HOME": folder.name, "DOTNET_CLI_HOME": folder.name,
                            "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1",
                            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
                            "MSBUILDDISABLENODEREUSE": "1"}  # no server stays behind

    def dotnet(self, *words):
        done = subprocess.run(["dotnet", *map(str, words)], cwd=self.folder, text=True,
                              env=self.environment, capture_output=True, timeout=PATIENCE_S,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def framework(self):
        major, minor = self.dotnet("--version").split(".")[:2]
        return f"netcoreapp{major}.{minor}" if int(major) < 5 else f"net{major}.{minor}"

    def copy_sources(self):
        """So that the checkout holds nothing of what is built."""
        binding = Path("bindings/csharp")
        for name in [binding / "src", binding / "tests/sdk"]:
            shutil.copytree(ROOT / name, self.folder / name)
        for name in [binding / "Resock.csproj", "VERSION", "LICENSE"]:
            shutil.copy(ROOT / name, self.folder / name)
        (self.folder / "nuget.config").write_text(NO_OTHER_SOURCE, encoding="utf-8")
        (self.folder / "packed").mkdir()
        return self.folder / binding

    def test_a_program_that_has_the_package(self):
        binding = self.copy_sources()
        framework = f"-p:TargetFrameworks={self.framework()}"
        self.dotnet("pack", binding, "-c", "Release", "-o", self.folder / "packed", framework,
                    f"-p:ResockBuild={BUILD}", "-warnaserror")
        with zipfile.ZipFile(next((self.folder / "packed").glob("Resock.*.nupkg"))) as package:
            names = package.namelist()
        self.assertEqual({Path(name).name for name in names if name.startswith("runtimes/linux-")},
                         {"libresock.so.0", "libresock_csharp.so"})
        self.assertIn(f"lib/{self.framework()}/Resock.xml", names)
        self.dotnet("build", binding / "tests/sdk", "-o", self.folder / "program", framework,
                    "-nodeReuse:false")
        self.assertEqual(self.dotnet(self.folder / "program/Streams.dll"), EXPECTED)


if __name__ == "__main__":
    BUILD = Path(sys.argv.pop(1)).resolve()
    if not shutil.which("dotnet"):
        print("skipped: no .NET SDK (dotnet): src/net8.0 and `dotnet pack` are not tested here")
        sys.exit(SKIPPED)
    unittest.main()
