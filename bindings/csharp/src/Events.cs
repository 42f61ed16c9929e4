using System;

namespace Resock
{
/// <summary>What happens to a link, for <see cref="Link.OnEvent"/>: one class for each kind.</summary>
public abstract class LinkEvent : EventArgs
{
}

/// <summary>A connection is open.</summary>
public sealed class OpenedEvent : LinkEvent
{
    internal OpenedEvent(EventRecord record)
    {
        Connection = record.Id;
        Resumed = record.Flags != 0;
        Attempt = record.Long(32);
        Downtime = TimeSpan.FromMilliseconds(record.Long(40));
        Skipped = record.Long(48);
        string[] texts = record.Texts(56, 3);
        Address = texts[0];
        Tls = texts[1];
        Subprotocol = texts[2];
    }

    /// <summary>Of the peer, "192.0.2.1:443".</summary>
    public string Address { get; }

    /// <summary>Version and cipher, "" without TLS.</summary>
    public string Tls { get; }

    /// <summary>The one that was chosen, "" for none.</summary>
    public string Subprotocol { get; }

    /// <summary>Its number, counted from 1 by attempts.</summary>
    public long Connection { get; }

    /// <summary>Attempts in a row that led to it; 0 for a first connection.</summary>
    public long Attempt { get; }

    /// <summary>Since the last connection ended; zero where there was none.</summary>
    public TimeSpan Downtime { get; }

    /// <summary>A session went on where it had stopped; else a new one, or a plain link.</summary>
    public bool Resumed { get; }

    /// <summary>Events of this kind that were dropped before this one.</summary>
    public long Skipped { get; }
}

/// <summary>A connection ended or an attempt failed; the link stays, unless ClosedEvent follows.</summary>
public sealed class DownEvent : LinkEvent
{
    internal DownEvent(EventRecord record)
    {
        WasOpen = record.Flags != 0;
        Skipped = record.Long(40);
        Record = new Disconnect(record);
    }

    /// <summary>A connection ended; else an attempt failed.</summary>
    public bool WasOpen { get; }

    /// <summary>Events of this kind that were dropped before this one.</summary>
    public long Skipped { get; }

    /// <summary>Why, and what follows.</summary>
    public Disconnect Record { get; }
}

/// <summary>Every message up to this one that has not failed has reached the level.</summary>
public sealed class ConfirmedEvent : LinkEvent
{
    internal ConfirmedEvent(EventRecord record)
    {
        Through = record.Id;
        Level = (Level)record.Int(32);
    }

    /// <summary>How far.</summary>
    public Level Level { get; }

    /// <summary>The id of the last message that it covers.</summary>
    public long Through { get; }
}

/// <summary>Messages that have ended and will not be sent (again).</summary>
public sealed class FailedEvent : LinkEvent
{
    internal FailedEvent(EventRecord record)
    {
        FirstId = record.Id;
        LastId = record.Long(32);
        Reason = (Reason)record.Int(40);
    }

    private FailedEvent(long firstId, long lastId, Reason reason)
    {
        FirstId = firstId;
        LastId = lastId;
        Reason = reason;
    }

    /// <summary>One that says both; null where the other does not go on behind this one.</summary>
    internal FailedEvent With(FailedEvent next)
    {
        return next.FirstId == LastId + 1 && next.Reason == Reason
            ? new FailedEvent(FirstId, next.LastId, Reason) : null;
    }

    /// <summary>The first of the range.</summary>
    public long FirstId { get; }

    /// <summary>The last of it.</summary>
    public long LastId { get; }

    /// <summary>Why.</summary>
    public Reason Reason { get; }
}

/// <summary>After a QueueFullException: half of the queue is free again.</summary>
public sealed class WritableEvent : LinkEvent
{
}

/// <summary>The link asks for credentials: see <see cref="LinkOptions.Credentials"/>.</summary>
public sealed class CredentialsEvent : LinkEvent
{
    internal CredentialsEvent(EventRecord record)
    {
        RequestId = record.Id;
        Attempt = record.Long(32);
        HttpStatus = record.IntOrNull(40);
        CloseCode = record.IntOrNull(44);
    }

    internal long RequestId { get; }

    /// <summary>Attempts in a row.</summary>
    public long Attempt { get; }

    /// <summary>Of the refusal; null: there was none.</summary>
    public int? HttpStatus { get; }

    /// <summary>Of the refusal; null: there was none.</summary>
    public int? CloseCode { get; }
}

/// <summary>A session could not go on. Every message that it held has ended.</summary>
public sealed class LostEvent : LinkEvent
{
    internal LostEvent(EventRecord record)
    {
        BegunAnew = record.Flags != 0;
        Skipped = record.Long(32);
        Reason = (LostReason)record.Int(40);
        Text = record.Texts(44, 1)[0];
    }

    /// <summary>Why.</summary>
    public LostReason Reason { get; }

    /// <summary>What happened, in a sentence.</summary>
    public string Text { get; }

    /// <summary>A new session goes on (session.on_lost=new); else ClosedEvent follows.</summary>
    public bool BegunAnew { get; }

    /// <summary>Events of this kind that were dropped before this one.</summary>
    public long Skipped { get; }
}

/// <summary>The last event of a link.</summary>
public sealed class ClosedEvent : LinkEvent
{
    internal ClosedEvent(Disconnect record)
    {
        Record = record;
    }

    /// <summary>Why it ended.</summary>
    public Disconnect Record { get; }
}
}
