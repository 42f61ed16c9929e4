using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Exactly once, with a listener that speaks resock.v1.</summary>
[TestFixture]
public sealed class SessionTests
{
    /// <summary>A place for an outbox, and what stands there at the end removed.</summary>
    private sealed class OutboxFile : IDisposable
    {
        internal readonly string Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose()
        {
            string folder = System.IO.Path.GetDirectoryName(Path);
            foreach (string each in Directory.GetFiles(folder, System.IO.Path.GetFileName(Path) + "*")) File.Delete(each);
        }
    }

    private static LinkOptions Session()
    {
        return new LinkOptions
        {
            Delivery = Delivery.ExactlyOnce,
            ReconnectMin = TimeSpan.Zero,
            ReconnectMax = TimeSpan.FromMilliseconds(10)
        };
    }

    [Test]
    public async Task ProcessedIsTold()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        using (Link link = await Link.ConnectAsync(listener.Address, Session()).Within())
        using (Link peer = await listener.AcceptAsync().Within())
        {
            Receipt first = await link.SendAsync("1").Within();
            Receipt second = await link.SendAsync("2").Within();
            Message message = await peer.ReceiveAsync().Within();
            Assert.AreEqual("1", message.Text);
            Assert.Greater(message.Number, 0);
            Assert.IsFalse(message.IsRedelivered);
            Assert.IsFalse(message.IsExpired);
            Assert.AreEqual(Level.Received, await second.ConfirmedAsync().Within());
            Task<Level> processed = first.ReachedAsync(Level.Processed);
            Assert.IsFalse(processed.IsCompleted); // the peer has it, and is not done with it
            Message next = await peer.ReceiveAsync().Within();
            Assert.AreEqual(Level.Processed, await processed.Within());
            Assert.Greater(next.Number, message.Number);
            Assert.AreEqual(Level.Received, second.Level);
            await peer.SendAsync("back").Within();
            Assert.AreEqual("back", (await link.ReceiveAsync().Within()).Text);
        }
    }

    [Test]
    public async Task DoneByHand()
    {
        var options = new ListenerOptions { SessionDone = SessionDone.Manual };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        using (Link link = await Link.ConnectAsync(listener.Address, Session()).Within())
        using (Link peer = await listener.AcceptAsync().Within())
        {
            Receipt first = await link.SendAsync("1").Within();
            Receipt second = await link.SendAsync("2").Within();
            Message one = await peer.ReceiveAsync().Within();
            Message two = await peer.ReceiveAsync().Within();
            await second.ConfirmedAsync().Within();
            Task<Level> processed = first.ReachedAsync(Level.Processed);
            Assert.IsFalse(processed.IsCompleted);
            two.Done();
            one.Done();
            one.Done();
            Assert.AreEqual(Level.Processed, await processed.Within());
            Assert.AreEqual(Level.Processed, await second.ReachedAsync(Level.Processed).Within());
        }
    }

    [Test]
    public async Task WhatARestartedProcessWasNotDoneWithComesAgain()
    {
        using (var outbox = new OutboxFile())
        {
            using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
            {
                LinkOptions options = Session();
                options.OutboxPath = outbox.Path;
                Task<Link> accepted = listener.AcceptAsync();
                Link before = await Link.ConnectAsync(listener.Address, options).Within();
                using (Link peer = await accepted.Within())
                {
                    await peer.SendManyAsync(new[] { "1", "2" }).Within();
                    Assert.AreEqual("1", (await before.ReceiveAsync().Within()).Text);
                    Message unfinished = await before.ReceiveAsync().Within(); // done with "1" by this
                    Assert.AreEqual("2", unfinished.Text);
                    Receipt stored = await before.SendAsync("x").Within();
                    Assert.GreaterOrEqual(await stored.ReachedAsync(Level.Stored).Within(), Level.Stored);
                    await before.FlushAsync(Level.Received).Within();
                    before.Dispose(); // as a crash: the session goes on
                    using (Link after = await Again(listener.Address, options).Within())
                    {
                        Message again = await after.ReceiveAsync().Within();
                        Assert.IsTrue(again.IsRedelivered);
                        Assert.AreEqual(unfinished.Number, again.Number);
                        Assert.AreEqual("2", again.Text);
                        Assert.IsTrue((await after.Opened.Within()).Resumed);
                        Assert.AreEqual("x", (await peer.ReceiveAsync().Within()).Text);
                        Task<Message> last = peer.ReceiveAsync(); // done with "x" by this
                        await after.CloseAsync().Within();
                        Assert.IsNull(await last.Within());
                    }
                }
            }
        }
    }

    [Test]
    public async Task APositionOfTheApplication()
    {
        using (var outbox = new OutboxFile())
        {
            using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
            {
                LinkOptions options = Session();
                options.OutboxPath = outbox.Path;
                options.SessionPosition = new byte[0];
                Task<Link> accepted = listener.AcceptAsync();
                Link before = await Link.ConnectAsync(listener.Address, options).Within();
                using (Link peer = await accepted.Within())
                {
                    await peer.SendManyAsync(new[] { "1", "2", "3" }).Within();
                    byte[] committed = (await before.ReceiveAsync().Within()).Position;
                    Assert.AreNotEqual(committed, (await before.ReceiveAsync().Within()).Position);
                    before.Dispose(); // as a crash, in which the second was not committed
                    options.SessionPosition = committed;
                    using (Link after = await Again(listener.Address, options).Within())
                    {
                        Assert.AreEqual("2", (await after.ReceiveAsync().Within()).Text);
                        Assert.AreEqual("3", (await after.ReceiveAsync().Within()).Text);
                    }
                }
            }
        }
    }

    [Test]
    public async Task AMessageOfAPlainLinkHasNoPosition()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            await link.SendAsync("x").Within();
            Assert.IsNull((await link.ReceiveAsync().Within()).Position);
        }
    }

    /// <summary>The file is free once the library's own thread has let it go.</summary>
    private static async Task<Link> Again(string address, LinkOptions options)
    {
        for (;;)
        {
            try
            {
                return await Link.ConnectAsync(address, options);
            }
            catch (ResockException inUse) when (inUse.Message.Contains("is in use"))
            {
                await Task.Yield();
            }
        }
    }

    [Test]
    public async Task ASessionThatTheServerDoesNotKnowIsLost()
    {
        LinkOptions options = Session();
        var recorder = new Recorder();
        options.OnEvent = recorder.Handle;
        Listener first = Listener.Open("ws://127.0.0.1:0");
        string address = first.Address;
        using (Link link = await Link.ConnectAsync(address, options).Within())
        using (Link peer = await first.AcceptAsync().Within())
        {
            first.Dispose();
            peer.Dispose();
            await recorder.Next<DownEvent>().Within();
            Receipt receipt = await link.SendAsync("x").Within();
            using (Listener second = Listener.Open(address))
            {
                LostEvent lost = await recorder.Next<LostEvent>().Within();
                Assert.IsFalse(lost.BegunAnew);
                Assert.IsNotEmpty(lost.Text);
                var thrown = await link.ReceiveAsync().Throws<LostException>();
                Assert.AreEqual(lost.Reason, thrown.Reason);
                await receipt.ConfirmedAsync().Throws<FailedException>();
            }
        }
    }

    [Test]
    public async Task AFreshTokenIsAnswered()
    {
        var tokens = new System.Collections.Concurrent.BlockingCollection<Request>();
        var options = new ListenerOptions
        {
            OnRequest = request =>
            {
                tokens.Add(request);
                return Task.FromResult(Answer.Accept);
            }
        };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        {
            LinkOptions client = Session();
            int asked = 0;
            client.Credentials = request => Task.FromResult(new LinkOptions { SessionToken = "token " + ++asked });
            using (Link link = await Link.ConnectAsync(listener.Address, client).Within())
            using (Link peer = await listener.AcceptAsync().Within())
            {
                Request opening = await Task.Run(() => tokens.Take()).Within();
                Assert.AreEqual("token 1", System.Text.Encoding.UTF8.GetString(opening.Token()));
                Assert.IsNull(opening.Link);
                peer.AskToken(TimeSpan.FromSeconds(60));
                Request fresh = await Task.Run(() => tokens.Take()).Within();
                Assert.AreEqual("token 2", System.Text.Encoding.UTF8.GetString(fresh.Token()));
                Assert.AreSame(peer, fresh.Link);
            }
        }
    }

    [Test]
    public async Task EachOnceAndInOrderOverCuts()
    {
        const int count = 5000;
        var recorder = new Recorder();
        LinkOptions options = Session();
        options.OnEvent = recorder.Handle;
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        using (var line = new CutLine(listener.Address))
        using (Link link = await Link.ConnectAsync(line.Url, options).Within())
        using (Link peer = await listener.AcceptAsync().Within())
        {
            await recorder.Next<OpenedEvent>().Within();
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < count; i++) await link.SendAsync(i.ToString());
            });
            for (int i = 0; i < count; i++)
            {
                Assert.AreEqual(i.ToString(), (await peer.ReceiveAsync().Within()).Text);
                if (i % 500 != 250) continue;
                line.Cut();
                Assert.IsTrue((await recorder.Next<OpenedEvent>().Within()).Resumed);
            }
            await sending.Within();
            await link.FlushAsync().Within();
        }
    }
}
}
