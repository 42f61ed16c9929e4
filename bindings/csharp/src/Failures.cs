namespace Resock
{
/// <summary>The exceptions of statuses and records.</summary>
internal static class Failures
{
    internal static void Check(int status)
    {
        if (status < 0) throw Of(status);
    }

    /// <summary>Of a status that was returned; the call that returned it is this thread's last one.</summary>
    internal static ResockException Of(int status)
    {
        return Of((Status)status, Texts.Of(NativePINVOKE.resock_last_error()));
    }

    private static ResockException Of(Status status, string text)
    {
        switch (status)
        {
        case Status.QueueFull: return new QueueFullException(text);
        case Status.TooBig: return new TooBigException(text);
        case Status.Timeout: return new ResockTimeoutException(text);
        case Status.Option: return new OptionException(text);
        // A freed handle: whoever still uses the object has closed it.
        case Status.Handle:
        case Status.Closed: return new ClosedException(text);
        default: return new ResockException(status, text);
        }
    }

    /// <summary>Why a link has ended that nobody wanted to end.</summary>
    internal static ResockException Of(Disconnect record, LostEvent lost, bool wasOpen)
    {
        if (lost != null) return new LostException(lost, record);
        if (record.CloseCode != null)
        {
            // A session may be refused behind an opening that was not.
            if (!wasOpen) return new ConnectException(record);
            return new ClosedException(record.Why, record);
        }
        switch (record.Cause)
        {
        case Cause.Local:
            // No credentials; else it was closed.
            if (record.Detail.Length > 0) return new ConnectException(record);
            return new ClosedException(record.Why, record);
        case Cause.NotWebsocket:
        case Cause.Subprotocol:
        case Cause.Protocol: return new NotWebSocketException(record);
        }
        if (record.HttpStatus < 300) return new NotWebSocketException(record);
        if (record.HttpStatus != null) return new RefusedException(record);
        switch (record.Layer)
        {
        case Layer.Tls: return new TlsException(record);
        case Layer.Dns:
        case Layer.Tcp:
        case Layer.Proxy: return new UnreachableException(record);
        default: return record.Cause == Cause.OpenTimeout
            ? (ResockException)new UnreachableException(record) : new ConnectException(record);
        }
    }

    internal static string Words(Reason reason)
    {
        switch (reason)
        {
        case Reason.Expired: return "expired before a byte of it was sent";
        case Reason.Dropped: return "was dropped, because the queue was full or it was not to be kept";
        case Reason.Refused: return "was refused by the peer, which closes because of it";
        case Reason.NotSent: return "was not sent before the link ended";
        case Reason.InDoubt: return "was sent and is not confirmed: it may have arrived";
        default: return "has failed for reason " + (int)reason;
        }
    }
}
}
