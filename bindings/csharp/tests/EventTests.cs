using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class EventTests
{
    /// <summary>One thread that runs what it is given.</summary>
    private sealed class OneThread : TaskScheduler, IDisposable
    {
        private readonly BlockingCollection<Task> tasks = new BlockingCollection<Task>();

        internal OneThread()
        {
            new Thread(() =>
            {
                foreach (Task task in tasks.GetConsumingEnumerable()) TryExecuteTask(task);
            })
            { IsBackground = true, Name = "one thread" }.Start();
        }

        protected override IEnumerable<Task> GetScheduledTasks()
        {
            return tasks.ToArray();
        }

        protected override void QueueTask(Task task)
        {
            tasks.Add(task);
        }

        protected override bool TryExecuteTaskInline(Task task, bool wasQueued)
        {
            return Thread.CurrentThread.Name == "one thread" && TryExecuteTask(task);
        }

        public void Dispose()
        {
            tasks.CompleteAdding();
        }
    }

    [Test]
    public async Task TheyComeInOrderFromTheFirstToTheLast()
    {
        var recorder = new Recorder();
        using (Link link = await Link.ConnectAsync("echo:", new LinkOptions { OnEvent = recorder.Handle }).Within())
        {
            OpenedEvent opened = await recorder.Next<OpenedEvent>().Within();
            Assert.AreEqual(1, opened.Connection);
            Assert.IsFalse(opened.Resumed);
            Assert.AreEqual("", opened.Tls);
            await link.SendAsync("hello").Within();
            ConfirmedEvent confirmed;
            do confirmed = await recorder.Next<ConfirmedEvent>().Within();
            while (confirmed.Level != Level.Received);
            Assert.AreEqual(1, confirmed.Through);
            await link.CloseAsync().Within();
            ClosedEvent closed = await recorder.Next<ClosedEvent>().Within();
            Assert.AreSame(closed.Record, link.Closed.Result);
        }
    }

    [Test]
    public async Task TheyRunOnTheSchedulerOfTheCaller()
    {
        using (var scheduler = new OneThread())
        {
            var names = new BlockingCollection<string>();
            var options = new LinkOptions { Scheduler = scheduler };
            options.OnEvent = (sender, happened) => names.Add(Thread.CurrentThread.Name);
            using (Link link = await Link.ConnectAsync("echo:", options).Within())
            {
                await link.CloseAsync().Within();
                Assert.AreEqual("one thread", await Task.Run(() => names.Take()).Within());
            }
        }
    }

    [Test]
    public async Task NothingOfTheApplicationRunsOnTheThreadThatPolls()
    {
        var names = new ConcurrentBag<string>();
        Action note = () => names.Add(Thread.CurrentThread.Name ?? "");
        var options = new LinkOptions();
        options.OnEvent = (sender, happened) => note();
        using (Link link = await Link.ConnectAsync("echo:", options).Within())
        {
            note();
            for (int i = 0; i < 100; i++)
            {
                Receipt receipt = await link.SendAsync("hello", new SendOptions { Flush = true });
                Task<Message> message = link.ReceiveAsync();
                await message.ContinueWith(task => note(), TaskContinuationOptions.ExecuteSynchronously);
                await receipt.ConfirmedAsync();
                note();
            }
            await link.CloseAsync();
            note();
        }
        CollectionAssert.IsEmpty(names.Where(each => each.StartsWith("resock-poller")));
        Assert.Greater(names.Count, 200);
    }

    [Test]
    public async Task WhatAHandlerThrowsIsLoggedAndTheNextComes()
    {
        var logged = new BlockingCollection<LogEvent>();
        EventHandler<LogEvent> listen = (sender, line) =>
        {
            if (line.Exception is InvalidOperationException) logged.Add(line);
        };
        ResockLog.Written += listen;
        try
        {
            var recorder = new Recorder();
            var options = new LinkOptions();
            options.OnEvent = (sender, happened) =>
            {
                recorder.Handle(sender, happened);
                throw new InvalidOperationException("on purpose");
            };
            using (Link link = await Link.ConnectAsync("echo:", options).Within())
            {
                await link.CloseAsync().Within();
                await recorder.Next<OpenedEvent>().Within();
                await recorder.Next<ClosedEvent>().Within();
            }
            LogEvent line = await Task.Run(() => logged.Take()).Within();
            Assert.AreEqual(LogLevel.Error, line.Level);
            Assert.AreEqual("on purpose", line.Exception.Message);
            StringAssert.Contains("echo:", line.Text);
        }
        finally
        {
            ResockLog.Written -= listen;
        }
    }

    [Test]
    public async Task ALinkMayBeClosedAndDisposedInsideItsHandler()
    {
        foreach (bool waits in new[] { true, false })
        {
            var done = new TaskCompletionSource<bool>();
            var options = new LinkOptions();
            options.OnEvent = (sender, happened) =>
            {
                if (!(happened is OpenedEvent)) return;
                var link = (Link)sender;
                if (waits) link.CloseAsync().Wait();
                link.Dispose();
                done.TrySetResult(true);
            };
            using (Link link = Link.Open("echo:", options))
            {
                await done.Task.Within();
                if (waits) await link.Closed.Within();
                else await link.Closed.Throws<ClosedException>();
            }
        }
    }

    [Test]
    public async Task AHandlerThatWasRemovedIsNotCalled()
    {
        using (Link link = await Link.ConnectAsync("echo:").Within())
        {
            int calls = 0;
            var recorder = new Recorder();
            EventHandler<LinkEvent> counter = (sender, happened) => Interlocked.Increment(ref calls);
            link.OnEvent += counter;
            link.OnEvent += recorder.Handle;
            link.OnEvent -= counter;
            link.OnEvent -= counter;
            await link.CloseAsync().Within();
            await recorder.Next<ClosedEvent>().Within();
            Assert.AreEqual(0, calls);
        }
    }

    [Test]
    public async Task DownTellsWhyAndTheLinkGoesOn()
    {
        int connections = 0;
        using (var peer = new Peer(async stream =>
        {
            await Peer.Upgrade(stream);
            if (Interlocked.Increment(ref connections) == 1) await Peer.SendClose(stream, 1012);
            await stream.ReadAsync(new byte[100], 0, 100);
            await Task.Delay(-1);
        }))
        {
            var recorder = new Recorder();
            var options = new LinkOptions
            {
                OnEvent = recorder.Handle,
                ReconnectMin = TimeSpan.Zero,
                ReconnectMax = TimeSpan.FromMilliseconds(10)
            };
            options.SetVerdict("1012", Verdict.Now);
            using (Link link = await Link.ConnectAsync(peer.Url, options).Within())
            {
                DownEvent down = await recorder.Next<DownEvent>().Within();
                Assert.IsTrue(down.WasOpen);
                Assert.AreEqual(1012, down.Record.CloseCode);
                Assert.AreEqual(Layer.Websocket, down.Record.Layer);
                Assert.AreEqual(Culprit.Peer, down.Record.Culprit);
                Assert.IsFalse(down.Record.ClosedByUs);
                Assert.AreEqual(Verdict.Now, down.Record.Verdict);
                Assert.IsNotNull(down.Record.Delay);
                Assert.IsNull(down.Record.HttpStatus);
                StringAssert.Contains("1012", down.Record.ToString());
                Assert.AreEqual(2, (await recorder.Next<OpenedEvent>().Within()).Connection);
            }
        }
    }
}
}
