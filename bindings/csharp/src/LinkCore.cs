using System;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// What there is of a link without the object that people hold. The hub refers to it; it refers to the
/// Link only weakly, or through the Keeper while the link has something to do.
/// </summary>
internal sealed class LinkCore
{
    private readonly HubCore hub;
    private readonly LinkSettings settings;
    private readonly string name;
    private readonly TaskCompletionSource<OpenedEvent> opened = Later<OpenedEvent>();
    private readonly TaskCompletionSource<Disconnect> closed = Later<Disconnect>();
    private long handle;
    private int finished;
    private volatile bool closing;
    private volatile ResockException why;
    private LostEvent lost;

    internal LinkCore(HubCore hub, string name, LinkSettings settings)
    {
        this.hub = hub;
        this.name = name;
        this.settings = settings;
        Handlers = new Handlers(this, settings.Scheduler);
        Sender = new Sender(this, settings);
        Inbox = new Inbox(this, settings.IsDoneByItself);
        // Nobody may look at it.
        opened.Task.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    /// <summary>Whatever waits for it never runs on the thread that completes it.</summary>
    internal static TaskCompletionSource<T> Later<T>()
    {
        return new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal Keeper Keeper { get; } = new Keeper();
    internal Handlers Handlers { get; }
    internal Sender Sender { get; }
    internal Inbox Inbox { get; }
    internal Task<OpenedEvent> Opened => opened.Task;
    internal Task<Disconnect> Closed => closed.Task;
    internal bool IsFinished => Volatile.Read(ref finished) != 0;
    internal bool IsEnding => closing || IsFinished || HandleOrNone == 0;
    internal ulong Id { get; private set; }

    /// <summary>Under the lock of the hub for making.</summary>
    internal void Begin(ulong made, ulong id)
    {
        Volatile.Write(ref handle, (long)made);
        Id = id;
        Sender.Begin();
        hub.Add(id, this);
    }

    internal ulong Handle
    {
        get
        {
            long value = Volatile.Read(ref handle);
            if (value == 0) throw Ended();
            return (ulong)value;
        }
    }

    /// <summary>0 once it was freed, which native functions answer with a status.</summary>
    internal ulong HandleOrNone => (ulong)Volatile.Read(ref handle);

    internal ResockException Ended()
    {
        ResockException cause = why;
        return cause is ClosedException ? new ClosedException(cause.Message, cause.Record)
            : new ClosedException(cause == null ? name + " was disposed" : cause.Message, cause?.Record);
    }

    // ---- by the thread that polls --------------------------------------------------------------

    internal void Event(EventRecord record)
    {
        switch (record.Kind)
        {
        case resock_kind.RESOCK_EVENT_OPEN:
            var open = new OpenedEvent(record);
            opened.TrySetResult(open);
            Handlers.Raise(open);
            break;
        case resock_kind.RESOCK_EVENT_CONFIRMED:
            Sender.Confirmed((Level)record.Int(32), record.Id);
            if (Handlers.Any) Handlers.Raise(new ConfirmedEvent(record));
            break;
        case resock_kind.RESOCK_EVENT_FAILED:
            var failed = new FailedEvent(record);
            Sender.Failed(failed);
            Handlers.Raise(failed);
            break;
        case resock_kind.RESOCK_EVENT_DOWN:
            Handlers.Raise(new DownEvent(record));
            break;
        case resock_kind.RESOCK_EVENT_WRITABLE:
            Sender.Writable();
            Handlers.Raise(new WritableEvent());
            break;
        case resock_kind.RESOCK_EVENT_CREDENTIALS:
            Handlers.Answer(new CredentialsEvent(record), settings.Credentials);
            break;
        case resock_kind.RESOCK_EVENT_LOST:
            lost = new LostEvent(record);
            Handlers.Raise(lost);
            break;
        case resock_kind.RESOCK_EVENT_CLOSED:
            ClosedWith(new Disconnect(record));
            break;
        }
    }

    private void ClosedWith(Disconnect record)
    {
        bool isLost = lost != null && !lost.BegunAnew;
        bool inOrder = closing || (!isLost && (record.CloseCode == 1000 || record.CloseCode == 1001));
        Handlers.Raise(new ClosedEvent(record));
        Finish(inOrder ? new ClosedException(record.Why, record)
            : Failures.Of(record, isLost ? lost : null, opened.Task.IsCompleted), record, inOrder);
    }

    /// <summary>Its events could not be handed on (memory is used up): it is of no use any more.</summary>
    internal void Fail(Exception thrown)
    {
        ResockLog.Write(LogLevel.Error, name + " is aborted: its events cannot be read", thrown);
        var cause = new ClosedException(name + " was aborted: " + thrown.Message);
        Finish(cause, null, false); // whoever receives learns of it
        Free(cause);
    }

    // ---- ending --------------------------------------------------------------------------------

    internal void StartClosing(int code, byte[] reason)
    {
        if (IsFinished) return;
        bool before = closing;
        closing = true; // CLOSED may be polled before the call returns
        try
        {
            Native.resock_link_close(Handle, (uint)code, reason, (UIntPtr)reason.Length);
        }
        catch
        {
            closing = before;
            throw;
        }
        Inbox.StartClosing();
        Sender.Writable();
    }

    /// <summary>Once: nothing comes after it.</summary>
    internal void Finish(ResockException cause, Disconnect record, bool inOrder)
    {
        if (Interlocked.Exchange(ref finished, 1) != 0) return;
        why = cause;
        hub.RemoveLink(Id);
        Sender.Closed(Ended());
        int discarded = Inbox.End(inOrder ? null : cause);
        if (discarded > 0)
        {
            ResockLog.Write(LogLevel.Warning, name + ": " + discarded + " messages that came while it was "
                + "closed were not taken and are dropped");
        }
        opened.TrySetException(cause);
        if (record != null) closed.TrySetResult(record);
        else closed.TrySetException(cause);
        if (record == null) closed.Task.ContinueWith(task => task.Exception);
        Keeper.End();
    }

    /// <summary>Aborts it where it is still open.</summary>
    internal void Free(ResockException cause)
    {
        ulong value = (ulong)Interlocked.Exchange(ref handle, 0);
        if (value != 0) NativePINVOKE.resock_link_free(value);
        // What was thrown away on purpose ends its readers quietly.
        Finish(cause, null, true);
    }

    internal void Dispose()
    {
        Free(new ClosedException(name + " was disposed"));
    }

    /// <summary>Of the finalizer: nobody holds the Link any more, and it has nothing to do.</summary>
    internal void Abandon()
    {
        if (HandleOrNone != 0 && !IsFinished)
        {
            ResockLog.Write(LogLevel.Warning, name + " was never closed and is aborted: use using, or "
                + "CloseAsync");
        }
        Free(new ClosedException(name + " was not closed, and collected as garbage"));
    }

    // ---- calls that a link which has ended ignores ---------------------------------------------

    internal void Done(Message message)
    {
        if (message.Number != 0) NativePINVOKE.resock_link_done(HandleOrNone, (ulong)message.Number);
    }

    /// <summary>0 of a link that was freed.</summary>
    internal long Stat(resock_stat which)
    {
        int status = NativePINVOKE.resock_link_stats(HandleOrNone, (uint)which, out ulong value);
        return status == 0 ? (long)value : 0;
    }

    internal void Hold(bool on)
    {
        NativePINVOKE.resock_link_hold(HandleOrNone, on ? 1 : 0);
    }

    /// <summary>Throws what is wrong with them; null, which is nothing wrong, never does.</summary>
    internal void AnswerCredentials(long request, LinkOptions options)
    {
        if (options == null) NativePINVOKE.resock_link_credentials(HandleOrNone, (ulong)request, 0);
        else options.Use(set =>
        {
            Native.resock_link_credentials(HandleOrNone, (ulong)request, set);
            return 0;
        });
    }

    public override string ToString()
    {
        return name;
    }
}
}
