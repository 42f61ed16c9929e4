#nullable enable
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
// What newer frameworks have.
public sealed partial class Link : IAsyncDisposable, IAsyncEnumerable<Message>
{
    /// <summary>As the one with bytes.</summary>
    public Task<Receipt> SendAsync(ReadOnlyMemory<byte> data, SendOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArraySegment<byte> segment = MemoryMarshal.TryGetArray(data, out ArraySegment<byte> found)
            && found.Array != null ? found : new ArraySegment<byte>(data.ToArray());
        return SendAsync(segment, options, cancellationToken);
    }

    /// <summary>Messages until the link is closed in order; throws what ended it otherwise.</summary>
    public async IAsyncEnumerable<Message> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>As <see cref="ReadAllAsync"/>.</summary>
    public IAsyncEnumerator<Message> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        return ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>As CloseAsync, and then Dispose: what was sent is confirmed, or close.timeout is over.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!Core.IsFinished) await CloseAsync().ConfigureAwait(false);
        }
        catch (ClosedException)
        {
            // It was disposed meanwhile.
        }
        finally
        {
            Dispose();
        }
    }
}
}
