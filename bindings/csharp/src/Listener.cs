using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// The accepting side. Each connection becomes a <see cref="Link"/>, by the options alone or as
/// <see cref="ListenerOptions.OnRequest"/> answers. Clients that speak resock.v1 get a session on the
/// same port.
/// </summary>
public sealed class Listener : IDisposable
{
    private const int HandlerFailed = 4500;

    /// <summary>Its finalizer is the safety net.</summary>
    private sealed class ListenerHandle : SafeHandle
    {
        private readonly ListenerCore core;

        internal ListenerHandle(ListenerCore core) : base(IntPtr.Zero, true)
        {
            this.core = core;
            SetHandle((IntPtr)1);
        }

        public override bool IsInvalid => false;

        protected override bool ReleaseHandle()
        {
            core.Free();
            return true;
        }
    }

    private readonly ListenerCore core;
    private readonly ListenerHandle handle;
    private readonly Hub hub; // not collected before its listeners
    private readonly int count;

    private Listener(Hub hub, ListenerCore core, int count)
    {
        this.hub = hub;
        this.core = core;
        this.count = count;
        handle = new ListenerHandle(core);
    }

    /// <summary>Binds and listens.</summary>
    /// <param name="url">ws://127.0.0.1:8080, wss://… or unix:PATH; port 0 lets the system choose. Further
    /// ones by AddListenUrl; null: only those.</param>
    /// <param name="options">Copied; null: the defaults.</param>
    /// <exception cref="OptionException">Options contradict each other, or a certificate cannot be
    /// used.</exception>
    /// <exception cref="ResockException">With Status.Io: the address is in use or not there.</exception>
    public static Listener Open(string url, ListenerOptions options = null)
    {
        options = Copy(options ?? new ListenerOptions());
        if (url == null && !options.Has("listen.url")) throw new ArgumentNullException(nameof(url));
        Hub hub = options.Hub ?? Hub.Shared;
        var settings = new LinkSettings(options);
        var core = new ListenerCore(hub, settings, options.OnRequest);
        int count = (url == null ? 0 : 1) + options.Get("listen.url").Split('\n').Count(each => each.Length > 0);
        lock (hub.Core.Making)
        {
            ulong made = settings.Use(set =>
            {
                if (url != null) Native.resock_options_set(set, "listen.url", url);
                if (options.OnRequest != null) Native.resock_options_set(set, "listen.accept", "ask");
                Native.resock_listener_open(hub.Core.Handle, set, out ulong opened);
                return opened;
            });
            Native.resock_listener_id(made, out ulong id);
            core.Begin(made, id);
        }
        return new Listener(hub, core, count);
    }

    /// <summary>Its links ask for them as long as they come.</summary>
    private static ListenerOptions Copy(ListenerOptions options)
    {
        var copy = new ListenerOptions
        {
            Hub = options.Hub,
            Scheduler = options.Scheduler,
            OnRequest = options.OnRequest
        };
        copy.CopyFrom(options);
        return copy;
    }

    /// <summary>Where it listens, with the ports that the system chose: "ws://127.0.0.1:41234".</summary>
    public IReadOnlyList<string> Addresses => Enumerable.Range(0, count).Select(AddressOf).ToArray();

    /// <summary>The one of Open, or the last that was set.</summary>
    public string Address => AddressOf(count - 1);

    private string AddressOf(int index)
    {
        Native.resock_listener_address(core.Handle, (UIntPtr)(uint)index, out string address);
        return address;
    }

    /// <summary>The next link; null once no more come. Its messages wait until somebody takes them.</summary>
    public Task<Link> AcceptAsync(CancellationToken cancellationToken = default(CancellationToken))
    {
        return core.Take(cancellationToken);
    }

    /// <summary>
    /// Accepts links and calls the handler for each; its end closes the link. What it throws is logged and
    /// closes with 4500; ClosedException is its usual end. Completes once no more links come and all
    /// handlers have returned; cancelling only stops accepting here.
    /// </summary>
    public Task RunAsync(Func<Link, Task> handler,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        return Run(handler, cancellationToken);
    }

    private async Task Run(Func<Link, Task> handler, CancellationToken cancellationToken)
    {
        var running = new Dictionary<Link, Task>();
        try
        {
            for (;;)
            {
                Link link = await AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (link == null) break;
                lock (running) running[link] = Task.Run(() => Handle(link, handler, running));
            }
        }
        finally
        {
            Task[] left;
            lock (running) left = running.Values.ToArray();
            await Task.WhenAll(left).ConfigureAwait(false);
        }
    }

    private static async Task Handle(Link link, Func<Link, Task> handler, Dictionary<Link, Task> running)
    {
        using (link)
        {
            int code = 1000;
            try
            {
                await handler(link).ConfigureAwait(false);
            }
            catch (ClosedException)
            {
            }
            catch (Exception thrown)
            {
                ResockLog.Write(LogLevel.Error, "the handler of " + link + " has thrown", thrown);
                code = HandlerFailed;
            }
            await CloseQuietly(link, code).ConfigureAwait(false);
        }
        lock (running) running.Remove(link);
    }

    private static async Task CloseQuietly(Link link, int code)
    {
        try
        {
            await link.CloseAsync(code).ConfigureAwait(false);
        }
        catch (ClosedException)
        {
            // Disposed by the handler, or its hub was.
        }
    }

    /// <summary>
    /// Shuts down in order: accepts no more and closes the links, which get as long to have their messages
    /// confirmed; those that take longer are cut. Completes with the end of the last link.
    /// </summary>
    /// <param name="timeout">Timeout.InfiniteTimeSpan: no end.</param>
    /// <param name="code">1001 (going away) or 1012 (service restart: clients spread their return).</param>
    /// <param name="url">Where clients of sessions are to go on; null: where they were.</param>
    /// <param name="finish">Sessions cannot move: their clients end them and open new ones.</param>
    /// <param name="cancellationToken">Ends the waiting, the listener goes on draining.</param>
    public Task DrainAsync(TimeSpan timeout, int code = 1001, string url = null, bool finish = false,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        double ms = Math.Ceiling(timeout.TotalMilliseconds);
        if (timeout != Timeout.InfiniteTimeSpan && (ms < 0 || ms >= uint.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout,
                "0 to 4,294,967,294 ms, or Timeout.InfiniteTimeSpan");
        }
        uint timeoutMs = timeout == Timeout.InfiniteTimeSpan ? uint.MaxValue : (uint)ms;
        return Closing(() =>
        {
            if (url == null && !finish) Native.resock_listener_drain(core.Handle, (uint)code, timeoutMs);
            else
            {
                Native.resock_listener_drain_to(core.Handle, (uint)code, timeoutMs, url,
                    finish ? (uint)resock_drain_flag.RESOCK_DRAIN_FINISH : 0);
            }
        }, cancellationToken);
    }

    /// <summary>Accepts no more; the links stay. Completes with the end of the last link.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default(CancellationToken))
    {
        return Closing(() => Native.resock_listener_close(core.Handle), cancellationToken);
    }

    /// <summary>Wrong arguments are thrown at once, what the library refuses by the task.</summary>
    private Task Closing(Action begin, CancellationToken token)
    {
        try
        {
            begin();
        }
        catch (ResockException refused)
        {
            return Task.FromException(refused);
        }
        return Closed(token);
    }

    private async Task Closed(CancellationToken token)
    {
        core.StopTaking();
        await Cancellation.Wait(core.Closed, token).ConfigureAwait(false);
        GC.KeepAlive(this);
    }

    /// <summary>Reads the certificate again, and tells what is wrong with it.</summary>
    public void Reload()
    {
        Native.resock_listener_reload(core.Handle);
    }

    /// <summary>Numbers, as one line of JSON (docs/listener.md).</summary>
    public string StatsJson()
    {
        Native.resock_listener_stats_json(core.Handle, out string json);
        return json;
    }

    /// <summary>The last 64 connections that did not become links, as JSON, oldest first.</summary>
    public string HistoryJson()
    {
        Native.resock_listener_history_json(core.Handle, out string json);
        return json;
    }

    /// <summary>Accepts no more and refuses what waits; links that were taken stay.</summary>
    public void Dispose()
    {
        handle.Dispose();
    }
}
}
