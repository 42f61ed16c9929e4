using System;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>Exactly once, with a listener that speaks resock.v1.</summary>
[TestFixture]
public sealed class SessionTests
{
    [Test]
    public async Task ProcessedIsTold()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        using (Link link = await Link.ConnectAsync(listener.Address, Sessions.Options()).Within())
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
        using (Link link = await Link.ConnectAsync(listener.Address, Sessions.Options()).Within())
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
    public async Task AMessageOfAPlainLinkHasNoPosition()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            await link.SendAsync("x").Within();
            Assert.IsNull((await link.ReceiveAsync().Within()).Position);
        }
    }

    [Test]
    public async Task ASessionThatTheServerDoesNotKnowIsLost()
    {
        LinkOptions options = Sessions.Options();
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
            LinkOptions client = Sessions.Options();
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
        LinkOptions options = Sessions.Options();
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
