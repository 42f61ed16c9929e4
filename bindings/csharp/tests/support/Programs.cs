using System.Diagnostics;
using System.IO;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Runs Probe.exe, which stands beside the tests, in a process of its own.</summary>
internal static class Programs
{
    private const int MostMs = 300000;

    internal sealed class Outcome
    {
        internal int Code;
        internal string Output;
        internal string[] Lines => Output.Trim().Split('\n');
    }

    internal static string Folder => Path.GetDirectoryName(typeof(Programs).Assembly.Location);

    internal static Outcome Probe(string words, string library = null, string program = null)
    {
        var start = new ProcessStartInfo("mono", "\"" + (program ?? Path.Combine(Folder, "Probe.exe")) + "\" " + words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.EnvironmentVariables[ResockLibrary.Variable] = library ?? "";
        using (Process process = Process.Start(start))
        {
            System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
            System.Threading.Tasks.Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(MostMs))
            {
                process.Kill();
                Assert.Fail("Probe.exe " + words + " did not end");
            }
            return new Outcome { Code = process.ExitCode, Output = output.Result + errors.Result };
        }
    }
}
}
