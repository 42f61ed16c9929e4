using System;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>Waiting that a CancellationToken ends.</summary>
internal static class Cancellation
{
    /// <summary>giveUp: takes it out of where it waits; false where it is not there any more.</summary>
    internal static Task<T> Wait<T>(TaskCompletionSource<T> source, CancellationToken token, Func<bool> giveUp)
    {
        return token.CanBeCanceled ? WaitAndForget(source, token, giveUp) : source.Task;
    }

    // The registration is disposed where no lock is held: that waits for a callback which runs.
    private static async Task<T> WaitAndForget<T>(TaskCompletionSource<T> source, CancellationToken token,
        Func<bool> giveUp)
    {
        using (token.Register(() =>
        {
            if (giveUp()) source.TrySetCanceled(token);
        }))
        {
            return await source.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Waits for what goes on by itself.</summary>
    internal static async Task<T> Wait<T>(Task<T> task, CancellationToken token)
    {
        if (task.IsCompleted || !token.CanBeCanceled) return await task.ConfigureAwait(false);
        TaskCompletionSource<T> cancelled = LinkCore.Later<T>();
        using (token.Register(() => cancelled.TrySetCanceled(token)))
        {
            Task<T> first = await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
            return await first.ConfigureAwait(false);
        }
    }
}
}
