using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Events that wait because a handler takes its time.</summary>
[TestFixture]
public sealed class SlowHandlerTests
{
    /// <summary>What waits for it does not grow with the messages.</summary>
    [Test]
    public async Task ASlowHandlerIsToldOnceWhatOneEventCanSay()
    {
        const int count = 200;
        using (var slow = new ManualResetEventSlim())
        {
            var seen = new BlockingCollection<LinkEvent>();
            var options = new LinkOptions();
            options.OnEvent = (sender, happened) =>
            {
                slow.Wait();
                seen.Add(happened);
            };
            using (Link link = await Link.ConnectAsync("echo:", options).Within())
            {
                var flush = new SendOptions { Flush = true };
                for (int i = 0; i < count; i++)
                {
                    await (await link.SendAsync("x", flush).Within()).ConfirmedAsync().Within();
                    await link.ReceiveAsync().Within();
                }
                slow.Set();
                await link.CloseAsync().Within();
            }
            var all = new List<LinkEvent>();
            while (!(all.LastOrDefault() is ClosedEvent)) all.Add(await Task.Run(() => seen.Take()).Within());
            ConfirmedEvent[] confirmed = all.OfType<ConfirmedEvent>().ToArray();
            Assert.Less(confirmed.Length, 10);
            Assert.AreEqual(count, confirmed.Last(each => each.Level == Level.Received).Through);
            Assert.IsInstanceOf<OpenedEvent>(all.First());
            Assert.IsInstanceOf<ClosedEvent>(all.Last());
        }
    }

    [Test]
    public async Task ASlowHandlerIsToldAllThatFailed()
    {
        const int count = 200;
        using (var slow = new ManualResetEventSlim())
        {
            var recorder = new Recorder();
            var options = new LinkOptions
            {
                QueueFull = QueueFull.DropOldest,
                QueueMessages = 1,
                ReconnectMin = TimeSpan.FromHours(1),
                ReconnectMax = TimeSpan.FromHours(1)
            };
            options.OnEvent = (sender, happened) =>
            {
                slow.Wait();
                recorder.Handle(sender, happened);
            };
            using (Link link = Link.Open("ws://127.0.0.1:1", options))
            {
                for (int i = 0; i < count; i++)
                {
                    Receipt before = await link.SendAsync("x").Within();
                    await link.SendAsync("y").Within();
                    await before.ConfirmedAsync().Throws<FailedException>();
                }
                slow.Set();
                long next = 1;
                int events = 0;
                while (next < 2 * count)
                {
                    FailedEvent failed = await recorder.Next<FailedEvent>().Within();
                    Assert.AreEqual(next, failed.FirstId);
                    Assert.AreEqual(Reason.Dropped, failed.Reason);
                    next = failed.LastId + 1;
                    events++;
                }
                Assert.Less(events, 10);
            }
        }
    }
}
}
