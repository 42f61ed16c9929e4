using System.Collections.Generic;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>Who waits until everything accepted so far has ended or come far enough. Its owner locks.</summary>
internal sealed class Flushes
{
    internal sealed class Flush
    {
        internal Level Level;
        internal long Through;
        internal TaskCompletionSource<bool> Source = LinkCore.Later<bool>();
    }

    private readonly LinkCore link;
    private readonly Receipts receipts;
    private readonly List<Flush> all = new List<Flush>();

    internal Flushes(LinkCore link, Receipts receipts)
    {
        this.link = link;
        this.receipts = receipts;
    }

    /// <summary>Asks the peer for confirmation at once; the status is TIMEOUT where it is not there.</summary>
    internal static int Ask(LinkCore link, Level level)
    {
        return NativePINVOKE.resock_link_flush(link.HandleOrNone, (uint)level, 0);
    }

    internal Flush Begin(Level level, long through)
    {
        var flush = new Flush { Level = level, Through = through };
        int status = Ask(link, level);
        if (status == 0 || (status == (int)Status.Timeout && HasEnded(flush)))
        {
            flush.Source.SetResult(true);
        }
        else if (status == (int)Status.Timeout)
        {
            if (all.Count == 0) link.Keeper.Add();
            all.Add(flush);
        }
        else
        {
            flush.Source.SetException(Failures.Of(status));
        }
        return flush;
    }

    internal bool GiveUp(Flush flush)
    {
        if (!all.Remove(flush)) return false;
        if (all.Count == 0) link.Keeper.Remove();
        return true;
    }

    /// <summary>Something was confirmed or has failed.</summary>
    internal void Look()
    {
        foreach (Flush each in all.FindAll(HasEnded))
        {
            GiveUp(each);
            each.Source.TrySetResult(true);
        }
    }

    internal void FailAll(ResockException why)
    {
        foreach (Flush each in all.ToArray())
        {
            GiveUp(each);
            each.Source.TrySetException(why);
        }
    }

    /// <summary>Messages sent meanwhile do not count, which the native flush would.</summary>
    private bool HasEnded(Flush flush)
    {
        if (receipts.HasReached(flush.Level, flush.Through) || Ask(link, flush.Level) == 0) return true;
        switch (flush.Level)
        {
        case Level.Received: return link.Stat(resock_stat.RESOCK_STAT_ENDED_THROUGH) >= flush.Through;
        case Level.Written: return link.Stat(resock_stat.RESOCK_STAT_WRITTEN_THROUGH) >= flush.Through;
        default: return false;
        }
    }
}
}
