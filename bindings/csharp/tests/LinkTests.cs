using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class LinkTests
{
    [Test]
    public async Task WhatIsSentComesBackAsItWas()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            string[] texts = { "hello", "", "grüße, 世界 😀", new string('x', 5000) };
            foreach (string text in texts) await link.SendAsync(text).Within();
            byte[] bytes = Enumerable.Range(0, 256).Select(each => (byte)each).ToArray();
            await link.SendAsync(bytes).Within();
            await link.SendAsync(new byte[0]).Within();
            await link.SendAsync(new ArraySegment<byte>(bytes, 10, 20)).Within();
            foreach (string text in texts)
            {
                Message message = await link.ReceiveAsync().Within();
                Assert.IsTrue(message.IsText);
                Assert.AreEqual(text, message.Text);
                Assert.AreEqual(text, message.ToString());
            }
            Message binary = await link.ReceiveAsync().Within();
            Assert.IsFalse(binary.IsText);
            CollectionAssert.AreEqual(bytes, binary.Data);
            Assert.AreEqual("binary message of 256 bytes", binary.ToString());
            Assert.AreEqual(0, (await link.ReceiveAsync().Within()).Data.Length);
            CollectionAssert.AreEqual(bytes.Skip(10).Take(20), (await link.ReceiveAsync().Within()).Data);
        }
    }

    [Test]
    public async Task ManyKeepTheirOrderAndSizes()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            // Around the sizes at which records and calls change over.
            int[] sizes = Enumerable.Range(0, 500).Select(each => each * 97 % 40000).ToArray();
            Receipt receipt = await link.SendManyAsync(sizes.Select(each => new byte[each])).Within();
            Assert.AreEqual(1, receipt.FirstId);
            Assert.AreEqual(500, receipt.Id);
            Receipt texts = await link.SendManyAsync(new[] { "a", "b" }).Within();
            Assert.AreEqual(501, texts.FirstId);
            Assert.AreEqual(502, texts.Id);
            int next = 0;
            while (next < 502)
            {
                foreach (Message message in await link.ReceiveManyAsync(100).Within())
                {
                    if (next < 500) Assert.AreEqual(sizes[next], message.Data.Length);
                    else Assert.AreEqual(next == 500 ? "a" : "b", message.Text);
                    next++;
                }
            }
            Assert.AreEqual(Level.Received, await texts.ConfirmedAsync().Within());
            Receipt none = await link.SendManyAsync(new byte[0][]).Within();
            Assert.AreEqual(Level.Received, await none.ConfirmedAsync().Within());
        }
    }

    [Test]
    public async Task ClosingInOrderEndsWhoeverReceives()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Task<Message> waiting = link.ReceiveAsync();
            Task<Message[]> many = link.ReceiveManyAsync();
            Disconnect record = await link.CloseAsync(4000, "done").Within();
            Assert.IsNull(await waiting.Within());
            Assert.AreEqual(0, (await many.Within()).Length);
            Assert.IsNull(await link.ReceiveAsync().Within());
            Assert.AreEqual(4000, record.CloseCode);
            Assert.IsTrue(record.ClosedByUs);
            Assert.AreSame(record, await link.Closed.Within());
            Assert.AreSame(record, await link.CloseAsync().Within());
            StringAssert.Contains("\"connections\":1", link.StatsJson());
            Assert.AreEqual(State.Finished, link.State);
            Assert.IsTrue(link.HistoryJson().StartsWith("["));
            var closed = await link.SendAsync("late").Throws<ClosedException>();
            Assert.AreSame(record, closed.Record);
        }
    }

    [Test]
    public async Task WhatArrivedBeforeTheEndIsStillThere()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            for (int i = 0; i < 10; i++) await link.SendAsync("message " + i).Within();
            await link.FlushAsync().Within();
            await link.CloseAsync().Within();
            for (int i = 0; i < 10; i++) Assert.AreEqual("message " + i, (await link.ReceiveAsync().Within()).Text);
            Assert.IsNull(await link.ReceiveAsync().Within());
        }
    }

    [Test]
    public async Task CancellingReceiveLosesNothing()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        using (var source = new CancellationTokenSource())
        {
            Task<Message> waiting = link.ReceiveAsync(source.Token);
            Task<Message[]> many = link.ReceiveManyAsync(5, source.Token);
            source.Cancel();
            await waiting.Throws<TaskCanceledException>();
            await many.Throws<TaskCanceledException>();
            await link.ReceiveAsync(source.Token).Throws<TaskCanceledException>();
            await link.SendAsync("not sent", cancellationToken: source.Token).Throws<TaskCanceledException>();
            await link.SendAsync("hello").Within();
            Assert.AreEqual("hello", (await link.ReceiveAsync().Within()).Text);
        }
    }

    [Test]
    public async Task ManyMayReceive()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Task<Message>[] all = Enumerable.Range(0, 50).Select(each => link.ReceiveAsync()).ToArray();
            await link.SendManyAsync(Enumerable.Range(0, 50).Select(each => each.ToString())).Within();
            Message[] messages = await Task.WhenAll(all).Within();
            CollectionAssert.AreEqual(Enumerable.Range(0, 50).Select(each => each.ToString()),
                messages.Select(each => each.Text));
        }
    }

    [Test]
    public async Task ManyMaySend()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            Task[] senders = Enumerable.Range(0, 8).Select(who => Task.Run(async () =>
            {
                for (int i = 0; i < 250; i++) await link.SendAsync(who + " " + i);
            })).ToArray();
            var next = new int[8];
            for (int i = 0; i < 2000; i++)
            {
                string[] words = (await link.ReceiveAsync().Within()).Text.Split(' ');
                Assert.AreEqual(next[int.Parse(words[0])]++, int.Parse(words[1]));
            }
            await Task.WhenAll(senders).Within();
        }
    }

    [Test]
    public async Task OptionsCanBeChanged()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            link.Set("queue.messages", "5");
            var wrong = Assert.Throws<OptionException>(() => link.Set("queue.messages", "none"));
            StringAssert.Contains("none", wrong.Message);
            Assert.Throws<OptionException>(() => link.Set("url", "ws://127.0.0.1"));
            link.RetryNow();
        }
    }
}
}
