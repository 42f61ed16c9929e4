using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class ReceiptTests
{
    /// <summary>Nothing is ever sent over it: there is nobody at this port.</summary>
    private static Link Offline(Action<LinkOptions> change = null)
    {
        var options = new LinkOptions { ReconnectMin = TimeSpan.FromHours(1), ReconnectMax = TimeSpan.FromHours(1) };
        change?.Invoke(options);
        return Link.Open("ws://127.0.0.1:1", options);
    }

    [Test]
    public async Task LevelsAreReachedInOrder()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Receipt receipt = await link.SendAsync("hello", new SendOptions { Flush = true }).Within();
            Assert.AreEqual(1, receipt.Id);
            Assert.AreEqual(1, receipt.FirstId);
            Assert.GreaterOrEqual(await receipt.ReachedAsync(Level.Written).Within(), Level.Written);
            Assert.AreEqual(Level.Received, await receipt.ConfirmedAsync().Within());
            Assert.AreEqual(Level.Received, receipt.Level);
            var refused = await receipt.ReachedAsync(Level.Processed).Throws<ResockException>();
            Assert.AreEqual(Status.NotSupported, refused.Status);
        }
    }

    [Test]
    public async Task ManyReceiptsCompleteEachOnce()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            var confirmed = new Task<Level>[5000];
            for (int i = 0; i < confirmed.Length; i++)
            {
                confirmed[i] = (await link.SendAsync(new byte[64]).Within()).ConfirmedAsync();
                if (i % 100 == 99) await link.ReceiveManyAsync().Within();
            }
            Assert.IsTrue((await Task.WhenAll(confirmed).Within()).All(each => each == Level.Received));
        }
    }

    [Test]
    public async Task OneThatIsNotKeptEndsOnceItIsWritten()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Receipt receipt = await link.SendAsync("hello", new SendOptions { Kept = false }).Within();
            Assert.AreEqual(Level.Written, await receipt.ConfirmedAsync().Within());
            Assert.AreEqual(Level.Written, receipt.Level);
            await receipt.ReachedAsync(Level.Received).Throws<ResockException>();
        }
    }

    [Test]
    public async Task ExpiredOnesFail()
    {
        using (Link link = Offline())
        {
            Receipt receipt = await link.SendAsync("x", new SendOptions { Ttl = TimeSpan.FromMilliseconds(1) }).Within();
            var failed = await receipt.ConfirmedAsync().Throws<FailedException>();
            Assert.AreEqual(Reason.Expired, failed.Reason);
            Assert.AreEqual(1, failed.Id);
            Assert.IsNull(receipt.Level);
            Assert.AreSame(failed, await receipt.ReachedAsync(Level.Written).Throws<FailedException>());
        }
    }

    [Test]
    public async Task DroppedOnesFail()
    {
        using (Link link = Offline(options =>
        {
            options.QueueFull = QueueFull.DropOldest;
            options.QueueMessages = 3;
        }))
        {
            var receipts = new Receipt[5];
            for (int i = 0; i < 5; i++) receipts[i] = await link.SendAsync("x").Within();
            for (int i = 0; i < 2; i++)
            {
                var failed = await receipts[i].ConfirmedAsync().Throws<FailedException>();
                Assert.AreEqual(Reason.Dropped, failed.Reason);
                Assert.AreEqual(i + 1, failed.Id);
            }
            for (int i = 2; i < 5; i++) Assert.IsNull(receipts[i].Level);
        }
    }

    [Test]
    public async Task OneForManyFailsWithTheFirstThatDoes()
    {
        using (Link link = Offline(options =>
        {
            options.QueueFull = QueueFull.DropOldest;
            options.QueueMessages = 3;
        }))
        {
            Receipt all = await link.SendManyAsync(new[] { "1", "2", "3" }).Within();
            Task<Level> confirmed = all.ConfirmedAsync();
            Receipt next = await link.SendAsync("4").Within();
            Assert.AreEqual(1, (await confirmed.Throws<FailedException>()).Id);
            Assert.IsNull(next.Level);
            // A range that has begun before.
            await link.SendAsync("5").Within();
            Assert.AreEqual(1, (await all.ConfirmedAsync().Throws<FailedException>()).Id);
        }
    }

    [Test]
    public async Task TheMessagesBehindTheOneThatFailedKeepTheLink()
    {
        using (Link link = Offline(options =>
        {
            options.QueueFull = QueueFull.DropOldest;
            options.QueueMessages = 2;
        }))
        {
            Receipt all = await link.SendManyAsync(new[] { "1", "2", "3" }).Within();
            Assert.AreEqual(1, (await all.ConfirmedAsync().Throws<FailedException>()).Id);
            Assert.IsTrue(IsKept(link, all));
        }
    }

    [Test]
    public async Task AFailureBehindWhatIsConfirmedKeepsNothing()
    {
        using (Link link = Offline(options => options.Confirm = Confirm.App))
        {
            Receipt first = await link.SendAsync("1").Within();
            Receipt second = await link.SendAsync("2", new SendOptions { Ttl = TimeSpan.FromMilliseconds(1) }).Within();
            await second.ConfirmedAsync().Throws<FailedException>();
            Assert.IsTrue(IsKept(link, first));
            link.Confirm(first.Id);
            await first.ConfirmedAsync().Within();
            Assert.IsFalse(IsKept(link, first));
        }
    }

    /// <summary>From being collected.</summary>
    private static bool IsKept(Link link, Receipt receipt)
    {
        Level? waits = receipt.Level; // for what is noted just now
        return Inside.Get(link, "Core.Keeper.kept") != null;
    }

    [Test]
    public async Task WhatWasNotSentFailsWhenTheLinkCloses()
    {
        using (Link link = Offline(options => options.CloseTimeout = TimeSpan.Zero))
        {
            Receipt receipt = await link.SendAsync("x").Within();
            await link.CloseAsync().Within();
            var failed = await receipt.ConfirmedAsync().Throws<FailedException>();
            Assert.AreEqual(Reason.NotSent, failed.Reason);
        }
    }

    [Test]
    public async Task DisposingEndsEveryWait()
    {
        Link link = Offline(options => options.QueueMessages = 1);
        Receipt receipt = await link.SendAsync("x").Within();
        Task<Level> confirmed = receipt.ConfirmedAsync();
        Task<Receipt> room = link.SendAsync("y");
        Task flushed = link.FlushAsync();
        Task<Message> message = link.ReceiveAsync();
        link.Dispose();
        await confirmed.Throws<ClosedException>();
        await room.Throws<ClosedException>();
        await flushed.Throws<ClosedException>();
        await link.Closed.Throws<ClosedException>();
        Assert.IsNull(await message.Within());
        await receipt.ConfirmedAsync().Throws<ClosedException>();
    }

    [Test]
    public async Task AWaitCanBeCancelled()
    {
        using (Link link = Offline())
        using (var source = new CancellationTokenSource())
        {
            Receipt receipt = await link.SendAsync("x").Within();
            Task<Level> confirmed = receipt.ConfirmedAsync(source.Token);
            Task flushed = link.FlushAsync(Level.Received, source.Token);
            source.Cancel();
            await confirmed.Throws<TaskCanceledException>();
            await flushed.Throws<TaskCanceledException>();
            Assert.IsNull(receipt.Level);
        }
    }

    [Test]
    public async Task FlushWaitsForWhatWasSentBefore()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Receipt receipt = await link.SendManyAsync(Enumerable.Repeat("x", 1000)).Within();
            await link.FlushAsync(Level.Written).Within();
            await link.FlushAsync().Within();
            Assert.AreEqual(Level.Received, await receipt.ConfirmedAsync().Within());
            var refused = await link.FlushAsync(Level.Stored).Throws<ResockException>();
            Assert.AreEqual(Status.NotSupported, refused.Status);
        }
    }

    [Test]
    public async Task FlushCountsWhatHasFailed()
    {
        using (Link link = Offline())
        {
            await link.SendAsync("x", new SendOptions { Ttl = TimeSpan.FromMilliseconds(1) }).Within();
            await link.FlushAsync().Within();
        }
    }

    [Test]
    public async Task TheApplicationConfirms()
    {
        var options = new LinkOptions { Confirm = Confirm.App };
        using (Link link = await Link.ConnectAsync("echo:", options).Within())
        {
            Receipt first = await link.SendAsync("1").Within();
            Receipt second = await link.SendAsync("2").Within();
            link.Confirm(second.Id, through: true);
            Assert.AreEqual(Level.Received, await first.ConfirmedAsync().Within());
            var unknown = Assert.Throws<ResockException>(() => link.Confirm(99));
            Assert.AreEqual(Status.Invalid, unknown.Status);
        }
    }
}
}
