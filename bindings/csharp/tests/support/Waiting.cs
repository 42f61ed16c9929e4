using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Every wait of a test has an end, which is a failure.</summary>
internal static class Waiting
{
    private static readonly TimeSpan most = TimeSpan.FromSeconds(60);

    internal static async Task<T> Within<T>(this Task<T> task)
    {
        await ((Task)task).Within();
        return await task;
    }

    internal static async Task Within(this Task task)
    {
        if (await Task.WhenAny(task, Task.Delay(most)) != task) Assert.Fail("not within " + most);
        await task;
    }

    /// <summary>What the task throws, which must be exactly of this class.</summary>
    internal static async Task<T> Throws<T>(this Task task) where T : Exception
    {
        try
        {
            await task.Within();
        }
        catch (AssertionException)
        {
            throw;
        }
        catch (Exception thrown)
        {
            Assert.AreEqual(typeof(T), thrown.GetType(), thrown.ToString());
            return (T)thrown;
        }
        Assert.Fail("no " + typeof(T).Name);
        return null;
    }
}

/// <summary>Lines of the log, to be waited for.</summary>
internal sealed class LogRecorder : IDisposable
{
    private readonly BlockingCollection<LogEvent> lines = new BlockingCollection<LogEvent>();

    internal LogRecorder()
    {
        ResockLog.Written += Handle;
    }

    private void Handle(object sender, LogEvent line)
    {
        lines.Add(line);
    }

    /// <summary>The next that is so; others before it are passed over.</summary>
    internal Task<LogEvent> Next(Predicate<LogEvent> isMeant)
    {
        return Task.Run(() =>
        {
            using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
            {
                for (;;)
                {
                    LogEvent line = lines.Take(limit.Token);
                    if (isMeant(line)) return line;
                }
            }
        });
    }

    public void Dispose()
    {
        ResockLog.Written -= Handle;
    }
}

/// <summary>Events of a link, to be waited for.</summary>
internal sealed class Recorder
{
    private readonly BlockingCollection<LinkEvent> events = new BlockingCollection<LinkEvent>();

    internal void Handle(object sender, LinkEvent happened)
    {
        events.Add(happened);
    }

    /// <summary>The next one of this class; others before it are passed over.</summary>
    internal Task<T> Next<T>() where T : LinkEvent
    {
        return Task.Run(() =>
        {
            using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
            {
                for (;;)
                {
                    if (events.Take(limit.Token) is T found) return found;
                }
            }
        });
    }
}
}
