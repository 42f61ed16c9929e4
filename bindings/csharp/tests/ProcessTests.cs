using System;
using System.Linq;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Ends of processes and domains, the collector, and many cycles.</summary>
[TestFixture]
public sealed class ProcessTests
{
    [Test]
    public void AProcessMayEndWithOpenLinks()
    {
        foreach (string how in new[] { "return", "exit" })
        {
            for (int i = 0; i < 5; i++)
            {
                Programs.Outcome outcome = Programs.Probe(how);
                Assert.AreEqual(0, outcome.Code, outcome.Output);
                Assert.AreEqual("open", outcome.Output.Trim());
            }
        }
        Programs.Outcome thrown = Programs.Probe("throw");
        Assert.AreEqual(1, thrown.Code);
        StringAssert.Contains("thrown on purpose", thrown.Output);
    }

    [Test]
    public void ADomainMayBeUnloadedWithOpenLinks()
    {
        Programs.Outcome outcome = Programs.Probe("unload");
        Assert.AreEqual(0, outcome.Code, outcome.Output);
        Assert.AreEqual("unloaded", outcome.Lines.Last());
    }

    [Test]
    public void TheCollectorMayRunAtAnyMoment()
    {
        Programs.Outcome outcome = Programs.Probe("collect");
        Assert.AreEqual("collected", outcome.Output.Trim());
    }

    [TestCase("cycles", 10000)]
    [TestCase("listener-cycles", 2000)]
    [TestCase("hub-cycles", 2000)]
    public void CyclesLeaveNothingBehind(string which, int count)
    {
        Programs.Outcome outcome = Programs.Probe(which + " " + count);
        Assert.AreEqual(0, outcome.Code, outcome.Output);
        long[] before = Numbers(outcome.Lines[0]);
        long[] after = Numbers(outcome.Lines[1]);
        // What a leak of 1 KiB for each of 10,000 cycles would pass; allocators play with less.
        Assert.Less(after[0] - before[0], 8 * 1024, "KiB resident: " + outcome.Output);
        Assert.Less(after[1] - before[1], 256, "KiB of heap: " + outcome.Output);
        Assert.LessOrEqual(after[2], before[2], "descriptors: " + outcome.Output);
        Assert.LessOrEqual(after[3], before[3], "threads: " + outcome.Output);
    }

    private static long[] Numbers(string line)
    {
        return line.Split(' ').Select(long.Parse).ToArray();
    }
}
}
