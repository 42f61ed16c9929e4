using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// Messages that wait for somebody to take them. Where they become too many the link is held: the library
/// then stops reading, and the peer feels it.
/// </summary>
internal sealed class Inbox
{
    internal const int MostMessages = 4096;
    internal const long MostBytes = 1024 * 1024;
    /// <summary>What an object of a message takes beside its bytes, about.</summary>
    private const int Overhead = 64;

    /// <summary>Who waits for messages: for one, or for several.</summary>
    private sealed class Taker
    {
        internal int Most;
        internal TaskCompletionSource<Message> One;
        internal TaskCompletionSource<Message[]> Many;

        internal void Fail(ResockException why)
        {
            One?.TrySetException(why);
            Many?.TrySetException(why);
        }
    }

    private readonly LinkCore link;
    private readonly bool isDoneByItself;
    private readonly object gate = new object();
    private readonly Queue<Message> waiting = new Queue<Message>();
    private readonly LinkedList<Taker> takers = new LinkedList<Taker>();
    private long bytes;
    private int discarded;
    private bool held;
    private bool closing;
    private bool ended;
    private ResockException why; // null: ended in order
    private List<Message> handedOut; // in a session: done with once more are asked for

    internal Inbox(LinkCore link, bool isDoneByItself)
    {
        this.link = link;
        this.isDoneByItself = isDoneByItself;
    }

    // ---- by the thread that polls --------------------------------------------------------------

    internal void Add(List<Message> messages)
    {
        lock (gate)
        {
            foreach (Message each in messages)
            {
                if (closing && IsFull) discarded++;
                else Add(each);
            }
            HandOut();
            HoldOrNot();
        }
    }

    private void Add(Message message)
    {
        waiting.Enqueue(message);
        bytes += message.Data.Length + Overhead;
    }

    private bool IsFull => waiting.Count >= MostMessages || bytes >= MostBytes;

    private void HoldOrNot()
    {
        bool hold = !closing && (held ? waiting.Count > MostMessages / 2 || bytes > MostBytes / 2 : IsFull);
        if (hold == held || ended) return;
        held = hold;
        link.Hold(hold);
    }

    private void HandOut()
    {
        while (takers.Count > 0 && waiting.Count > 0)
        {
            Taker first = takers.First.Value;
            StopWaiting(takers.First);
            if (first.One != null) first.One.TrySetResult(Take());
            else first.Many.TrySetResult(Take(first.Most));
        }
    }

    private bool StopWaiting(LinkedListNode<Taker> taker)
    {
        if (taker.List == null) return false;
        takers.Remove(taker);
        if (takers.Count == 0) link.Keeper.Remove();
        return true;
    }

    // ---- ending --------------------------------------------------------------------------------

    /// <summary>From now on what nobody takes must not keep the link from ending.</summary>
    internal void StartClosing()
    {
        lock (gate)
        {
            closing = true;
            HoldOrNot();
        }
    }

    /// <summary>Nothing more arrives; how many messages were discarded while closing.</summary>
    internal int End(ResockException cause)
    {
        lock (gate)
        {
            ended = true;
            why = cause;
            while (takers.Count > 0)
            {
                Taker first = takers.First.Value;
                StopWaiting(takers.First);
                if (cause != null) first.Fail(cause);
                else if (first.One != null) first.One.TrySetResult(null);
                else first.Many.TrySetResult(Array.Empty<Message>());
            }
            return discarded;
        }
    }

    // ---- taking --------------------------------------------------------------------------------

    /// <summary>Null where the link has ended in order.</summary>
    internal Task<Message> Receive(CancellationToken token)
    {
        if (token.IsCancellationRequested) return Task.FromCanceled<Message>(token);
        FinishHandedOut();
        LinkedListNode<Taker> taker;
        lock (gate)
        {
            if (waiting.Count > 0 && takers.Count == 0) return Task.FromResult(TakeAndGoOn());
            if (ended) return why == null ? Task.FromResult<Message>(null) : Task.FromException<Message>(why);
            taker = StartWaiting(new Taker { Most = 1, One = LinkCore.Later<Message>() });
        }
        return Cancellation.Wait(taker.Value.One, token, () => GiveUp(taker));
    }

    /// <summary>Empty where the link has ended in order.</summary>
    internal Task<Message[]> ReceiveMany(int most, CancellationToken token)
    {
        if (token.IsCancellationRequested) return Task.FromCanceled<Message[]>(token);
        FinishHandedOut();
        LinkedListNode<Taker> taker;
        lock (gate)
        {
            if (waiting.Count > 0 && takers.Count == 0)
            {
                Message[] taken = Take(most);
                HoldOrNot();
                return Task.FromResult(taken);
            }
            if (ended)
            {
                return why == null ? Task.FromResult(Array.Empty<Message>())
                    : Task.FromException<Message[]>(why);
            }
            taker = StartWaiting(new Taker { Most = most, Many = LinkCore.Later<Message[]>() });
        }
        return Cancellation.Wait(taker.Value.Many, token, () => GiveUp(taker));
    }

    private LinkedListNode<Taker> StartWaiting(Taker taker)
    {
        if (takers.Count == 0) link.Keeper.Add();
        return takers.AddLast(taker);
    }

    private bool GiveUp(LinkedListNode<Taker> taker)
    {
        lock (gate) return StopWaiting(taker);
    }

    private Message TakeAndGoOn()
    {
        Message taken = Take();
        HoldOrNot();
        return taken;
    }

    private Message Take()
    {
        Message message = waiting.Dequeue();
        bytes -= message.Data.Length + Overhead;
        if (isDoneByItself && message.Number != 0)
        {
            if (handedOut == null) handedOut = new List<Message>();
            handedOut.Add(message);
        }
        return message;
    }

    private Message[] Take(int most)
    {
        var taken = new Message[Math.Min(most, waiting.Count)];
        for (int i = 0; i < taken.Length; i++) taken[i] = Take();
        return taken;
    }

    /// <summary>In a session with session.done=auto: what was taken before is done with.</summary>
    internal void FinishHandedOut()
    {
        List<Message> before;
        lock (gate)
        {
            before = handedOut;
            handedOut = null;
        }
        if (before != null) before.ForEach(link.Done);
    }
}
}
