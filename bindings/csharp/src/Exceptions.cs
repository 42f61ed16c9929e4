using System;
using System.Threading;

namespace Resock
{
/// <summary>What this library throws. Its message says what was wrong, what is allowed, what to do.</summary>
public class ResockException : Exception
{
    internal ResockException(Status status, string message, Disconnect record = null) : base(message)
    {
        Status = status;
        Record = record;
    }

    /// <summary>What the native function returned.</summary>
    public Status Status { get; }

    /// <summary>Why the connection ended, where that is the cause; else null.</summary>
    public Disconnect Record { get; }

    /// <summary>Of <see cref="Link.SendManyAsync(System.Collections.Generic.IEnumerable{byte[]},
    /// SendOptions, System.Threading.CancellationToken)"/>: how many messages were accepted before.</summary>
    public int Accepted { get; internal set; }
}

/// <summary>
/// SendManyAsync was cancelled when some of the messages were accepted already. Where none was, it is
/// cancelled as everything else.
/// </summary>
public sealed class SendCanceledException : OperationCanceledException
{
    internal SendCanceledException(int accepted, CancellationToken token)
        : base("cancelled when " + accepted + " of the messages were accepted: these are sent", token)
    {
        Accepted = accepted;
    }

    /// <summary>How many messages were accepted and go their way, the first ones.</summary>
    public int Accepted { get; }
}

/// <summary>An option's name or value, or a combination of options.</summary>
public sealed class OptionException : ResockException
{
    internal OptionException(string message) : base(Status.Option, message) { }
}

/// <summary>A message is above message.max, or another bound was exceeded.</summary>
public sealed class TooBigException : ResockException
{
    internal TooBigException(string message) : base(Status.TooBig, message) { }
}

/// <summary>queue.bytes or queue.messages are used up; a WritableEvent follows once there is room.</summary>
public sealed class QueueFullException : ResockException
{
    internal QueueFullException(string message) : base(Status.QueueFull, message) { }
}

/// <summary>Not within the time given. Nothing was lost: the call may be made again.</summary>
public sealed class ResockTimeoutException : ResockException
{
    internal ResockTimeoutException(string message) : base(Status.Timeout, message) { }
}

/// <summary>The link, listener or hub is closing, has ended or was disposed.</summary>
public sealed class ClosedException : ResockException
{
    internal ClosedException(string message, Disconnect record = null)
        : base(Status.Closed, message, record) { }
}

/// <summary>The link has given up to connect; <see cref="ResockException.Record"/> tells why.</summary>
public class ConnectException : ResockException
{
    internal ConnectException(Disconnect record) : base(Status.Closed, record.Why, record) { }
}

/// <summary>The server refused the opening with an HTTP status.</summary>
public sealed class RefusedException : ConnectException
{
    internal RefusedException(Disconnect record) : base(record) { }

    /// <summary>What the server answered, such as 403.</summary>
    public int HttpStatus => Record.HttpStatus ?? 0;
}

/// <summary>The TLS handshake failed, most often because of a certificate.</summary>
public sealed class TlsException : ConnectException
{
    internal TlsException(Disconnect record) : base(record) { }
}

/// <summary>No connection to the host: its name is not known, or TCP fails or takes too long.</summary>
public sealed class UnreachableException : ConnectException
{
    internal UnreachableException(Disconnect record) : base(record) { }
}

/// <summary>What answered is no WebSocket server, or none that speaks the subprotocol.</summary>
public sealed class NotWebSocketException : ConnectException
{
    internal NotWebSocketException(Disconnect record) : base(record) { }
}

/// <summary>The session could not go on; its messages have ended, as confirmed or failed.</summary>
public sealed class LostException : ResockException
{
    internal LostException(LostEvent lost, Disconnect record) : base(Status.Closed, lost.Text, record)
    {
        Reason = lost.Reason;
    }

    /// <summary>Why.</summary>
    public LostReason Reason { get; }
}

/// <summary>A message has ended without being confirmed.</summary>
public sealed class FailedException : ResockException
{
    internal FailedException(long id, Reason reason)
        : base(Status.Ok, "message " + id + " " + Failures.Words(reason))
    {
        Id = id;
        Reason = reason;
    }

    /// <summary>The message; of several the first that failed.</summary>
    public long Id { get; }

    /// <summary>Why; InDoubt: it may have arrived, sending it again may make it arrive twice.</summary>
    public Reason Reason { get; }
}

/// <summary>The native library is missing, of another version, for another system, or not resock.</summary>
public sealed class LibraryException : ResockException
{
    internal LibraryException(string message) : base(Status.NotSupported, message) { }
}
}
