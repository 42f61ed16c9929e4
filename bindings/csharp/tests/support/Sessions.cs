using System;
using System.IO;
using System.Threading.Tasks;

namespace Resock.Tests
{
/// <summary>Links that deliver exactly once, and what outlives their process.</summary>
internal static class Sessions
{
    internal static LinkOptions Options()
    {
        return new LinkOptions
        {
            Delivery = Delivery.ExactlyOnce,
            ReconnectMin = TimeSpan.Zero,
            ReconnectMax = TimeSpan.FromMilliseconds(10)
        };
    }

    /// <summary>Again until it works: a file is free once the library's own thread has let it go.</summary>
    internal static async Task<T> Again<T>(Func<Task<T>> open)
    {
        for (;;)
        {
            try
            {
                return await open();
            }
            catch (ResockException inUse) when (inUse.Message.Contains("in use"))
            {
                await Task.Yield();
            }
        }
    }
}

/// <summary>A place for an outbox, and what stands there at the end removed.</summary>
internal sealed class OutboxFile : IDisposable
{
    internal readonly string Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

    public void Dispose()
    {
        string folder = System.IO.Path.GetDirectoryName(Path);
        foreach (string each in Directory.GetFiles(folder, System.IO.Path.GetFileName(Path) + "*")) File.Delete(each);
    }
}
}
