using System;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// One logical WebSocket connection that outlives its sockets: it connects again by itself, and what was
/// sent is kept until it is confirmed. For any threads. Nothing of the application ever runs on the
/// thread that polls, nor inside a call, so waiting for tasks is allowed everywhere.
/// </summary>
public sealed partial class Link : IDisposable
{
    /// <summary>Its finalizer is the safety net: a link that nobody holds is aborted.</summary>
    private sealed class LinkHandle : SafeHandle
    {
        private readonly LinkCore core;
        internal volatile bool IsDisposedByHand;

        internal LinkHandle(LinkCore core) : base(IntPtr.Zero, true)
        {
            this.core = core;
            SetHandle((IntPtr)1);
        }

        public override bool IsInvalid => false;

        protected override bool ReleaseHandle()
        {
            if (IsDisposedByHand) core.Dispose();
            else core.Abandon();
            return true;
        }
    }

    private static readonly Regex secrets = new Regex(@"(?<=//)[^/?#]*@|[?#].*");
    private readonly LinkHandle handle;
    private readonly Hub hub; // not collected before its links

    private Link(Hub hub, LinkCore core)
    {
        this.hub = hub;
        Core = core;
        core.Keeper.SetLink(this);
        handle = new LinkHandle(core);
    }

    internal LinkCore Core { get; }

    /// <summary>Of an accepted link whose listener has OnRequest: its opening; else null.</summary>
    public Request Request { get; internal set; }

    /// <summary>
    /// Makes a link and waits until its first connection is open, however many attempts that takes; what
    /// cannot get better by itself is thrown, and cancelling aborts the link.
    /// </summary>
    /// <param name="url">ws://host[:port]/path or wss://…; "echo:" sends back what it gets, without
    /// network. Null: that of the options.</param>
    /// <param name="options">Copied; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OptionException">The url is none, or options contradict each other.</exception>
    /// <exception cref="ConnectException">The link has given up; see the classes below it.</exception>
    public static Task<Link> ConnectAsync(string url, LinkOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        try
        {
            return Connected(Open(url, options), cancellationToken);
        }
        catch (ResockException refused)
        {
            return Task.FromException<Link>(refused);
        }
    }

    private static async Task<Link> Connected(Link link, CancellationToken cancellationToken)
    {
        try
        {
            await Cancellation.Wait(link.Core.Opened, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="ConnectAsync"/>, without waiting: messages may be sent at once.</summary>
    public static Link Open(string url, LinkOptions options = null)
    {
        options = options ?? new LinkOptions();
        if (url == null && !options.Has("url")) throw new ArgumentNullException(nameof(url));
        Hub hub = options.Hub ?? Hub.Shared;
        var settings = new LinkSettings(options);
        string name = "the link to " + secrets.Replace(url ?? options.Url, "");
        var link = new Link(hub, new LinkCore(hub.Core, name, settings));
        link.Core.Handlers.Add(options.OnEvent);
        try
        {
            lock (hub.Core.Making)
            {
                ulong made = settings.Use(set =>
                {
                    if (url != null) Native.resock_options_set(set, "url", url);
                    Native.resock_link_open(hub.Core.Handle, set, 0, out ulong opened);
                    return opened;
                });
                Native.resock_link_id(made, out ulong id);
                link.Core.Begin(made, id);
            }
        }
        catch
        {
            link.Dispose();
            throw;
        }
        return link;
    }

    /// <summary>One that a listener has accepted.</summary>
    internal static Link Of(Hub hub, LinkCore core)
    {
        return new Link(hub, core);
    }

    /// <summary>
    /// Raised with everything that happens, one after the other, in order, on the scheduler of the options
    /// or the pool; what a handler throws is logged (<see cref="ResockLog"/>). Where a handler is slow, one
    /// event may say what several would have said. Handlers keep the link from being collected.
    /// LinkOptions.OnEvent misses none, not even the first.
    /// </summary>
    public event EventHandler<LinkEvent> OnEvent
    {
        add { Core.Handlers.Add(value); }
        remove { Core.Handlers.Remove(value); }
    }

    /// <summary>Completes with the first connection; fails if the link ends before.</summary>
    public Task<OpenedEvent> Opened => Core.Opened;

    /// <summary>Completes when the link has ended, with the record of why.</summary>
    public Task<Disconnect> Closed => Core.Closed;

    /// <summary>Where it stands.</summary>
    public State State
    {
        get
        {
            Native.resock_link_state(Core.Handle, out uint state);
            return (State)state;
        }
    }

    /// <summary>Its number in its hub, never used again; it stands in the log.</summary>
    public long Id => (long)Core.Id;

    // ---- the end -------------------------------------------------------------------------------

    /// <summary>
    /// Accepts no more, waits up to close.timeout for confirmation, does the closing handshake; a session
    /// ends. A second call waits for the same end. Cancelling ends the waiting, the link goes on closing.
    /// Messages that arrive meanwhile and find no place are dropped, which is logged.
    /// </summary>
    /// <param name="code">1000, 1001 or 3000 to 4999.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<Disconnect> CloseAsync(int code = 1000, string reason = "",
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (reason == null) throw new ArgumentNullException(nameof(reason));
        return Close(code, Texts.Strict.GetBytes(reason), cancellationToken);
    }

    private async Task<Disconnect> Close(int code, byte[] reason, CancellationToken cancellationToken)
    {
        Core.Inbox.FinishHandedOut();
        Core.StartClosing(code, reason);
        Disconnect record = await Cancellation.Wait(Core.Closed, cancellationToken).ConfigureAwait(false);
        GC.KeepAlive(this);
        return record;
    }

    /// <summary>
    /// Aborts the link where CloseAsync has not ended it: no closing handshake, and what was not confirmed
    /// fails. A session does not end: with outbox.path it goes on the next time.
    /// </summary>
    public void Dispose()
    {
        handle.IsDisposedByHand = true;
        handle.Dispose();
    }

    /// <summary>Where it leads.</summary>
    public override string ToString()
    {
        return Core.ToString();
    }
}
}
