using System.Collections.Generic;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>Who waits for messages to reach one level, in the order of ids. Its owner locks.</summary>
internal sealed class Waits
{
    internal sealed class Wait
    {
        internal Receipt Receipt;
        internal TaskCompletionSource<Level> Source;
    }

    private readonly LinkedList<Wait> all = new LinkedList<Wait>();

    internal int Count => all.Count;

    /// <summary>To be removed with Remove where it is given up.</summary>
    internal LinkedListNode<Wait> Add(Receipt receipt)
    {
        var made = new Wait { Receipt = receipt, Source = LinkCore.Later<Level>() };
        LinkedListNode<Wait> before = all.Last;
        while (before != null && before.Value.Receipt.Id > receipt.Id) before = before.Previous;
        return before == null ? all.AddFirst(made) : all.AddAfter(before, made);
    }

    internal bool Remove(LinkedListNode<Wait> wait)
    {
        if (wait.List == null) return false;
        all.Remove(wait);
        return true;
    }

    internal void Reach(long through, Level level)
    {
        while (all.Count > 0 && all.First.Value.Receipt.Id <= through)
        {
            Wait first = all.First.Value;
            all.RemoveFirst();
            first.Source.TrySetResult(first.Receipt.IsKept ? level : Level.Written);
        }
    }

    /// <summary>Those of receipts that have failed.</summary>
    internal void Fail()
    {
        for (LinkedListNode<Wait> each = all.First, next; each != null; each = next)
        {
            next = each.Next;
            if (each.Value.Receipt.Failure != null) Fail(each, each.Value.Receipt.Failure);
        }
    }

    internal void FailAll(ResockException why)
    {
        while (all.Count > 0) Fail(all.First, all.First.Value.Receipt.Failure ?? why);
    }

    private void Fail(LinkedListNode<Wait> wait, ResockException why)
    {
        all.Remove(wait);
        wait.Value.Source.TrySetException(why);
    }
}
}
