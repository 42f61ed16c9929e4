using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>A queue that is full, and a peer or an application that does not read.</summary>
[TestFixture]
public sealed class QueueTests
{
    private static Link Full(LinkOptions options)
    {
        options.QueueMessages = 2;
        options.ReconnectMin = TimeSpan.FromHours(1);
        options.ReconnectMax = TimeSpan.FromHours(1);
        Link link = Link.Open("ws://127.0.0.1:1", options);
        link.SendManyAsync(new[] { "1", "2" }).Wait();
        return link;
    }

    [Test]
    public async Task AnErrorAtOnceWhereThatIsWanted()
    {
        using (Link link = Full(new LinkOptions { QueueFull = QueueFull.Error }))
        {
            var full = await link.SendAsync("3").Throws<QueueFullException>();
            Assert.AreEqual(Status.QueueFull, full.Status);
            StringAssert.Contains("queue", full.Message);
        }
    }

    [Test]
    public async Task ManyTellHowManyWereAccepted()
    {
        var options = new LinkOptions { QueueFull = QueueFull.Error };
        using (Link link = Full(options))
        {
            link.Set("queue.messages", "5");
            var full = await link.SendManyAsync(Enumerable.Repeat("x", 10)).Throws<QueueFullException>();
            Assert.AreEqual(3, full.Accepted);
        }
    }

    [Test]
    public async Task ATimeoutWhereNoRoomComes()
    {
        using (Link link = Full(new LinkOptions { SendTimeout = TimeSpan.FromMilliseconds(50) }))
        {
            var late = await link.SendAsync("3").Throws<ResockTimeoutException>();
            StringAssert.Contains("send.timeout", late.Message);
            await link.SendManyAsync(new[] { "3", "4" }).Throws<ResockTimeoutException>();
        }
    }

    [Test]
    public async Task WaitingCanBeCancelledAndGoesOnInOrder()
    {
        using (Link link = Full(new LinkOptions()))
        using (var source = new CancellationTokenSource())
        {
            Task<Receipt> cancelled = link.SendAsync("3", cancellationToken: source.Token);
            byte[] data = { 4 };
            Task<Receipt> next = link.SendAsync(data);
            data[0] = 99; // a copy was made
            Task<Receipt> many = link.SendManyAsync(new[] { "5", "6", "7" });
            Task<Receipt> last = link.SendAsync("8");
            source.Cancel();
            await cancelled.Throws<TaskCanceledException>();
            Assert.IsFalse(next.IsCompleted);
            link.Set("queue.messages", "4");
            Assert.AreEqual(3, (await next.Within()).Id);
            Assert.IsFalse(many.IsCompleted);
            link.Set("queue.messages", "100");
            Assert.AreEqual(6, (await many.Within()).Id);
            Assert.AreEqual(4, many.Result.FirstId);
            Assert.AreEqual(7, (await last.Within()).Id);
            Assert.AreEqual(3, link.SendManyAsync(Enumerable.Repeat("x", 3)).Result.Id - 7);
        }
    }

    /// <summary>The accepted ones are sent: whoever cancels has to know which these are.</summary>
    [Test]
    public async Task ManyThatAreCancelledTellHowManyWereAccepted()
    {
        using (Link link = Full(new LinkOptions()))
        using (var source = new CancellationTokenSource())
        {
            link.Set("queue.messages", "5");
            Task<Receipt> many = link.SendManyAsync(Enumerable.Repeat("x", 10), cancellationToken: source.Token);
            Task<Receipt> behind = link.SendManyAsync(Enumerable.Repeat("x", 10), cancellationToken: source.Token);
            source.Cancel();
            Assert.AreEqual(3, (await many.Throws<SendCanceledException>()).Accepted);
            Assert.IsTrue(many.IsCanceled);
            await behind.Throws<TaskCanceledException>();
            link.Set("queue.messages", "100");
            Assert.AreEqual(6, (await link.SendAsync("y").Within()).Id);
        }
    }

    [Test]
    public async Task ManyThatTheEndInterruptsTellHowManyWereAccepted()
    {
        Link link = Full(new LinkOptions());
        link.Set("queue.messages", "5");
        Task<Receipt> many = link.SendManyAsync(Enumerable.Repeat("x", 10));
        link.Dispose();
        Assert.AreEqual(3, (await many.Throws<ClosedException>()).Accepted);
    }

    [Test]
    public async Task TheAcceptedPartKeepsTheLink()
    {
        foreach (string full in new[] { "wait", "error" })
        {
            using (Link link = Link.Open("ws://127.0.0.1:1", new LinkOptions { QueueMessages = 2 }))
            {
                link.Set("queue.full", full);
                link.Set("send.timeout", "1ms");
                Task<Receipt> many = link.SendManyAsync(new[] { "1", "2", "3" });
                if (full == "error") await many.Throws<QueueFullException>();
                else Assert.AreEqual(2, (await many.Throws<ResockTimeoutException>()).Accepted);
                Assert.IsNotNull(Inside.Get(link, "Core.Keeper.kept"));
            }
        }
    }

    /// <summary>The first have ended before the last have room.</summary>
    [Test]
    public async Task ManyFailWithTheFirstThatExpiresMeanwhile()
    {
        using (Link link = Link.Open("ws://127.0.0.1:1", new LinkOptions { QueueMessages = 2 }))
        {
            var soon = new SendOptions { Ttl = TimeSpan.FromMilliseconds(1) };
            Receipt all = await link.SendManyAsync(new[] { "1", "2", "3", "4" }, soon).Within();
            Assert.AreEqual(1, all.FirstId);
            Assert.AreEqual(4, all.Id);
            Assert.AreEqual(1, (await all.ConfirmedAsync().Throws<FailedException>()).Id);
        }
    }

    [Test]
    public async Task RoomComesWithWritable()
    {
        var options = new LinkOptions { QueueMessages = 10 };
        using (Link link = await Link.ConnectAsync("echo:", options).Within())
        {
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < 200; i++) await link.SendAsync(i.ToString());
                await link.SendManyAsync(Enumerable.Range(200, 200).Select(each => each.ToString()));
            });
            for (int i = 0; i < 400; i++) Assert.AreEqual(i.ToString(), (await link.ReceiveAsync().Within()).Text);
            await sending.Within();
        }
    }

    /// <summary>Of a peer that sends without end only so much lies here, and none of it is lost.</summary>
    [Test]
    public async Task AnApplicationThatDoesNotReadMakesThePeerWait()
    {
        const int count = 100000;
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task<Link> accepted = listener.AcceptAsync();
            using (Link link = await Link.ConnectAsync(listener.Address,
                new LinkOptions { EventsMessages = 1000 }).Within())
            using (Link peer = await accepted.Within())
            {
                Task sending = Task.Run(async () =>
                {
                    for (int i = 0; i < count / 1000; i++)
                    {
                        await peer.SendManyAsync(Enumerable.Range(i * 1000, 1000).Select(Numbered));
                    }
                });
                await Stalled(peer).Within();
                Assert.Less(Received(link), count / 2);
                Assert.IsFalse(sending.IsCompleted);
                for (int next = 0; next < count;)
                {
                    foreach (Message message in await link.ReceiveManyAsync().Within())
                    {
                        Assert.AreEqual(next++, BitConverter.ToInt32(message.Data, 0));
                    }
                }
                await sending.Within();
            }
        }
    }

    private static byte[] Numbered(int number)
    {
        byte[] message = new byte[1000];
        BitConverter.GetBytes(number).CopyTo(message, 0);
        return message;
    }

    /// <summary>Nothing moves any more. Taken for it too early, the test proves less and still passes.</summary>
    private static async Task Stalled(Link peer)
    {
        for (string before = "", now = peer.StatsJson(); before != now;)
        {
            await Task.Delay(100);
            before = now;
            now = peer.StatsJson();
        }
    }

    private static int Received(Link link)
    {
        string json = link.StatsJson();
        string name = "\"messages_received\":";
        int at = json.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return int.Parse(json.Substring(at, json.IndexOf(',', at) - at));
    }

    [Test]
    public async Task ClosingDoesNotWaitForAnApplicationThatDoesNotRead()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Receipt receipt = null;
            for (int i = 0; i < 10; i++) receipt = await link.SendManyAsync(Enumerable.Repeat(new byte[10], 900)).Within();
            await link.CloseAsync().Within();
            int taken = 0;
            while (await link.ReceiveAsync().Within() != null) taken++;
            Assert.Greater(taken, 0);
            Assert.LessOrEqual(taken, 9000);
        }
    }
}
}
