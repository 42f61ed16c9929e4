using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>The end of a hub at moments that only a look inside can choose.</summary>
[TestFixture]
public sealed class HubTests
{
    [DllImport("libdl.so.2")]
    private static extern IntPtr dlsym(IntPtr library, string name);

    [DllImport("libresock.so.0")]
    private static extern int resock_hub_fd(ulong hub, out int descriptor);

    [DllImport("libresock.so.0")]
    private static extern int resock_hub_dispatch(ulong hub, IntPtr callback, IntPtr user);

    // Not inlined: mono looks for native functions of a method before it runs, when nothing is loaded yet.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeEvents(ulong hub)
    {
        return resock_hub_dispatch(hub, dlsym(IntPtr.Zero, "resock_event_free"), IntPtr.Zero);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Status StatusOf(ulong hub)
    {
        return (Status)resock_hub_fd(hub, out int _);
    }

    /// <summary>It waits for a lock, or has ended: so it does not poll.</summary>
    private static void DoesNotPoll(Thread poller)
    {
        while ((poller.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) == 0) Thread.Yield();
    }

    [Test]
    public async Task ALinkThatIsMadeMeanwhileEndsWithItsHub()
    {
        using (var hub = new Hub())
        {
            object core = Inside.Get(hub, "Core");
            object settings = Inside.New("LinkSettings", new LinkOptions());
            object link = Inside.New("LinkCore", core, "a link", settings);
            Task disposing;
            lock (Inside.Get(core, "Making")) // as Link.Open does
            {
                disposing = Task.Run(() => hub.Dispose());
                DoesNotPoll((Thread)Inside.Get(core, "poller"));
                Inside.Call(link, "Begin", 0UL, 1UL);
            }
            await disposing.Within();
            await ((Task<OpenedEvent>)Inside.Get(link, "Opened")).Throws<ClosedException>();
        }
    }

    [Test]
    public async Task AHubThatCannotPollIsFreedAndSaysWhy()
    {
        using (var log = new LogRecorder())
        using (var hub = new Hub())
        using (Link link = await Link.ConnectAsync("echo:", new LinkOptions { Hub = hub }).Within())
        using (Link other = await Link.ConnectAsync("echo:", new LinkOptions { Hub = hub }).Within())
        {
            object core = Inside.Get(hub, "Core");
            var poller = (Thread)Inside.Get(core, "poller");
            var handle = (ulong)Inside.Get(core, "handle");
            lock (Inside.Get(core, "Making"))
            {
                // With an event of a link that it does not know it looks for who makes one.
                Inside.Call(core, "RemoveLink", (ulong)other.Id);
                other.SendAsync("x").Wait();
                DoesNotPoll(poller);
                // From now on another takes the events.
                Assert.AreEqual(0, TakeEvents(handle));
            }
            await link.ReceiveAsync().Throws<ClosedException>();
            poller.Join();
            Assert.AreEqual(Status.Handle, StatusOf(handle));
            await log.Next(line => line.Level == LogLevel.Error && line.Text.Contains("dispatcher")).Within();
            var closed = Assert.Throws<ClosedException>(() => Link.Open("echo:", new LinkOptions { Hub = hub }));
            StringAssert.Contains("dispatcher", closed.Message);
        }
    }
}
}
