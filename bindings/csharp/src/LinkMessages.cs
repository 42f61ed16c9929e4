using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
// Sending and receiving.
public sealed partial class Link
{
    private const int SmallText = 1024;
    private const int BytesPerChar = 3;

    [ThreadStatic] private static byte[] smallText;

    /// <summary>As the one with bytes, a text message.</summary>
    public Task<Receipt> SendAsync(string text, SendOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (text == null) throw new ArgumentNullException(nameof(text));
        Task<Receipt> sent = Core.Sender.Send(Encode(text), true, options, cancellationToken);
        GC.KeepAlive(this);
        return sent;
    }

    /// <summary>
    /// Accepts a message, also while there is no connection; a copy is made before it returns. Completes at
    /// once, or, where queue.bytes or queue.messages are used up, once there is room, send.timeout at most
    /// (queue.full chooses what else happens). The receipt tells what becomes of the message.
    /// </summary>
    /// <exception cref="ClosedException">The link is closing, has ended or was disposed.</exception>
    /// <exception cref="TooBigException">It is above message.max.</exception>
    /// <exception cref="QueueFullException">With queue.full=error.</exception>
    /// <exception cref="ResockTimeoutException">There was no room within send.timeout.</exception>
    public Task<Receipt> SendAsync(byte[] data, SendOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (data == null) throw new ArgumentNullException(nameof(data));
        return SendAsync(new ArraySegment<byte>(data), options, cancellationToken);
    }

    /// <summary>As the one with bytes, a part of an array.</summary>
    public Task<Receipt> SendAsync(ArraySegment<byte> data, SendOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (data.Array == null) throw new ArgumentNullException(nameof(data));
        Task<Receipt> sent = Core.Sender.Send(data, false, options, cancellationToken);
        GC.KeepAlive(this);
        return sent;
    }

    /// <summary>As the one with bytes, text messages.</summary>
    public Task<Receipt> SendManyAsync(IEnumerable<string> texts, SendOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (texts == null) throw new ArgumentNullException(nameof(texts));
        return SendMany(texts.Select(each => Texts.Strict.GetBytes(each ?? throw NullMessage(nameof(texts)))),
            true, options, cancellationToken);
    }

    /// <summary>
    /// Accepts many messages in order, with few calls: the fast way. Nobody else's come between. One
    /// receipt is for all of them; it fails with the first that does. Where it throws,
    /// <see cref="ResockException.Accepted"/> of them were accepted and go their way, as with
    /// <see cref="SendCanceledException"/> where it was cancelled. The arrays must stay as they are until
    /// the task completes.
    /// </summary>
    public Task<Receipt> SendManyAsync(IEnumerable<byte[]> messages, SendOptions options = null,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (messages == null) throw new ArgumentNullException(nameof(messages));
        return SendMany(messages.Select(each => each ?? throw NullMessage(nameof(messages))), false, options,
            cancellationToken);
    }

    private Task<Receipt> SendMany(IEnumerable<byte[]> messages, bool isText, SendOptions options,
        CancellationToken cancellationToken)
    {
        ArraySegment<byte>[] all = messages.Select(each => new ArraySegment<byte>(each)).ToArray();
        Task<Receipt> sent = Core.Sender.Send(all, isText, options, cancellationToken);
        GC.KeepAlive(this);
        return sent;
    }

    private static Exception NullMessage(string parameter)
    {
        return new ArgumentNullException(parameter, "one of the messages is null");
    }

    /// <summary>Small ones into memory of the thread: the library makes the copy that stays.</summary>
    private static ArraySegment<byte> Encode(string text)
    {
        if (text.Length > SmallText) return new ArraySegment<byte>(Texts.Strict.GetBytes(text));
        if (smallText == null) smallText = new byte[SmallText * BytesPerChar];
        int size = Texts.Strict.GetBytes(text, 0, text.Length, smallText, 0);
        return new ArraySegment<byte>(smallText, 0, size);
    }

    /// <summary>
    /// Waits until every message accepted so far has reached the level or has failed, and asks for the
    /// confirmation at once.
    /// </summary>
    public Task FlushAsync(Level level = Level.Received,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        return Core.Sender.Flush(level, cancellationToken);
    }

    /// <summary>For confirm=app: the peer has this message, or with through all up to it.</summary>
    public void Confirm(long id, bool through = false)
    {
        if (id < 1) throw new ArgumentOutOfRangeException(nameof(id), id, "ids begin with 1");
        Native.resock_link_confirm(Core.Handle, (ulong)id, through ? 1 : 0);
    }

    // ---- receiving -----------------------------------------------------------------------------

    /// <summary>
    /// The next message; null once the link was closed in order (by CloseAsync or Dispose, or by the peer
    /// with 1000 or 1001). What ended it otherwise is thrown. In a session the one before it is done with
    /// by that, unless session.done=manual. Several may wait; then session.done=manual is the one to use.
    /// Where messages are taken too slowly, up to 1 MiB or 4,096 wait here, and then the peer has to.
    /// </summary>
    public Task<Message> ReceiveAsync(CancellationToken cancellationToken = default(CancellationToken))
    {
        return Core.Inbox.Receive(cancellationToken);
    }

    /// <summary>
    /// All messages that wait, at least one and up to most: the fast way for many small ones. Empty once the
    /// link was closed in order. Else as <see cref="ReceiveAsync"/>.
    /// </summary>
    public Task<Message[]> ReceiveManyAsync(int most = 1000,
        CancellationToken cancellationToken = default(CancellationToken))
    {
        if (most < 1) throw new ArgumentOutOfRangeException(nameof(most), most, "at least 1 message");
        return Core.Inbox.ReceiveMany(most, cancellationToken);
    }
}
}
