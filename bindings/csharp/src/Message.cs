using System;
using System.Text;

namespace Resock
{
/// <summary>A message that arrived, whole.</summary>
public sealed class Message
{
    private readonly LinkCore link;
    private readonly byte flags;
    private readonly byte[] position;

    internal Message(LinkCore link, EventRecord record)
    {
        this.link = link;
        flags = (byte)record.Flags;
        Number = record.Id;
        Data = record.Message();
        position = record.Position();
    }

    /// <summary>A text message; else a binary one.</summary>
    public bool IsText => (flags & (int)resock_message_flag.RESOCK_MESSAGE_TEXT) != 0;

    /// <summary>In a session: it came before a restart of this process, which was not done with it.</summary>
    public bool IsRedelivered => (flags & (int)resock_message_flag.RESOCK_MESSAGE_REDELIVERED) != 0;

    /// <summary>In a session: its sender's time for it is over, by our clock.</summary>
    public bool IsExpired => (flags & (int)resock_message_flag.RESOCK_MESSAGE_EXPIRED) != 0;

    /// <summary>In a session: its number, which grows, with gaps; else 0.</summary>
    public long Number { get; }

    /// <summary>
    /// In a session with <see cref="LinkOptions.SessionPosition"/>: where it stands behind this message, for an
    /// application that keeps that itself, in one transaction with what it makes of the message. The last one
    /// committed is the value of the option after a restart. Null where the option was not set, and of a message
    /// that was sent unkept.
    /// </summary>
    public byte[] Position => (byte[])position?.Clone();

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
