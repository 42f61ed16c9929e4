using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class ConnectTests
{
    private static LinkOptions Once()
    {
        return new LinkOptions { ReconnectAttempts = 0 };
    }

    [Test]
    public async Task ARefusalIsThrownWithItsStatus()
    {
        var options = new ListenerOptions { OnRequest = request => Task.FromResult(Answer.Refuse(403, "no", "X-Why: so")) };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
        {
            var refused = await Link.ConnectAsync(listener.Address).Throws<RefusedException>();
            Assert.AreEqual(403, refused.HttpStatus);
            Assert.AreEqual(403, refused.Record.HttpStatus);
            StringAssert.Contains("403", refused.Message);
        }
    }

    [Test]
    public async Task AWebPageIsNoWebSocket()
    {
        using (Peer peer = Peer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))
        {
            await Link.ConnectAsync(peer.Url, Once()).Throws<NotWebSocketException>();
        }
    }

    [Test]
    public async Task NobodyThereIsUnreachable()
    {
        var thrown = await Link.ConnectAsync("ws://127.0.0.1:1", Once()).Throws<UnreachableException>();
        Assert.AreEqual(Layer.Tcp, thrown.Record.Layer);
        Assert.AreEqual(Cause.TcpRefused, thrown.Record.Cause);
        Assert.IsTrue(thrown.Record.LimitsReached);
        Assert.Greater(thrown.Record.Errno, 0);
    }

    [Test]
    public async Task WhatSpeaksNoTlsIsATlsException()
    {
        using (var peer = new Peer(async stream =>
        {
            await stream.ReadAsync(new byte[1], 0, 1);
            await Peer.Write(stream, new byte[100]);
        }))
        {
            await Link.ConnectAsync(peer.Url.Replace("ws:", "wss:"), Once()).Throws<TlsException>();
        }
    }

    [Test]
    public async Task WaitingForTheFirstConnectionCanBeCancelled()
    {
        using (var source = new CancellationTokenSource())
        {
            Task<Link> connecting = Link.ConnectAsync("ws://127.0.0.1:1", null, source.Token);
            source.Cancel();
            await connecting.Throws<TaskCanceledException>();
        }
    }

    [Test]
    public async Task AnEndThatNobodyWantedIsThrownByReceive()
    {
        using (var peer = new Peer(async stream =>
        {
            await Peer.Upgrade(stream);
            await Peer.SendClose(stream, 1008);
            await stream.ReadAsync(new byte[100], 0, 100);
        }))
        using (Link link = await Link.ConnectAsync(peer.Url).Within())
        {
            var closed = await link.ReceiveAsync().Throws<ClosedException>();
            Assert.AreEqual(1008, closed.Record.CloseCode);
            Assert.AreEqual(1008, (await link.ReceiveManyAsync().Throws<ClosedException>()).Record.CloseCode);
        }
    }

    [Test]
    public async Task ThePeersOrderlyCloseEndsReceiving()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task<Link> accepted = listener.AcceptAsync();
            using (Link link = await Link.ConnectAsync(listener.Address).Within())
            using (Link peer = await accepted.Within())
            {
                await peer.SendAsync("bye").Within();
                await peer.CloseAsync(1000, "enough").Within();
                Assert.AreEqual("bye", (await link.ReceiveAsync().Within()).Text);
                Assert.IsNull(await link.ReceiveAsync().Within());
                Assert.AreEqual("enough", (await link.Closed.Within()).CloseReason);
            }
        }
    }

    [Test]
    public async Task CredentialsAreAskedForAndUsed()
    {
        var seen = new List<string>();
        var server = new ListenerOptions
        {
            OnRequest = request =>
            {
                lock (seen) seen.Add(request.Field("authorization"));
                return Task.FromResult(request.Field("Authorization") == "Bearer 2" ? Answer.Accept : Answer.Refuse(401));
            }
        };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", server))
        {
            int asked = 0;
            var options = new LinkOptions { ReconnectMin = TimeSpan.Zero, ReconnectMax = TimeSpan.FromMilliseconds(10) };
            options.Credentials = async request =>
            {
                await Task.Yield();
                asked++;
                if (asked == 2) Assert.AreEqual(401, request.HttpStatus);
                var given = new LinkOptions();
                given.AddHttpHeader("Authorization", "Bearer " + asked);
                return given;
            };
            using (Link link = await Link.ConnectAsync(listener.Address, options).Within())
            {
                lock (seen) CollectionAssert.AreEqual(new[] { "Bearer 1", "Bearer 2" }, seen);
            }
        }
    }

    [Test]
    public async Task CredentialsThatThrowAreNone()
    {
        var server = new ListenerOptions { OnRequest = request => Task.FromResult(Answer.Refuse(401)) };
        using (Listener listener = Listener.Open("ws://127.0.0.1:0", server))
        {
            var options = new LinkOptions { CredentialsWhen = CredentialsWhen.Refused };
            options.Credentials = request => throw new InvalidOperationException("on purpose");
            var none = await Link.ConnectAsync(listener.Address, options).Throws<ConnectException>();
            Assert.AreEqual(Cause.Local, none.Record.Cause);
            StringAssert.Contains("credentials", none.Message);
        }
    }

    [Test]
    public async Task CredentialsThatCannotBeUsedAreNoneAndLogged()
    {
        var token = new LinkOptions { SessionToken = "of no use without a session" };
        foreach (LinkOptions wrong in new[] { new LinkOptions(), token })
        {
            using (var log = new LogRecorder())
            {
                var options = new LinkOptions { CredentialsTimeout = TimeSpan.FromHours(24) };
                options.Credentials = request => Task.FromResult(wrong);
                var none = await Link.ConnectAsync("ws://127.0.0.1:1", options).Throws<ConnectException>();
                StringAssert.Contains("no credentials", none.Record.Detail);
                await log.Next(line => line.Exception is ResockException && line.Text.Contains("credentials")).Within();
            }
        }
    }

    [Test]
    public async Task AGreetingComesFirst()
    {
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task<Link> accepted = listener.AcceptAsync();
            using (Link link = Link.Open(listener.Address))
            {
                link.SetGreeting("login", "I am");
                link.SetGreeting("raw", new byte[] { 1, 2 });
                link.SetGreeting("gone", "not sent");
                link.RemoveGreeting("gone");
                Assert.Throws<ResockException>(() => link.RemoveGreeting("gone"));
                using (Link peer = await accepted.Within())
                {
                    Assert.AreEqual("I am", (await peer.ReceiveAsync().Within()).Text);
                    CollectionAssert.AreEqual(new byte[] { 1, 2 }, (await peer.ReceiveAsync().Within()).Data);
                }
            }
        }
    }
}
}
