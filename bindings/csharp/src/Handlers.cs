using System;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// Calls code of the application: one call after the other, in order, on the scheduler that it chose and
/// never on the thread that polls. What it throws is logged.
/// </summary>
internal sealed class Handlers
{
    private readonly LinkCore link;
    private readonly TaskScheduler scheduler;
    private readonly object gate = new object();
    private EventHandler<LinkEvent> handlers;
    private readonly PendingCalls calls = new PendingCalls();
    private TaskScheduler serial;
    private bool isCalling;

    internal Handlers(LinkCore link, TaskScheduler scheduler)
    {
        this.link = link;
        this.scheduler = scheduler;
    }

    internal bool Any => Volatile.Read(ref handlers) != null;

    internal void Add(EventHandler<LinkEvent> handler)
    {
        lock (gate)
        {
            if (handlers == null && handler != null) link.Keeper.Add();
            handlers += handler;
        }
    }

    internal void Remove(EventHandler<LinkEvent> handler)
    {
        lock (gate)
        {
            bool had = handlers != null;
            handlers -= handler;
            if (had && handlers == null) link.Keeper.Remove();
        }
    }

    internal void Raise(LinkEvent happened)
    {
        EventHandler<LinkEvent> to = Volatile.Read(ref handlers);
        if (to == null) return;
        lock (gate)
        {
            // Held until the call is made, so that a ClosedEvent still has its sender.
            calls.Add(to, link.Keeper.Link, happened);
            if (isCalling) return;
            isCalling = true;
            if (serial == null) serial = new ConcurrentExclusiveSchedulerPair(scheduler).ExclusiveScheduler;
        }
        CallNext();
    }

    private void CallNext()
    {
        Task.Factory.StartNew(CallOne, CancellationToken.None, TaskCreationOptions.DenyChildAttach, serial);
    }

    private void CallOne()
    {
        PendingCalls.Call next;
        lock (gate) next = calls.Take();
        try
        {
            next.To(next.From, next.Event);
        }
        catch (Exception thrown)
        {
            ResockLog.Write(LogLevel.Error, "a handler of events of " + link + " has thrown", thrown);
        }
        lock (gate)
        {
            isCalling = calls.Any;
            if (!isCalling) return;
        }
        CallNext();
    }

    /// <summary>Asks the application, and hands in what it gives; none where it gives none.</summary>
    internal void Answer(CredentialsEvent asked, Func<CredentialsEvent, Task<LinkOptions>> credentials)
    {
        Raise(asked);
        if (credentials == null)
        {
            link.AnswerCredentials(asked.RequestId, null);
            return;
        }
        Task.Factory.StartNew(() => Ask(asked, credentials), CancellationToken.None,
            TaskCreationOptions.DenyChildAttach, scheduler);
    }

    private async Task Ask(CredentialsEvent asked, Func<CredentialsEvent, Task<LinkOptions>> credentials)
    {
        try
        {
            link.AnswerCredentials(asked.RequestId, await credentials(asked));
        }
        catch (ClosedException) when (link.IsEnding)
        {
            // Nobody waits for them any more.
        }
        catch (Exception thrown)
        {
            ResockLog.Write(LogLevel.Error, "the credentials of " + link
                + " have thrown or cannot be used: there are none", thrown);
            link.AnswerCredentials(asked.RequestId, null);
        }
    }
}
}
