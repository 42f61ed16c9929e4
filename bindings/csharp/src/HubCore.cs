using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Resock
{
/// <summary>A hub without the object that people hold: its thread polls and hands on.</summary>
internal sealed class HubCore
{
    private const int Capacity = 256 * 1024;
    /// <summary>After so many polls that an ordinary buffer would have held, a larger one goes.</summary>
    private const int LargeFor = 64;
    private const int RetryMs = 100;
    private const uint Forever = uint.MaxValue;

    private static readonly ConcurrentDictionary<HubCore, bool> all = new ConcurrentDictionary<HubCore, bool>();
    private static int numbers;

    private readonly ulong handle;
    private readonly Thread poller;
    private readonly ConcurrentDictionary<ulong, LinkCore> links = new ConcurrentDictionary<ulong, LinkCore>();
    private readonly ConcurrentDictionary<ulong, ListenerCore> listeners =
        new ConcurrentDictionary<ulong, ListenerCore>();
    private int closed;
    private ClosedException why = new ClosedException("the hub was disposed");

    static HubCore()
    {
        // A domain waits for its threads, and they for events: nothing is left to wait for.
        AppDomain.CurrentDomain.DomainUnload += (sender, arguments) => CloseAll();
        AppDomain.CurrentDomain.ProcessExit += (sender, arguments) => CloseAll();
    }

    internal HubCore(HubOptions options)
    {
        handle = options == null ? Create(0) : options.Use(Create);
        all[this] = true;
        poller = new Thread(Run)
        {
            IsBackground = true,
            Name = "resock-poller-" + Interlocked.Increment(ref numbers)
        };
        poller.Start();
    }

    private static ulong Create(ulong options)
    {
        Native.resock_hub_create(options, out ulong made);
        return made;
    }

    private static void CloseAll()
    {
        foreach (HubCore each in all.Keys) each.Close();
    }

    internal ulong Handle
    {
        get
        {
            if (Volatile.Read(ref closed) != 0) throw new ClosedException(why.Message);
            return handle;
        }
    }

    /// <summary>
    /// Locked while something is made: its first event may be polled before it is known here.
    /// </summary>
    internal object Making { get; } = new object();

    // ---- who is there --------------------------------------------------------------------------

    internal void Add(ulong id, LinkCore link)
    {
        links[id] = link;
    }

    internal void Add(ulong id, ListenerCore listener)
    {
        listeners[id] = listener;
    }

    internal void RemoveLink(ulong id)
    {
        links.TryRemove(id, out LinkCore _);
    }

    internal void RemoveListener(ulong id)
    {
        listeners.TryRemove(id, out ListenerCore _);
    }

    /// <summary>Null: it was freed.</summary>
    internal LinkCore FindLink(ulong id)
    {
        return Find(links, id);
    }

    /// <summary>Null: it was freed.</summary>
    internal ListenerCore FindListener(ulong id)
    {
        return Find(listeners, id);
    }

    private T Find<T>(ConcurrentDictionary<ulong, T> where, ulong id) where T : class
    {
        if (where.TryGetValue(id, out T found)) return found;
        lock (Making) return where.TryGetValue(id, out found) ? found : null;
    }

    // ---- polling -------------------------------------------------------------------------------

    // The memory is not the collector's, so it stays where it is while native code writes into it.
    private void Run()
    {
        var reader = new EventReader(this);
        int capacity = Capacity;
        int smallOnes = 0;
        IntPtr buffer = Marshal.AllocHGlobal(capacity);
        try
        {
            for (;;)
            {
                int status = NativePINVOKE.resock_hub_poll_packed(handle, Forever, (UIntPtr)(uint)capacity,
                    buffer, out UIntPtr written);
                int bytes = (int)Math.Min((ulong)written, int.MaxValue);
                if (status == (int)Status.TooSmall)
                {
                    Resize(ref buffer, ref capacity, (int)Math.Min(int.MaxValue, bytes + bytes / 4L));
                    continue;
                }
                if (status != 0)
                {
                    Stopped(status);
                    break;
                }
                reader.Read(buffer, bytes);
                smallOnes = bytes > Capacity ? 0 : smallOnes + 1;
                if (capacity > Capacity && smallOnes > LargeFor) Resize(ref buffer, ref capacity, Capacity);
            }
        }
        finally
        {
            Marshal.FreeHGlobal(buffer);
        }
        End();
    }

    /// <summary>Nothing is lost where memory is short: the message waits in the library.</summary>
    private static void Resize(ref IntPtr buffer, ref int capacity, int wanted)
    {
        try
        {
            IntPtr other = Marshal.AllocHGlobal(wanted);
            Marshal.FreeHGlobal(buffer);
            buffer = other;
            capacity = wanted;
        }
        catch (OutOfMemoryException exception)
        {
            ResockLog.Write(LogLevel.Error, "a message waits for " + wanted
                + " bytes of memory: lower message.max", exception);
            Thread.Sleep(RetryMs);
        }
    }

    /// <summary>Without events the hub is of no use any more.</summary>
    private void Stopped(int status)
    {
        if (Volatile.Read(ref closed) != 0) return;
        why = new ClosedException("the hub was ended: its events cannot be polled: " + Failures.Of(status).Message);
        ResockLog.Write(LogLevel.Error, why.Message);
    }

    private void End()
    {
        Free();
        all.TryRemove(this, out bool _);
        List<LinkCore> left;
        List<ListenerCore> leftListeners;
        lock (Making) // what was being made is there now, and nothing comes after it
        {
            left = new List<LinkCore>(links.Values);
            leftListeners = new List<ListenerCore>(listeners.Values);
        }
        foreach (LinkCore link in left) link.Finish(why, null, false);
        foreach (ListenerCore listener in leftListeners) listener.Finish();
    }

    /// <summary>By whoever comes first: who closes it, or its thread. False: it was freed before.</summary>
    private bool Free()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return false;
        NativePINVOKE.resock_hub_free(handle);
        return true;
    }

    /// <summary>Aborts what is open. No code of the application runs on the thread that it waits for.</summary>
    internal void Close()
    {
        // Else a finalizer might wait for a thread that was finalized before it.
        if (Free()) poller.Join();
    }
}
}
