using System;

namespace Resock
{
/// <summary>What waits, in the order of ids: a ring that grows, and goes once it is empty.</summary>
internal sealed class Ring<T> where T : class
{
    private const int Smallest = 8;
    private const int KeptWhenEmpty = 1024;

    private T[] items;
    private int head;

    internal int Count { get; private set; }

    internal T this[int index] => items[(head + index) & (items.Length - 1)];

    /// <summary>Null where it is empty.</summary>
    internal T Last => Count == 0 ? null : this[Count - 1];

    internal void Add(T item)
    {
        if (items == null || Count == items.Length) Grow();
        items[(head + Count++) & (items.Length - 1)] = item;
    }

    private void Grow()
    {
        var larger = new T[items == null ? Smallest : 2 * items.Length];
        for (int i = 0; i < Count; i++) larger[i] = this[i];
        items = larger;
        head = 0;
    }

    internal T RemoveFirst()
    {
        T first = items[head];
        items[head] = default(T);
        head = (head + 1) & (items.Length - 1);
        if (--Count == 0 && items.Length > KeptWhenEmpty) items = null;
        return first;
    }

    /// <summary>The index of the first for which it is true, where it is so for all behind it, too.</summary>
    internal int First(Func<T, bool> isReached)
    {
        int from = 0;
        int to = Count;
        while (from < to)
        {
            int middle = (from + to) / 2;
            if (isReached(this[middle])) to = middle;
            else from = middle + 1;
        }
        return from;
    }
}
}
