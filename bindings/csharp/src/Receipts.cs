using System;
using System.Collections.Generic;

namespace Resock
{
/// <summary>Which messages have not ended yet, and who waits for what of them. Its owner locks.</summary>
internal sealed class Receipts
{
    private readonly LinkCore link;
    private readonly Level finalLevel;
    private readonly Ring<Receipt> kept = new Ring<Receipt>();
    private readonly Ring<Receipt> unkept = new Ring<Receipt>();
    /// <summary>By level, from 1 on.</summary>
    private readonly long[] through = new long[(int)Level.Processed + 1];
    private readonly Waits[] waits = new Waits[(int)Level.Processed + 1];
    private bool keeps;

    internal Receipts(LinkCore link, Level finalLevel)
    {
        this.link = link;
        this.finalLevel = finalLevel;
    }

    internal Level FinalLevelOf(Receipt receipt)
    {
        return receipt.IsKept ? finalLevel : Level.Written;
    }

    /// <summary>The last one may be added again with more messages.</summary>
    internal Receipt Add(Receipt receipt)
    {
        Ring<Receipt> ring = receipt.IsKept ? kept : unkept;
        receipt.IsOver = false;
        receipt.IsConfirmed = receipt.FirstId > receipt.Id; // of no messages
        if (!receipt.IsConfirmed && ring.Last != receipt) ring.Add(receipt);
        KeepOrNot();
        return receipt;
    }

    internal Level? LevelOf(Receipt receipt)
    {
        if (receipt.Failure != null) return null;
        int most = (int)(receipt.IsKept ? Level.Processed : Level.Written);
        for (int level = most; level > 0; level--)
        {
            if (through[level] >= receipt.Id) return (Level)level;
        }
        return receipt.IsConfirmed ? FinalLevelOf(receipt) : (Level?)null;
    }

    internal LinkedListNode<Waits.Wait> Wait(Receipt receipt, Level level)
    {
        int index = (int)level;
        if (waits[index] == null) waits[index] = new Waits();
        LinkedListNode<Waits.Wait> added = waits[index].Add(receipt);
        KeepOrNot();
        return added;
    }

    internal bool GiveUp(LinkedListNode<Waits.Wait> wait, Level level)
    {
        bool was = waits[(int)level].Remove(wait);
        KeepOrNot();
        return was;
    }

    internal bool HasReached(Level level, long id)
    {
        return through[(int)level] >= id;
    }

    internal void Confirm(Level level, long last)
    {
        if (level > Level.Processed || level <= 0) return; // of a later release
        // A higher level says what the lower ones would.
        for (Level each = level; each > 0; each--)
        {
            through[(int)each] = Math.Max(through[(int)each], last);
            waits[(int)each]?.Reach(last, level);
        }
        if (level >= finalLevel) End(kept, last);
        if (level >= Level.Written) End(unkept, last);
        KeepOrNot();
    }

    private static void End(Ring<Receipt> ring, long last)
    {
        while (ring.Count > 0 && (ring[0].Id <= last || ring[0].IsOver))
        {
            Receipt ended = ring.RemoveFirst();
            ended.IsConfirmed = ended.Failure == null;
        }
    }

    internal void Fail(FailedEvent failed)
    {
        Fail(kept, failed);
        Fail(unkept, failed);
        foreach (Waits each in waits) each?.Fail();
        KeepOrNot();
    }

    private static void Fail(Ring<Receipt> ring, FailedEvent failed)
    {
        for (int i = ring.First(each => each.Id >= failed.FirstId); i < ring.Count; i++)
        {
            Receipt receipt = ring[i];
            if (receipt.FirstId > failed.LastId) break;
            receipt.IsOver |= receipt.Id <= failed.LastId;
            if (receipt.Failure != null) continue;
            receipt.Failure = new FailedException(Math.Max(receipt.FirstId, failed.FirstId), failed.Reason);
        }
        End(ring, 0);
    }

    internal void FailAll(ResockException why)
    {
        foreach (Ring<Receipt> ring in new[] { kept, unkept })
        {
            while (ring.Count > 0)
            {
                Receipt first = ring.RemoveFirst();
                first.Failure = first.Failure ?? why;
            }
        }
        foreach (Waits each in waits) each?.FailAll(why);
        KeepOrNot();
    }

    private void KeepOrNot()
    {
        bool keep = kept.Count > 0 || unkept.Count > 0;
        for (int i = 1; i < waits.Length && !keep; i++) keep = waits[i] != null && waits[i].Count > 0;
        if (keep == keeps) return;
        keeps = keep;
        if (keep) link.Keeper.Add();
        else link.Keeper.Remove();
    }
}
}
