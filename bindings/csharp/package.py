"""Makes the NuGet package without the .NET SDK, of what mono's mcs has built.

    python3 package.py BUILD OUTPUT

BUILD is the folder bindings/csharp of a build tree; the package goes into the folder OUTPUT. Its
assembly is for mono and the .NET Framework (lib/net472); that for .NET and .NET Standard is made by
`dotnet pack` of Resock.csproj, with the same native half.
"""

import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ASSEMBLY = ["Resock.dll", "Resock.xml"]
# So that two packages of the same files are the same.
TIME = (1980, 1, 1, 0, 0, 0)

NUSPEC = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>Resock</id>
    <version>{version}</version>
    <authors>resock</authors>
    <description>A WebSocket that stays up and loses no message.</description>
    <license type="file">LICENSE</license>
    <tags>websocket reconnect heartbeat exactly-once</tags>
  </metadata>
</package>
"""
TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
{files}
</Types>
"""
RELATIONS = """<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest"
                Target="/Resock.nuspec" Id="R1" />
</Relationships>
"""


def contents(build):
    """{name in the package: file}"""
    found = {"LICENSE": ROOT / "LICENSE"}
    found.update({f"lib/net472/{name}": build / name for name in ASSEMBLY})
    found.update({file.relative_to(build).as_posix(): file
                  for file in sorted((build / "runtimes").rglob("*.so*"))})
    missing = [str(file) for file in found.values() if not file.is_file()]
    if missing or not any(name.startswith("runtimes/") for name in found):
        sys.exit(f"{build} has no {', '.join(missing) or 'runtimes'}: build resock_csharp_files first")
    return found


def types(names):
    """Each file by its name, since most have no extension that says anything."""
    return "\n".join(f'  <Override PartName="/{escape(name)}" ContentType="application/octet" />'
                     for name in names)


def main(build, output):
    version = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
    files = contents(Path(build))
    texts = {"[Content_Types].xml": TYPES.format(files=types([*files, "Resock.nuspec"])),
             "_rels/.rels": RELATIONS,
             "Resock.nuspec": NUSPEC.format(version=escape(version))}
    Path(output).mkdir(parents=True, exist_ok=True)
    made = Path(output) / f"Resock.{version}.nupkg"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in texts.items():
            package.writestr(zipfile.ZipInfo(name, TIME), text, zipfile.ZIP_DEFLATED)
        for name, file in files.items():
            package.writestr(zipfile.ZipInfo(name, TIME), file.read_bytes(), zipfile.ZIP_DEFLATED)
    print(made)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
