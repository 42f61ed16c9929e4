using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Resock;

/// <summary>
/// What needs a process of its own: loading the library, leaving with open links, many cycles.
/// `Probe.exe WHAT`; it prints what the tests look for.
/// </summary>
internal static class Probe
{
    private static int Main(string[] arguments)
    {
        switch (arguments[0])
        {
        case "load": return Load(arguments.Skip(1).FirstOrDefault());
        case "return": OpenLinks(); return 0;
        case "exit": OpenLinks(); Environment.Exit(0); return 1;
        case "throw": OpenLinks(); throw new InvalidOperationException("thrown on purpose");
        case "unload": return Unload();
        case "collect": return Collect();
        case "cycles": return Cycles(int.Parse(arguments[1]), Cycle);
        case "listener-cycles": return Cycles(int.Parse(arguments[1]), ListenerCycle);
        case "hub-cycles": return Cycles(int.Parse(arguments[1]), HubCycle);
        default: return 2;
        }
    }

    // ---- loading -------------------------------------------------------------------------------

    private static int Load(string path)
    {
        try
        {
            if (path != null) ResockLibrary.UsePath(path);
            Console.WriteLine("loaded " + ResockLibrary.Version + " " + ResockLibrary.Path);
            return 0;
        }
        catch (LibraryException failure)
        {
            Console.WriteLine("LibraryException: " + failure.Message);
            return Again(failure.Message);
        }
    }

    /// <summary>The second attempt tells the same as the first.</summary>
    private static int Again(string message)
    {
        try
        {
            new LinkOptions();
            return 4;
        }
        catch (LibraryException failure)
        {
            return failure.Message == message ? 3 : 4;
        }
    }

    // ---- leaving -------------------------------------------------------------------------------

    private static readonly List<object> open = new List<object>();

    /// <summary>Busy ones: messages under way both ways, somebody who waits, handlers.</summary>
    private static void OpenLinks()
    {
        Listener listener = Listener.Open("ws://127.0.0.1:0");
        open.Add(listener);
        for (int i = 0; i < 5; i++)
        {
            Link link = Link.Open(i % 2 == 0 ? "echo:" : listener.Address);
            link.OnEvent += (sender, happened) => { };
            open.Add(link);
            open.Add(link.SendManyAsync(Enumerable.Repeat(new byte[100], 1000)));
            open.Add(link.ReceiveAsync());
        }
        open.Add(listener.AcceptAsync());
        Console.WriteLine("open");
    }

    private static int Unload()
    {
        for (int i = 0; i < 5; i++)
        {
            AppDomain other = AppDomain.CreateDomain("other " + i);
            other.DoCallBack(OpenLinks);
            AppDomain.Unload(other);
        }
        Console.WriteLine("unloaded");
        return 0;
    }

    // ---- the collector -------------------------------------------------------------------------

    /// <summary>Collects without a pause while messages, receipts, handlers and links come and go.</summary>
    private static int Collect()
    {
        bool done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        for (int i = 0; i < 20; i++) Abandoned().Wait();
        for (int i = 0; i < 20; i++) Used().Wait();
        Volatile.Write(ref done, true);
        collector.Join();
        Console.WriteLine("collected");
        return 0;
    }

    /// <summary>Nobody holds the link, yet what it was asked for comes.</summary>
    private static async Task Abandoned()
    {
        Receipt receipt = await Link.Open("echo:").SendAsync("kept until it is confirmed");
        await receipt.ConfirmedAsync();
        Task<Message> message = Listening();
        if ((await message).Text != "once") throw new InvalidDataException("not what was sent");
    }

    private static Task<Message> Listening()
    {
        Link link = Link.Open("echo:");
        link.SendAsync("once").Wait();
        return link.ReceiveAsync();
    }

    private static async Task Used()
    {
        using (Link link = await Link.ConnectAsync("echo:"))
        {
            int confirmed = 0;
            link.OnEvent += (sender, happened) => Interlocked.Increment(ref confirmed);
            for (int i = 0; i < 50; i++) await link.SendAsync(new byte[i * 100]);
            for (int i = 0; i < 50; i++)
            {
                if ((await link.ReceiveAsync()).Data.Length != i * 100) throw new InvalidDataException("size");
            }
            await link.CloseAsync();
        }
    }

    // ---- cycles --------------------------------------------------------------------------------

    private static async Task Cycle()
    {
        using (Link link = await Link.ConnectAsync("echo:"))
        {
            Receipt receipt = await link.SendAsync("hello", new SendOptions { Flush = true });
            if ((await link.ReceiveAsync()).Text != "hello") throw new InvalidDataException("not hello");
            await receipt.ConfirmedAsync();
            await link.CloseAsync();
        }
    }

    private static async Task ListenerCycle()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task<Link> accepted = listener.AcceptAsync();
            using (Link link = await Link.ConnectAsync(listener.Address))
            using (Link peer = await accepted)
            {
                await peer.SendAsync("hello");
                await link.ReceiveAsync();
                await link.CloseAsync();
            }
        }
    }

    private static async Task HubCycle()
    {
        using (var hub = new Hub())
        using (Link link = await Link.ConnectAsync("echo:", new LinkOptions { Hub = hub }))
        {
            await link.SendAsync("hello");
            await link.ReceiveAsync();
        }
    }

    private static int Cycles(int count, Func<Task> cycle)
    {
        for (int i = 0; i < count / 10; i++) cycle().Wait();
        string before = Numbers();
        for (int i = 0; i < count; i++) cycle().Wait();
        Console.WriteLine(before);
        Console.WriteLine(Numbers());
        return 0;
    }

    /// <summary>Resident KiB, KiB of the heap, descriptors, threads of ours.</summary>
    private static string Numbers()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string resident = File.ReadLines("/proc/self/status").First(each => each.StartsWith("VmRSS:"));
        int threads = Directory.GetDirectories("/proc/self/task").Select(NameOf)
            .Count(each => each.StartsWith("resock"));
        return resident.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries)[1] + " "
            + GC.GetTotalMemory(true) / 1024 + " " + Directory.GetFileSystemEntries("/proc/self/fd").Length
            + " " + threads;
    }

    private static string NameOf(string task)
    {
        return File.ReadAllText(task + "/comm");
    }
}
