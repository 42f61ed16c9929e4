using System;
using System.IO;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Libraries that are missing, wrong or named by hand, each in a process of its own.</summary>
[TestFixture]
public sealed class LibraryTests
{
    private const int Refused = 3;
    private string folder;

    private static string Natives => Path.GetDirectoryName(ResockLibrary.Path);

    [SetUp]
    public void MakeFolder()
    {
        folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void RemoveFolder()
    {
        Directory.Delete(folder, true);
    }

    private static void AssertRefused(Programs.Outcome outcome, params string[] words)
    {
        Assert.AreEqual(Refused, outcome.Code, outcome.Output);
        foreach (string each in words) StringAssert.Contains(each, outcome.Output);
    }

    [Test]
    public void ByItself()
    {
        Programs.Outcome outcome = Programs.Probe("load");
        Assert.AreEqual("loaded " + ResockLibrary.Version + " " + ResockLibrary.Path, outcome.Output.Trim());
    }

    [Test]
    public void TheOneThatIsNamed()
    {
        string copy = Path.Combine(folder, "libresock.so.0");
        File.Copy(Path.Combine(Natives, "libresock.so.0"), copy);
        foreach (string name in new[] { copy, folder })
        {
            StringAssert.EndsWith(" " + copy, Programs.Probe("load", name).Output.Trim());
            StringAssert.EndsWith(" " + copy, Programs.Probe("load " + name).Output.Trim());
        }
    }

    [Test]
    public void Missing()
    {
        AssertRefused(Programs.Probe("load", folder + "/none.so"), "there is no file", "none.so", "RESOCK_LIBRARY");
        AssertRefused(Programs.Probe("load", folder), "there is no file", "libresock.so.0");
        AssertRefused(Programs.Probe("load /none.so"), "UsePath", "there is no file /none.so");
    }

    [Test]
    public void NotResock()
    {
        string zlib = Environment.GetEnvironmentVariable("RESOCK_TEST_OTHER_LIBRARY");
        AssertRefused(Programs.Probe("load", zlib), "is not a libresock", "resock_abi_version");
    }

    [Test]
    public void WrongVersion()
    {
        string other = Environment.GetEnvironmentVariable("RESOCK_TEST_OTHER_VERSION");
        AssertRefused(Programs.Probe("load", other), "has ABI version 99", "needs 1", "same release");
    }

    [Test]
    public void NoLibraryAtAll()
    {
        string text = Path.Combine(folder, "libresock.so.0");
        File.WriteAllText(text, "not a library");
        AssertRefused(Programs.Probe("load", text), "cannot be loaded");
    }

    [Test]
    public void WrongArchitecture()
    {
        byte[] library = File.ReadAllBytes(Path.Combine(Natives, "libresock.so.0"));
        library[18] = 8; // e_machine: MIPS
        library[19] = 0;
        string other = Path.Combine(folder, "libresock.so.0");
        File.WriteAllBytes(other, library);
        AssertRefused(Programs.Probe("load", other), "cannot be loaded", other);
    }

    [Test]
    public void AnAssemblyWithoutItsNativeHalf()
    {
        foreach (string name in new[] { "Resock.dll", "Probe.exe" })
        {
            File.Copy(Path.Combine(Programs.Folder, name), Path.Combine(folder, name));
        }
        AssertRefused(Programs.Probe("load", null, Path.Combine(folder, "Probe.exe")),
            "libresock_csharp.so", "runtimes");
    }
}
}
