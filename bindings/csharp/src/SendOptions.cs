using System;

namespace Resock
{
/// <summary>How a message is sent.</summary>
public sealed class SendOptions
{
    private const double MostMs = uint.MaxValue;
    private TimeSpan? ttl;

    /// <summary>After which it fails as Expired if no byte of it was sent; null: message.ttl.</summary>
    public TimeSpan? Ttl
    {
        get { return ttl; }
        set
        {
            if (value <= TimeSpan.Zero || value?.TotalMilliseconds > MostMs)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value,
                    "a ttl is above 0 and at most 4,294,967,295 ms; null is the option message.ttl");
            }
            ttl = value;
        }
    }

    /// <summary>Kept until it is confirmed; false: sent once, and confirmed once it was written.</summary>
    public bool Kept { get; set; } = true;

    /// <summary>Its confirmation is asked for at once.</summary>
    public bool Flush { get; set; }

    internal static uint TtlMs(SendOptions options)
    {
        return options?.ttl == null ? 0 : (uint)Math.Ceiling(options.ttl.Value.TotalMilliseconds);
    }

    internal static uint Flags(SendOptions options, bool isText)
    {
        var flags = isText ? resock_send_flag.RESOCK_SEND_TEXT : 0;
        if (options != null && !options.Kept) flags |= resock_send_flag.RESOCK_SEND_UNKEPT;
        if (options != null && options.Flush) flags |= resock_send_flag.RESOCK_SEND_FLUSH;
        return (uint)flags;
    }
}
}
