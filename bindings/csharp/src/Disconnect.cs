using System;

namespace Resock
{
/// <summary>
/// Why a connection ended or an attempt failed, who caused it, what follows and what would help.
/// docs/events.md describes each field. What is not known or does not apply is null.
/// </summary>
public sealed class Disconnect
{
    internal Disconnect(EventRecord record)
    {
        Connection = record.Id;
        Attempt = record.Long(32);
        Up = TimeSpan.FromMilliseconds(record.Long(48));
        Delay = record.TimeOrNull(56, TimeSpan.TicksPerMillisecond);
        RoundTrip = record.TimeOrNull(64, TimeSpan.TicksPerMillisecond / 1000);
        Silence = record.TimeOrNull(72, TimeSpan.TicksPerMillisecond);
        MessageId = record.LongOrNull(80);
        Layer = (Layer)record.Int(88);
        Culprit = (Culprit)record.Int(92);
        Cause = (Cause)record.Int(96);
        Verdict = (Verdict)record.Int(100);
        CloseCode = record.IntOrNull(104);
        HttpStatus = record.IntOrNull(108);
        Errno = record.IntOrNull(112);
        ClosedByUs = (record.Int(116) & 1) != 0;
        LimitsReached = (record.Int(116) & 2) != 0;
        string[] texts = record.Texts(120, 4);
        CloseReason = texts[0];
        Detail = texts[1];
        Host = texts[2];
        Why = texts[3];
    }

    /// <summary>The layer that it is about.</summary>
    public Layer Layer { get; }

    /// <summary>Who caused it.</summary>
    public Culprit Culprit { get; }

    /// <summary>What caused it, where neither close code nor HTTP status says so.</summary>
    public Cause Cause { get; }

    /// <summary>What the link does about it.</summary>
    public Verdict Verdict { get; }

    /// <summary>RFC 6455 section 7.4; 1005: closed without a code; 1006: broken.</summary>
    public int? CloseCode { get; }

    /// <summary>The text that came with it.</summary>
    public string CloseReason { get; }

    /// <summary>We sent the first Close frame.</summary>
    public bool ClosedByUs { get; }

    /// <summary>Of a refused opening.</summary>
    public int? HttpStatus { get; }

    /// <summary>The system's error number.</summary>
    public int? Errno { get; }

    /// <summary>The system's or TLS's error in words; never a secret.</summary>
    public string Detail { get; }

    /// <summary>Host and port that were meant; of an accepted link the client's address.</summary>
    public string Host { get; }

    /// <summary>How long the connection was open; zero: never.</summary>
    public TimeSpan Up { get; }

    /// <summary>The last round trip.</summary>
    public TimeSpan? RoundTrip { get; }

    /// <summary>Since the last byte was received.</summary>
    public TimeSpan? Silence { get; }

    /// <summary>Until the next attempt; null: there is none.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Attempts in a row, the next one included.</summary>
    public long Attempt { get; }

    /// <summary>The number of the connection, counted from 1 by attempts.</summary>
    public long Connection { get; }

    /// <summary>reconnect.attempts or reconnect.total are used up.</summary>
    public bool LimitsReached { get; }

    /// <summary>The message that 1003, 1007 or 1009 is about.</summary>
    public long? MessageId { get; }

    /// <summary>All of it in one sentence: what happened, what follows, what would help.</summary>
    public string Why { get; }

    /// <summary>As <see cref="Why"/>.</summary>
    public override string ToString()
    {
        return Why;
    }
}
}
