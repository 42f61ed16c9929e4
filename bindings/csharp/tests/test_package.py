"""The NuGet package: `test_package.py BUILD`. What is in it, and that a program runs with that alone."""

import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(sys.argv.pop(1))
VERSION = (ROOT / "VERSION").read_text("utf-8").strip()
NUSPEC = "{http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd}"


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run([sys.executable, ROOT / "bindings/csharp/package.py", BUILD, cls.folder],
                       check=True, capture_output=True)
        cls.file = cls.folder / f"Resock.{VERSION}.nupkg"
        with zipfile.ZipFile(cls.file) as package:
            cls.names = package.namelist()
            package.extractall(cls.folder / "unpacked")

    def natives(self):
        return [name for name in self.names if name.startswith("runtimes/linux-")]

    def test_layout(self):
        self.assertEqual({Path(name).name for name in self.natives()},
                         {"libresock.so.0", "libresock_csharp.so"})
        self.assertTrue(all(Path(name).parts[2] == "native" for name in self.natives()))
        self.assertIn("lib/net472/Resock.dll", self.names)
        self.assertIn("lib/net472/Resock.xml", self.names)
        self.assertIn("LICENSE", self.names)

    def test_nuspec(self):
        metadata = xml.parse(self.folder / "unpacked/Resock.nuspec").getroot()[0]
        told = {child.tag.removeprefix(NUSPEC): child.text for child in metadata}
        self.assertEqual(told["id"], "Resock")
        self.assertEqual(told["version"], VERSION)
        self.assertIn(told["license"], self.names)
        types = xml.parse(self.folder / "unpacked/[Content_Types].xml").getroot()
        parts = {each.get("PartName") for each in types if each.get("PartName")}
        self.assertEqual(parts, {f"/{name}" for name in self.names
                                 if not name.startswith(("[Content", "_rels"))})

    def test_project_file_packs_the_same(self):
        project = xml.parse(ROOT / "bindings/csharp/Resock.csproj").getroot()
        packed = [each.get("Include") for each in project.iter("None") if each.get("Pack") == "true"]
        self.assertEqual(packed, ["../../LICENSE", "$(ResockBuild)/runtimes/**"])
        self.assertEqual(project.find(".//TargetFrameworks").text, "netstandard2.0;net8.0")

    def test_a_program_runs_with_what_is_in_it(self):
        application = self.folder / "application"
        shutil.copytree(self.folder / "unpacked/runtimes", application / "runtimes")
        shutil.copy(self.folder / "unpacked/lib/net472/Resock.dll", application)
        shutil.copy(BUILD / "First.exe", application)
        done = subprocess.run(["mono", application / "First.exe"], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.stdout, "arrived: hello\nconfirmed: Received\n", done.stderr)

    def test_a_build_that_is_not_there(self):
        done = subprocess.run([sys.executable, ROOT / "bindings/csharp/package.py", self.folder,
                               self.folder], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Resock.dll", done.stderr)


if __name__ == "__main__":
    unittest.main()
