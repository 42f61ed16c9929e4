using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class ListenerTests
{
    [Test]
    public async Task EachConnectionBecomesALink()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task<Link> waiting = listener.AcceptAsync();
            using (Link first = await Link.ConnectAsync(listener.Address).Within())
            using (Link second = await Link.ConnectAsync(listener.Address).Within())
            using (Link firstPeer = await waiting.Within())
            using (Link secondPeer = await listener.AcceptAsync().Within())
            {
                Assert.IsNull(firstPeer.Request);
                await firstPeer.SendAsync("to the first").Within();
                await secondPeer.SendAsync("to the second").Within();
                Assert.AreEqual("to the first", (await first.ReceiveAsync().Within()).Text);
                Assert.AreEqual("to the second", (await second.ReceiveAsync().Within()).Text);
                Receipt receipt = await first.SendAsync("back").Within();
                Assert.AreEqual("back", (await firstPeer.ReceiveAsync().Within()).Text);
                Assert.AreEqual(Level.Received, await receipt.ConfirmedAsync().Within());
                StringAssert.Contains("\"links\":2", listener.StatsJson());
            }
        }
    }

    [Test]
    public async Task ARequestTellsAllAndIsAnswered()
    {
        Request seen = null;
        var options = new ListenerOptions
        {
            OnRequest = async request =>
            {
                await Task.Yield();
                seen = request;
                var own = new ListenerOptions();
                own.AddHttpHeader("X-Room", "1");
                return Answer.AcceptWith(own);
            }
        };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        {
            var client = new LinkOptions();
            client.AddHttpHeader("X-Name", "a: b");
            using (Link link = await Link.ConnectAsync(listener.Address + "/chat?room=1", client).Within())
            using (Link peer = await listener.AcceptAsync().Within())
            {
                Assert.AreSame(seen, peer.Request);
                Assert.AreEqual("GET", seen.Method);
                Assert.AreEqual("/chat?room=1", seen.Target);
                Assert.AreEqual("a: b", seen.Field("x-name"));
                Assert.IsNull(seen.Field("none"));
                Assert.AreEqual("13", seen.Fields.First(each => each.Key == "Sec-WebSocket-Version").Value);
                StringAssert.StartsWith("127.0.0.1:", seen.Address);
                Assert.AreEqual(0, seen.Token().Length);
                Assert.IsNull(seen.Link);
                Assert.IsFalse(seen.ToString().Contains("room"));
            }
        }
    }

    [Test]
    public async Task OptionsOfOneLinkFallBackOnTheListeners()
    {
        var options = new ListenerOptions
        {
            QueueFull = QueueFull.Error,
            QueueMessages = 1,
            Confirm = Confirm.App,
            OnRequest = request => Task.FromResult(Answer.AcceptWith(
                new ListenerOptions { QueueMessages = request.Target == "/3" ? 3 : (long?)null }))
        };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        {
            foreach (int most in new[] { 1, 3 })
            {
                Task<Link> accepted = listener.AcceptAsync();
                using (Link link = await Link.ConnectAsync(listener.Address + "/" + most).Within())
                using (Link peer = await accepted.Within())
                {
                    for (int i = 0; i < most; i++) await peer.SendAsync("x").Within();
                    await peer.SendAsync("x").Throws<QueueFullException>();
                }
            }
        }
    }

    [Test]
    public async Task ARequestWhoseHandlerThrowsIsRefused()
    {
        int calls = 0;
        var options = new ListenerOptions
        {
            OnRequest = request => ++calls == 1 ? throw new InvalidOperationException("on purpose")
                : Task.FromResult<Answer>(null)
        };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        {
            for (int i = 1; i < 3; i++)
            {
                var once = new LinkOptions { ReconnectAttempts = 0 };
                var refused = await Link.ConnectAsync(listener.Address, once).Throws<RefusedException>();
                Assert.AreEqual(500, refused.HttpStatus);
                Assert.AreEqual(i, calls);
            }
            StringAssert.Contains("500", listener.HistoryJson());
        }
    }

    [Test]
    public async Task AnAnswerThatCannotBeIsLoggedAndRefused()
    {
        var accept = new ListenerOptions { ListenToken = "not of one link" };
        var answers = new Func<Answer>[]
        {
            () => Answer.Refuse(403, "\ud800"),
            () => Answer.Refuse(403, "", "X-Why: a\0b"),
            () => Answer.Refuse(403, "", "no field"),
            () => Answer.AcceptWith(accept)
        };
        foreach (Func<Answer> answer in answers)
        {
            var options = new ListenerOptions
            {
                ListenRequestTimeout = TimeSpan.FromHours(1),
                OnRequest = request => Task.FromResult(answer())
            };
            using (var log = new LogRecorder())
            using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
            {
                var once = new LinkOptions { ReconnectAttempts = 0, OpenTimeout = TimeSpan.FromHours(1) };
                var refused = await Link.ConnectAsync(listener.Address, once).Throws<RefusedException>();
                Assert.AreEqual(500, refused.HttpStatus);
                await log.Next(line => line.Text.Contains("500") || line.Text.Contains("could not be answered")).Within();
            }
        }
    }

    [Test]
    public async Task RunServesAndADrainEndsIt()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task running = listener.RunAsync(async link =>
            {
                Message message;
                while ((message = await link.ReceiveAsync()) != null) await link.SendAsync(message.Data);
            });
            using (Link link = await Link.ConnectAsync(listener.Address).Within())
            {
                await link.SendAsync("hello").Within();
                Assert.AreEqual("hello", (await link.ReceiveAsync().Within()).Text);
                Task drained = listener.DrainAsync(TimeSpan.FromSeconds(30));
                await drained.Within();
                await running.Within();
                Assert.IsNull(await listener.AcceptAsync().Within());
            }
        }
    }

    [Test]
    public async Task AHandlerThatThrowsClosesWith4500()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task running = listener.RunAsync(link => throw new InvalidOperationException("on purpose"));
            var recorder = new Recorder();
            using (Link link = await Link.ConnectAsync(listener.Address, new LinkOptions { OnEvent = recorder.Handle }).Within())
            {
                Assert.AreEqual(4500, (await recorder.Next<DownEvent>().Within()).Record.CloseCode);
            }
            listener.Dispose();
            await running.Within();
        }
    }

    [Test]
    public async Task StoppingLeavesTheLinks()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        using (Link link = await Link.ConnectAsync(listener.Address).Within())
        using (Link peer = await listener.AcceptAsync().Within())
        {
            Task stopped = listener.StopAsync();
            await peer.SendAsync("still here").Within();
            Assert.AreEqual("still here", (await link.ReceiveAsync().Within()).Text);
            Assert.IsFalse(stopped.IsCompleted);
            await link.CloseAsync().Within();
            await stopped.Within();
        }
    }

    [Test]
    public async Task AcceptingCanBeCancelledAndDisposed()
    {
        Listener listener = Listener.Open("ws://127.0.0.1:0");
        using (var source = new CancellationTokenSource())
        {
            Task<Link> cancelled = listener.AcceptAsync(source.Token);
            Task<Link> waiting = listener.AcceptAsync();
            source.Cancel();
            await cancelled.Throws<TaskCanceledException>();
            listener.Dispose();
            Assert.IsNull(await waiting.Within());
            Assert.Throws<ClosedException>(() => listener.StatsJson());
            Assert.Throws<ClosedException>(() => { string none = listener.Address; });
            await listener.DrainAsync(TimeSpan.Zero).Throws<ClosedException>();
            await listener.StopAsync().Throws<ClosedException>();
            listener.Dispose();
        }
    }

    [Test]
    public void AnAddressInUseIsIo()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            var taken = Assert.Throws<ResockException>(() => Listener.Open(listener.Address));
            Assert.AreEqual(Status.Io, taken.Status);
            StringAssert.Contains("in use", taken.Message);
        }
    }

    [Test]
    public void SeveralAddresses()
    {
        var options = new ListenerOptions();
        options.AddListenUrl("ws://127.0.0.1:0");
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        using (Listener other = Listener.Open(null, options))
        {
            Assert.AreEqual(2, listener.Addresses.Count);
            Assert.AreEqual(2, listener.Addresses.Distinct().Count());
            Assert.AreEqual(1, other.Addresses.Count);
            Assert.AreEqual(other.Address, other.Addresses[0]);
        }
    }
}
}
