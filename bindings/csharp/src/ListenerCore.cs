using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>What there is of a listener without the object that people hold.</summary>
internal sealed class ListenerCore
{
    private const int ServerError = 500;

    private readonly Hub hub;
    private readonly LinkSettings settings;
    private readonly Func<Request, Task<Answer>> onRequest;
    private readonly object gate = new object();
    private readonly Queue<Link> waiting = new Queue<Link>();
    private readonly LinkedList<TaskCompletionSource<Link>> takers = new LinkedList<TaskCompletionSource<Link>>();
    private readonly TaskCompletionSource<bool> closed = LinkCore.Later<bool>();
    private bool ended;
    private long handle;

    internal ListenerCore(Hub hub, LinkSettings settings, Func<Request, Task<Answer>> onRequest)
    {
        this.hub = hub;
        this.settings = settings;
        this.onRequest = onRequest;
    }

    internal Task<bool> Closed => closed.Task;
    internal bool IsFreed => Volatile.Read(ref handle) == 0;
    private ulong Id { get; set; }

    /// <summary>Under the lock of the hub for making.</summary>
    internal void Begin(ulong made, ulong id)
    {
        Volatile.Write(ref handle, (long)made);
        Id = id;
        hub.Core.Add(id, this);
    }

    internal ulong Handle
    {
        get
        {
            long value = Volatile.Read(ref handle);
            if (value == 0) throw new ClosedException("the listener was disposed");
            return (ulong)value;
        }
    }

    // ---- requests ------------------------------------------------------------------------------

    internal void Requested(EventRecord record, LinkCore session)
    {
        var request = new Request(record, session?.Keeper.Link);
        if (onRequest == null)
        {
            Apply(request, Answer.Accept, session);
            return;
        }
        Task.Factory.StartNew(() => Decide(request, session), CancellationToken.None,
            TaskCreationOptions.DenyChildAttach, settings.Scheduler);
    }

    private async Task Decide(Request request, LinkCore session)
    {
        Answer answer;
        try
        {
            answer = await onRequest(request) ?? throw new InvalidOperationException(
                "OnRequest gave null: give Answer.Accept or Answer.Refuse");
        }
        catch (Exception thrown)
        {
            ResockLog.Write(LogLevel.Error, "OnRequest has thrown: the client gets a 500", thrown);
            answer = Answer.Refuse(ServerError);
        }
        Apply(request, answer, session);
    }

    private void Apply(Request request, Answer answer, LinkCore session)
    {
        try
        {
            if (answer.Status != 0) Refuse(request, answer);
            else if (session != null) AcceptToken(request, answer.Options);
            else Accept(request, answer.Options);
        }
        catch (ResockException refused)
        {
            ResockLog.Write(LogLevel.Warning, request + " could not be answered: " + refused.Message);
            // Of no effect where the client has gone, or the answer came too late.
            NativePINVOKE.resock_listener_refuse((ulong)Volatile.Read(ref handle), request.Id, ServerError, null,
                Array.Empty<byte>(), UIntPtr.Zero);
        }
    }

    private void Refuse(Request request, Answer answer)
    {
        Native.resock_listener_refuse(Handle, request.Id, (uint)answer.Status, answer.Fields, answer.Body,
            (UIntPtr)answer.Body.Length);
    }

    private void AcceptToken(Request request, ListenerOptions own)
    {
        if (own == null) Native.resock_listener_accept(Handle, request.Id, 0, 0, out ulong _);
        else own.Use(set =>
        {
            Native.resock_listener_accept(Handle, request.Id, set, 0, out ulong none);
            return 0;
        });
    }

    private void Accept(Request request, ListenerOptions own)
    {
        LinkSettings its = own == null ? settings : new LinkSettings(own, settings);
        lock (hub.Core.Making)
        {
            ulong made = own == null ? Accept(request, 0) : its.Use(set => Accept(request, set));
            Native.resock_link_id(made, out ulong id);
            Take(made, id, its, request);
        }
    }

    private ulong Accept(Request request, ulong options)
    {
        Native.resock_listener_accept(Handle, request.Id, options, 0, out ulong made);
        return made;
    }

    // ---- links ---------------------------------------------------------------------------------

    /// <summary>By the options alone.</summary>
    internal void Accepted(ulong linkId, ulong made)
    {
        Take(made, linkId, settings, null);
    }

    private void Take(ulong made, ulong id, LinkSettings its, Request request)
    {
        var core = new LinkCore(hub.Core, "accepted link " + id, its);
        Link link = Link.Of(hub, core);
        link.Request = request;
        core.Begin(made, id);
        lock (gate)
        {
            if (ended)
            {
                link.Dispose();
            }
            else if (takers.Count > 0)
            {
                TaskCompletionSource<Link> first = takers.First.Value;
                takers.RemoveFirst();
                first.TrySetResult(link);
            }
            else
            {
                waiting.Enqueue(link);
            }
        }
    }

    /// <summary>Null once no more come.</summary>
    internal Task<Link> Take(CancellationToken token)
    {
        if (token.IsCancellationRequested) return Task.FromCanceled<Link>(token);
        LinkedListNode<TaskCompletionSource<Link>> taker;
        lock (gate)
        {
            if (waiting.Count > 0) return Task.FromResult(waiting.Dequeue());
            if (ended) return Task.FromResult<Link>(null);
            taker = takers.AddLast(LinkCore.Later<Link>());
        }
        return Cancellation.Wait(taker.Value, token, () =>
        {
            lock (gate)
            {
                if (taker.List == null) return false;
                takers.Remove(taker);
                return true;
            }
        });
    }

    // ---- the end -------------------------------------------------------------------------------

    /// <summary>No more links come; those that wait may still be taken.</summary>
    internal void StopTaking()
    {
        lock (gate)
        {
            ended = true;
            while (takers.Count > 0)
            {
                takers.First.Value.TrySetResult(null);
                takers.RemoveFirst();
            }
        }
    }

    internal void Finish()
    {
        hub.Core.RemoveListener(Id);
        StopTaking();
        closed.TrySetResult(true);
    }

    /// <summary>Links that were taken stay, the others are aborted.</summary>
    internal void Free()
    {
        ulong value = (ulong)Interlocked.Exchange(ref handle, 0);
        if (value == 0) return;
        NativePINVOKE.resock_listener_free(value);
        Finish();
        lock (gate)
        {
            while (waiting.Count > 0) waiting.Dequeue().Dispose();
        }
    }
}
}
