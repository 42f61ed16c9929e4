using System;
using System.Collections.Generic;

namespace Resock
{
/// <summary>
/// Calls of handlers that wait. A handler that is slow costs no memory with every message: an event that
/// says what one that waits would say, too, takes its place. Its owner locks.
/// </summary>
internal sealed class PendingCalls
{
    internal sealed class Call
    {
        internal EventHandler<LinkEvent> To;
        internal Link From;
        internal LinkEvent Event;
    }

    private readonly LinkedList<Call> all = new LinkedList<Call>();
    /// <summary>The last of each level that waits.</summary>
    private readonly Dictionary<Level, LinkedListNode<Call>> confirmed =
        new Dictionary<Level, LinkedListNode<Call>>();
    private LinkedListNode<Call> failed;
    private LinkedListNode<Call> writable;

    internal bool Any => all.Count > 0;

    internal void Add(EventHandler<LinkEvent> to, Link from, LinkEvent happened)
    {
        if (happened is ConfirmedEvent level) Confirmed(to, from, level);
        else if (happened is FailedEvent range) Failed(to, from, range);
        else if (!(happened is WritableEvent)) Append(to, from, happened);
        else if (!IsFor(writable, to)) writable = Append(to, from, happened);
    }

    /// <summary>It covers what the one before it did, and must not come before what came before it.</summary>
    private void Confirmed(EventHandler<LinkEvent> to, Link from, ConfirmedEvent now)
    {
        confirmed.TryGetValue(now.Level, out LinkedListNode<Call> before);
        if (IsFor(before, to)) all.Remove(before);
        confirmed[now.Level] = Append(to, from, now);
    }

    /// <summary>In the place of the one before it: a CONFIRMED between them must not cover it.</summary>
    private void Failed(EventHandler<LinkEvent> to, Link from, FailedEvent now)
    {
        FailedEvent both = IsFor(failed, to) ? ((FailedEvent)failed.Value.Event).With(now) : null;
        if (both == null) failed = Append(to, from, now);
        else failed.Value.Event = both;
    }

    internal Call Take()
    {
        Call first = all.First.Value;
        all.RemoveFirst();
        return first;
    }

    private LinkedListNode<Call> Append(EventHandler<LinkEvent> to, Link from, LinkEvent happened)
    {
        return all.AddLast(new Call { To = to, From = from, Event = happened });
    }

    /// <summary>It waits, for the same handlers.</summary>
    private static bool IsFor(LinkedListNode<Call> call, EventHandler<LinkEvent> to)
    {
        return call?.List != null && call.Value.To == to;
    }
}
}
