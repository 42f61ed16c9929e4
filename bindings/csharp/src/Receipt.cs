using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>
/// Of a message that was accepted: tells how far it has come. Of several that were sent together it
/// speaks for all of them, and fails with the first that does.
/// </summary>
public sealed class Receipt
{
    private readonly Sender sender;

    internal Receipt(Sender sender, long firstId, long id, bool isKept)
    {
        this.sender = sender;
        FirstId = firstId;
        Id = id;
        IsKept = isKept;
    }

    /// <summary>
    /// The id of the message, 1, 2, 3 ... of this link, behind those that an outbox or listen.sessions has
    /// kept; of several that of the last.
    /// </summary>
    public long Id { get; internal set; }

    /// <summary>Of several that of the first; else as <see cref="Id"/>.</summary>
    public long FirstId { get; }

    /// <summary>How far it has come; null: it waits.</summary>
    public Level? Level => sender.LevelOf(this);

    /// <summary>
    /// Completes once the message is confirmed: received by the peer's endpoint, with confirm=off and for
    /// one that is not kept written.
    /// </summary>
    /// <exception cref="FailedException">It has failed.</exception>
    /// <exception cref="ClosedException">The link was disposed before.</exception>
    public Task<Level> ConfirmedAsync(CancellationToken cancellationToken = default(CancellationToken))
    {
        return sender.Reached(this, sender.FinalLevelOf(this), cancellationToken);
    }

    /// <summary>As <see cref="ConfirmedAsync"/>, for this level or a higher one.</summary>
    /// <exception cref="ResockException">Messages of this link do not reach this level.</exception>
    public Task<Level> ReachedAsync(Level level,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        return sender.Reached(this, level, cancellationToken);
    }

    internal bool IsKept { get; }

    /// <summary>It has reached its final level; what ended its link afterwards does not matter.</summary>
    internal bool IsConfirmed { get; set; }

    /// <summary>Its last message has failed; until then those behind the one that failed go their way.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Null: it has not failed.</summary>
    internal ResockException Failure { get; set; }
}
}
