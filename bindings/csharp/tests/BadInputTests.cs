using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class BadInputTests
{
    [Test]
    public async Task NullIsRefusedBeforeAnythingHappens()
    {
        Assert.Throws<ArgumentNullException>(() => Link.Open(null));
        Assert.Throws<ArgumentNullException>(() => Listener.Open(null));
        Assert.Throws<ArgumentNullException>(() => Link.ConnectAsync(null));
        using (Link link = Link.Open("echo:"))
        {
            Assert.Throws<ArgumentNullException>(() => link.SendAsync((string)null));
            Assert.Throws<ArgumentNullException>(() => link.SendAsync((byte[])null));
            Assert.Throws<ArgumentNullException>(() => link.SendAsync(default(ArraySegment<byte>)));
            Assert.Throws<ArgumentNullException>(() => link.SendManyAsync((IEnumerable<string>)null));
            Assert.Throws<ArgumentNullException>(() => link.SendManyAsync((IEnumerable<byte[]>)null));
            Assert.Throws<ArgumentNullException>(() => link.SendManyAsync(new string[] { "a", null }));
            Assert.Throws<ArgumentNullException>(() => link.SendManyAsync(new byte[][] { null }));
            Assert.Throws<ArgumentNullException>(() => link.Set(null, "1"));
            Assert.Throws<ArgumentNullException>(() => link.Set("queue.bytes", null));
            Assert.Throws<ArgumentNullException>(() => link.SetGreeting(null, "x"));
            Assert.Throws<ArgumentNullException>(() => link.SetGreeting("x", (string)null));
            Assert.Throws<ArgumentNullException>(() => link.SetGreeting("x", (byte[])null));
            Assert.Throws<ArgumentNullException>(() => link.RemoveGreeting(null));
            Assert.Throws<ArgumentNullException>(() => link.SetCredentials(null));
            Assert.Throws<ArgumentNullException>(() => link.CloseAsync(1000, null));
            link.OnEvent += null;
            link.OnEvent -= null;
            Receipt receipt = await link.SendAsync("nothing was sent before").Within();
            Assert.AreEqual(1, receipt.Id);
        }
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Assert.Throws<ArgumentNullException>(() => listener.RunAsync(null));
        }
        Assert.Throws<ArgumentNullException>(() => Answer.AcceptWith(null));
        Assert.Throws<ArgumentNullException>(() => Answer.Refuse(403, null));
        Assert.Throws<ArgumentNullException>(() => ResockLibrary.UsePath(null));
    }

    [Test]
    public async Task WrongNumbers()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Answer.Refuse(200));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendOptions { Ttl = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendOptions { Ttl = TimeSpan.FromDays(60) });
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => link.ReceiveManyAsync(0));
            Assert.Throws<ArgumentOutOfRangeException>(() => link.Confirm(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => link.AskToken(TimeSpan.FromHours(1)));
            var noSession = Assert.Throws<ResockException>(() => link.AskToken(TimeSpan.FromSeconds(1)));
            Assert.AreEqual(Status.NotSupported, noSession.Status);
            var wrongLevel = await link.FlushAsync((Level)99).Throws<ResockException>();
            Assert.AreEqual(Status.Invalid, wrongLevel.Status);
            foreach (int code in new[] { 0, 999, 1005, 2000, 5000, -1 })
            {
                var wrong = await link.CloseAsync(code).Throws<ResockException>();
                Assert.AreEqual(Status.Invalid, wrong.Status);
                StringAssert.Contains("1000", wrong.Message);
            }
            var tooLong = await link.CloseAsync(1000, new string('x', 124)).Throws<ResockException>();
            StringAssert.Contains("123", tooLong.Message);
            await link.SendAsync("still open").Within();
        }
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => listener.DrainAsync(TimeSpan.FromSeconds(-5)));
            await listener.DrainAsync(TimeSpan.Zero, 1000).Throws<ResockException>();
            await listener.DrainAsync(TimeSpan.Zero, 1001, "http://x").Throws<OptionException>();
        }
    }

    [Test]
    public async Task TextThatIsNoUnicode()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Assert.Throws<EncoderFallbackException>(() => link.SendAsync("\ud800"));
            Assert.Throws<EncoderFallbackException>(() => link.SendManyAsync(new[] { "\udc00" }));
            Assert.Throws<EncoderFallbackException>(() => link.SetGreeting("x", "\ud800"));
            Assert.Throws<EncoderFallbackException>(() => link.CloseAsync(1000, "\ud800"));
            Assert.Throws<EncoderFallbackException>(() => Link.ConnectAsync("ws://\ud800"));
            Assert.Throws<ArgumentException>(() => Link.ConnectAsync("ws://a\0b"));
            Assert.Throws<EncoderFallbackException>(() => Answer.Refuse(403, "\ud800"));
            Assert.Throws<EncoderFallbackException>(() => Answer.Refuse(403, "", "X: \ud800"));
            Assert.Throws<ArgumentException>(() => Answer.Refuse(403, "", "X: a\0b"));
            await link.SendAsync("a\0b").Within();
            Assert.AreEqual("a\0b", (await link.ReceiveAsync().Within()).Text);
        }
    }

    [Test]
    public async Task TooBig()
    {
        using (Link link = await Link.ConnectAsync("echo:", new LinkOptions { MessageMax = 100 }).Within())
        {
            var big = await link.SendAsync(new byte[101]).Throws<TooBigException>();
            StringAssert.Contains("message.max", big.Message);
            var many = await link.SendManyAsync(new[] { new byte[1], new byte[101], new byte[1] }).Throws<TooBigException>();
            Assert.AreEqual(1, many.Accepted);
            Assert.AreEqual(2, (await link.SendAsync("x").Within()).Id);
        }
    }

    [Test]
    public async Task ALargeMessageTravelsWhole()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            byte[] large = new byte[3 * 1024 * 1024];
            new Random(1).NextBytes(large);
            await link.SendAsync(large).Within();
            CollectionAssert.AreEqual(large, (await link.ReceiveAsync().Within()).Data);
        }
    }

    [Test]
    public async Task UseAfterDispose()
    {
        Link link = await Link.ConnectAsync("echo:").Within();
        Message message = await Echoed(link);
        link.Dispose();
        link.Dispose();
        var closed = await link.SendAsync("x").Throws<ClosedException>();
        StringAssert.Contains("echo:", closed.Message);
        await link.SendManyAsync(new[] { "x" }).Throws<ClosedException>();
        await link.FlushAsync().Throws<ClosedException>();
        await link.CloseAsync().Throws<ClosedException>();
        Assert.IsNull(await link.ReceiveAsync().Within());
        Assert.Throws<ClosedException>(() => link.StatsJson());
        Assert.Throws<ClosedException>(() => link.HistoryJson());
        Assert.Throws<ClosedException>(() => link.Set("queue.bytes", "1MiB"));
        Assert.Throws<ClosedException>(() => link.RetryNow());
        Assert.Throws<ClosedException>(() => link.Ready());
        Assert.Throws<ClosedException>(() => link.Confirm(1));
        Assert.Throws<ClosedException>(() => link.SetGreeting("x", "y"));
        Assert.Throws<ClosedException>(() => link.SetCredentials(new LinkOptions { Url = "echo:" }));
        Assert.Throws<ClosedException>(() => { State none = link.State; });
        message.Done();
        Assert.AreEqual("x", message.Text);
    }

    private static async Task<Message> Echoed(Link link)
    {
        await link.SendAsync("x").Within();
        return await link.ReceiveAsync().Within();
    }

    [Test]
    public async Task AHubTakesItsLinksAlong()
    {
        var hub = new Hub();
        var options = new LinkOptions { Hub = hub };
        Link link = await Link.ConnectAsync("echo:", options).Within();
        Listener listener = Listener.Open("ws://127.0.0.1:0", new ListenerOptions { Hub = hub });
        Task<Link> accepting = listener.AcceptAsync();
        Task<Message> waiting = link.ReceiveAsync();
        hub.Dispose();
        hub.Dispose();
        await waiting.Throws<ClosedException>();
        Assert.IsNull(await accepting.Within());
        await link.SendAsync("x").Throws<ClosedException>();
        Assert.Throws<ClosedException>(() => Link.Open("echo:", options));
        link.Dispose();
        listener.Dispose();
        Assert.Throws<InvalidOperationException>(() => Hub.Shared.Dispose());
    }

    [Test]
    public void WhatIsKnownCanBeExplained()
    {
        StringAssert.Contains("1006", ResockLibrary.Explain("1006"));
        StringAssert.StartsWith("[", ResockLibrary.Explain(null));
        StringAssert.Contains("\"abi\"", ResockLibrary.VersionJson());
        var unknown = Assert.Throws<ResockException>(() => ResockLibrary.Explain("nothing at all"));
        Assert.AreEqual(Status.Invalid, unknown.Status);
    }
}
}
