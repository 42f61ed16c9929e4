using System;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Sessions that outlive their process.</summary>
[TestFixture]
public sealed class RestartTests
{
    [Test]
    public async Task WhatARestartedProcessWasNotDoneWithComesAgain()
    {
        using (var outbox = new OutboxFile())
        {
            using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
            {
                LinkOptions options = Sessions.Options();
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
                    using (Link after = await Sessions.Again(() => Link.ConnectAsync(listener.Address, options)).Within())
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
                LinkOptions options = Sessions.Options();
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
                    using (Link after = await Sessions.Again(() => Link.ConnectAsync(listener.Address, options)).Within())
                    {
                        Assert.AreEqual("2", (await after.ReceiveAsync().Within()).Text);
                        Assert.AreEqual("3", (await after.ReceiveAsync().Within()).Text);
                    }
                }
            }
        }
    }

    [Test]
    public async Task ReceiptsGoOnBehindWhatTheOutboxHolds()
    {
        using (var outbox = new OutboxFile())
        {
            string address = FreeAddress();
            LinkOptions options = Sessions.Options();
            options.OutboxPath = outbox.Path;
            using (Link before = Link.Open(address, options))
            {
                Receipt kept = await before.SendManyAsync(new[] { "1", "2" }).Within();
                await kept.ReachedAsync(Level.Stored).Within();
            }
            using (Link after = await Sessions.Again(() => Task.FromResult(Link.Open(address, options))).Within())
            {
                Task all = after.FlushAsync(Level.Processed); // of the process before
                Assert.IsFalse(all.IsCompleted);
                Receipt more = await after.SendManyAsync(new[] { "3", "4", "5" }).Within();
                Assert.AreEqual(3, more.FirstId);
                Assert.AreEqual(5, more.Id);
                using (Listener listener = Listener.Open(address))
                using (Link peer = await listener.AcceptAsync().Within())
                {
                    for (int i = 1; i < 4; i++) Assert.AreEqual(i.ToString(), (await peer.ReceiveAsync().Within()).Text);
                    await all.Within();
                    Assert.AreNotEqual(Level.Processed, more.Level);
                    await peer.ReceiveManyAsync().Within();
                }
            }
        }
    }

    private static string FreeAddress()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0")) return listener.Address;
    }

    [Test]
    public async Task ReceiptsOfAnAcceptedLinkGoOnBehindWhatTheListenerKept()
    {
        using (var sessions = new OutboxFile())
        {
            using (var hub = new Hub())
            {
                var options = new ListenerOptions { Hub = hub, ListenSessions = sessions.Path };
                using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
                {
                    Link client = await Link.ConnectAsync(listener.Address, Sessions.Options()).Within();
                    Link peer = await listener.AcceptAsync().Within();
                    client.Dispose(); // as a crash: the session waits for it
                    Receipt kept = await peer.SendManyAsync(new[] { "1", "2" }).Within();
                    await kept.ReachedAsync(Level.Stored).Within();
                    hub.Dispose(); // as a crash
                    peer.Dispose();
                }
            }
            var same = new ListenerOptions { ListenSessions = sessions.Path };
            using (Listener listener = await Sessions.Again(() => Task.FromResult(Listener.Open("ws://127.0.0.1:0", same))).Within())
            using (Link peer = await listener.AcceptAsync().Within())
            {
                Receipt more = await peer.SendManyAsync(new[] { "3", "4" }).Within();
                Assert.AreEqual(3, more.FirstId);
                Assert.AreEqual(4, more.Id);
            }
        }
    }
}
}
