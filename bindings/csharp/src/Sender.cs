using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// The sending half of a link. A receipt is noted under the lock that its message is sent with, since
/// its CONFIRMED may be polled before the send returns.
/// </summary>
internal sealed class Sender
{
    private readonly LinkCore link;
    private readonly object gate = new object();
    private readonly Receipts receipts;
    /// <summary>Who waits for room in the queue: the first goes on first.</summary>
    private readonly LinkedList<Outgoing> waiting = new LinkedList<Outgoing>();
    private readonly Flushes flushes;
    private TimeSpan timeout;
    private bool waitsForRoom;
    private long lastId;
    private ResockException ended;

    internal Sender(LinkCore link, LinkSettings settings)
    {
        this.link = link;
        timeout = settings.SendTimeout;
        waitsForRoom = settings.WaitsForRoom;
        receipts = new Receipts(link, settings.FinalLevel);
        flushes = new Flushes(link, receipts);
    }

    /// <summary>Behind what a process before this one has sent: the library numbers on from there.</summary>
    internal void Begin()
    {
        lock (gate) lastId = link.Stat(resock_stat.RESOCK_STAT_MESSAGES_ACCEPTED);
    }

    // ---- sending -------------------------------------------------------------------------------

    /// <summary>One message. The bytes are copied before it returns, or where they have to wait.</summary>
    internal Task<Receipt> Send(ArraySegment<byte> data, bool isText, SendOptions options,
        CancellationToken token)
    {
        if (token.IsCancellationRequested) return Task.FromCanceled<Receipt>(token);
        uint flags = SendOptions.Flags(options, isText);
        uint ttlMs = SendOptions.TtlMs(options);
        Outgoing later;
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                int status = Outgoing.Send(link.HandleOrNone, data, flags, ttlMs, ref lastId);
                if (status == 0)
                {
                    bool isKept = (flags & (uint)resock_send_flag.RESOCK_SEND_UNKEPT) == 0;
                    return Task.FromResult(receipts.Add(new Receipt(this, lastId, lastId, isKept)));
                }
                if (status != (int)Status.QueueFull || !waitsForRoom) return Refused(status);
            }
            byte[] copy = new byte[data.Count];
            if (data.Count > 0) Buffer.BlockCopy(data.Array, data.Offset, copy, 0, data.Count);
            later = new Outgoing(new[] { new ArraySegment<byte>(copy) }, flags, ttlMs);
            StartWaiting(later);
        }
        return Cancellation.Wait(later.Source, token, () => GiveUp(later));
    }

    /// <summary>Many messages, which must stay as they are until it completes.</summary>
    internal Task<Receipt> Send(IList<ArraySegment<byte>> all, bool isText, SendOptions options,
        CancellationToken token)
    {
        if (token.IsCancellationRequested) return Task.FromCanceled<Receipt>(token);
        var outgoing = new Outgoing(all, SendOptions.Flags(options, isText), SendOptions.TtlMs(options));
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                int status = GoOn(outgoing);
                if (status == 0) return Task.FromResult(outgoing.Receipt);
                if (status != (int)Status.QueueFull || !waitsForRoom) return Refused(status, outgoing.Accepted);
            }
            StartWaiting(outgoing);
        }
        return Cancellation.Wait(outgoing.Source, token, () => Cancel(outgoing, token));
    }

    /// <summary>
    /// The receipt grows with what is accepted: the first messages may have ended before the last have
    /// room, and what was accepted goes its way also where the rest is refused.
    /// </summary>
    private int GoOn(Outgoing outgoing)
    {
        int before = outgoing.Accepted;
        int status = outgoing.GoOn(link.HandleOrNone, ref lastId);
        if (status != 0 && outgoing.Accepted == before) return status;
        if (outgoing.Receipt == null)
        {
            outgoing.Receipt = new Receipt(this, lastId - outgoing.Accepted + 1, lastId, outgoing.IsKept);
        }
        outgoing.Receipt.Id = lastId;
        receipts.Add(outgoing.Receipt);
        return status;
    }

    private Task<Receipt> Refused(int status, int accepted = 0)
    {
        return Task.FromException<Receipt>(Refusal(status, accepted));
    }

    private ResockException Refusal(int status, int accepted)
    {
        ResockException refusal = Failures.Of(status);
        if (refusal is ClosedException && (ended != null || link.HandleOrNone == 0)) refusal = link.Ended();
        refusal.Accepted = accepted;
        return refusal;
    }

    // ---- waiting for room ----------------------------------------------------------------------

    private void StartWaiting(Outgoing outgoing)
    {
        outgoing.StartWaiting();
        outgoing.Timer = new Timer(state => TimeOut((Outgoing)state), outgoing, timeout,
            Timeout.InfiniteTimeSpan);
        if (waiting.Count == 0) link.Keeper.Add();
        waiting.AddLast(outgoing);
    }

    private bool StopWaiting(Outgoing outgoing)
    {
        if (!waiting.Remove(outgoing)) return false;
        outgoing.Timer.Dispose();
        if (waiting.Count == 0) link.Keeper.Remove();
        return true;
    }

    private bool GiveUp(Outgoing outgoing)
    {
        lock (gate)
        {
            bool was = StopWaiting(outgoing);
            GoOn();
            return was;
        }
    }

    private bool Cancel(Outgoing outgoing, CancellationToken token)
    {
        if (!GiveUp(outgoing)) return false;
        if (outgoing.Accepted > 0) outgoing.Source.TrySetException(new SendCanceledException(outgoing.Accepted, token));
        return true;
    }

    private void TimeOut(Outgoing outgoing)
    {
        if (!GiveUp(outgoing)) return;
        outgoing.Source.TrySetException(new ResockTimeoutException("the queue of " + link
            + " had no room within send.timeout: queue.bytes or queue.messages allow more, queue.full "
            + "chooses what else happens") { Accepted = outgoing.Accepted });
    }

    private void GoOn()
    {
        while (waiting.Count > 0)
        {
            Outgoing first = waiting.First.Value;
            int before = first.Accepted;
            int status = GoOn(first);
            if (status == (int)Status.QueueFull)
            {
                if (first.Accepted > before) first.Timer.Change(timeout, Timeout.InfiniteTimeSpan);
                return;
            }
            StopWaiting(first);
            if (status == 0) first.Source.TrySetResult(first.Receipt);
            else first.Source.TrySetException(Refusal(status, first.Accepted));
        }
    }

    // ---- by the thread that polls --------------------------------------------------------------

    internal void Confirmed(Level level, long through)
    {
        lock (gate)
        {
            receipts.Confirm(level, through);
            GoOn();
            flushes.Look();
        }
    }

    internal void Failed(FailedEvent failed)
    {
        lock (gate)
        {
            receipts.Fail(failed);
            GoOn();
            flushes.Look();
        }
    }

    internal void Writable()
    {
        lock (gate) GoOn();
    }

    /// <summary>What has not ended by now never will with an event.</summary>
    internal void Closed(ResockException why)
    {
        lock (gate)
        {
            ended = why;
            receipts.FailAll(why);
            flushes.FailAll(why);
            while (waiting.Count > 0)
            {
                Outgoing first = waiting.First.Value;
                StopWaiting(first);
                first.Source.TrySetException(Refusal((int)Status.Closed, first.Accepted));
            }
        }
    }

    // ---- what became of it ---------------------------------------------------------------------

    internal Level FinalLevelOf(Receipt receipt)
    {
        return receipts.FinalLevelOf(receipt);
    }

    internal Level? LevelOf(Receipt receipt)
    {
        lock (gate) return receipts.LevelOf(receipt);
    }

    internal Task<Level> Reached(Receipt receipt, Level level, CancellationToken token)
    {
        LinkedListNode<Waits.Wait> wait;
        lock (gate)
        {
            Level? reached = receipts.LevelOf(receipt);
            if (reached >= level) return Task.FromResult(reached.Value);
            if (receipt.Failure != null) return Task.FromException<Level>(receipt.Failure);
            if (ended != null) return Task.FromException<Level>(ended);
            if (level != receipts.FinalLevelOf(receipt))
            {
                int status = Flushes.Ask(link, level);
                if (status != 0 && status != (int)Status.Timeout) return Task.FromException<Level>(Failures.Of(status));
                if (!receipt.IsKept)
                {
                    return Task.FromException<Level>(new ResockException(Status.NotSupported,
                        "a message that is not kept is confirmed once it was written"));
                }
            }
            wait = receipts.Wait(receipt, level);
        }
        return Cancellation.Wait(wait.Value.Source, token, () =>
        {
            lock (gate) return receipts.GiveUp(wait, level);
        });
    }

    internal Task<bool> Flush(Level level, CancellationToken token)
    {
        Flushes.Flush flush;
        lock (gate)
        {
            if (ended != null) return Task.FromException<bool>(ended);
            flush = flushes.Begin(level, lastId);
        }
        return Cancellation.Wait(flush.Source, token, () =>
        {
            lock (gate) return flushes.GiveUp(flush);
        });
    }

    internal void Set(string name, string value)
    {
        bool waits = name == "queue.full" && value == "wait";
        lock (gate)
        {
            Native.resock_link_set(link.Handle, name, waits ? "error" : value);
            if (name == "send.timeout") timeout = LinkSettings.Parse(value);
            if (name == "queue.full") waitsForRoom = waits;
            GoOn();
        }
    }
}
}
