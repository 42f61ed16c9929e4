using System;

namespace Resock
{
/// <summary>
/// Keeps the Link from being collected while it has something to do: messages to be confirmed, somebody
/// who waits for one, handlers of events. Else nothing but the application holds it.
/// </summary>
internal sealed class Keeper
{
    private readonly object gate = new object();
    private WeakReference<Link> link;
    private Link kept;
    private int reasons;
    private bool ended;

    internal void SetLink(Link made)
    {
        lock (gate)
        {
            link = new WeakReference<Link>(made);
            if (reasons > 0) kept = made;
        }
    }

    internal Link Link => link != null && link.TryGetTarget(out Link found) ? found : null;

    internal void Add()
    {
        lock (gate)
        {
            if (++reasons == 1 && !ended) kept = Link;
        }
    }

    internal void Remove()
    {
        lock (gate)
        {
            if (--reasons == 0) kept = null;
        }
    }

    internal void End()
    {
        lock (gate)
        {
            ended = true;
            kept = null;
        }
    }
}
}
