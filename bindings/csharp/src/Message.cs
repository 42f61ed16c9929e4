using System;
using System.Text;

namespace Resock
{
/// <summary>A message that arrived, whole.</summary>
public sealed class Message
{
    private readonly LinkCore link;
    private readonly byte flags;

    internal Message(LinkCore link, int flags, long number, byte[] data)
    {
        this.link = link;
        this.flags = (byte)flags;
        Number = number;
        Data = data;
    }

    /// <summary>A text message; else a binary one.</summary>
    public bool IsText => (flags & (int)resock_message_flag.RESOCK_MESSAGE_TEXT) != 0;

    /// <summary>In a session: it came before a restart of this process, which was not done with it.</summary>
    public bool IsRedelivered => (flags & (int)resock_message_flag.RESOCK_MESSAGE_REDELIVERED) != 0;

    /// <summary>In a session: its sender's time for it is over, by our clock.</summary>
    public bool IsExpired => (flags & (int)resock_message_flag.RESOCK_MESSAGE_EXPIRED) != 0;

    /// <summary>In a session: its number, which grows, with gaps; else 0.</summary>
    public long Number { get; }

    /// <summary>Its bytes: the array itself, which the caller may keep and change.</summary>
    public byte[] Data { get; }

    /// <summary>Its text; of a binary message its bytes read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Data);

    /// <summary>
    /// The application is done with it, for session.done=manual: the peer is told so, and it does not come
    /// again. In any order, from any thread. Of a plain link it does nothing, nor does a second call.
    /// </summary>
    public void Done()
    {
        link.Done(this);
    }

    /// <summary>The text, or how many bytes.</summary>
    public override string ToString()
    {
        return IsText ? Text : "binary message of " + Data.Length + " bytes";
    }
}
}
