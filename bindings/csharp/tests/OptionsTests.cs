using System;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class OptionsTests
{
    [Test]
    public void EachTypeTravelsAsText()
    {
        var options = new LinkOptions
        {
            HeartbeatInterval = TimeSpan.FromSeconds(5),
            HeartbeatTimeout = TimeSpan.FromTicks(12345678),
            MessageMax = 1000,
            ReconnectFactor = 1.5,
            TlsVerify = false,
            Delivery = Delivery.AtMostOnce,
            TlsMinVersion = TlsMinVersion.V1_3,
            ReconnectAttempts = Options.Unlimited,
            MessageTtl = Timeout.InfiniteTimeSpan
        };
        Assert.AreEqual("5000ms", options.Get("heartbeat.interval"));
        Assert.AreEqual("1.5", options.Get("reconnect.factor"));
        Assert.AreEqual("false", options.Get("tls.verify"));
        Assert.AreEqual("at-most-once", options.Get("delivery"));
        Assert.AreEqual("1.3", options.Get("tls.min_version"));
        Assert.AreEqual("unlimited", options.Get("reconnect.attempts"));
        Assert.AreEqual("unlimited", options.Get("message.ttl"));
        Assert.AreEqual(TimeSpan.FromSeconds(5), options.HeartbeatInterval);
        Assert.AreEqual(1000, options.MessageMax);
        Assert.AreEqual(Delivery.AtMostOnce, options.Delivery);
        Assert.IsNull(options.QueueFull);
    }

    [Test]
    public void NullTakesAValueBack()
    {
        var options = new LinkOptions { HeartbeatInterval = TimeSpan.FromSeconds(5), Confirm = Confirm.App };
        options.HeartbeatInterval = null;
        options.Confirm = null;
        Assert.AreEqual("10s", options.Get("heartbeat.interval"));
        Assert.AreEqual("pong", options.Get("confirm"));
        Assert.AreEqual("", options.ToString());
    }

    [Test]
    public void WrongValuesAreRefusedAtOnceAndChangeNothing()
    {
        var options = new LinkOptions { HeartbeatInterval = TimeSpan.FromSeconds(5) };
        var low = Assert.Throws<OptionException>(() => options.HeartbeatInterval = TimeSpan.FromMilliseconds(1));
        StringAssert.Contains("heartbeat.interval", low.Message);
        StringAssert.Contains("10ms", low.Message);
        Assert.AreEqual(Status.Option, low.Status);
        Assert.AreEqual(TimeSpan.FromSeconds(5), options.HeartbeatInterval);
        Assert.Throws<OptionException>(() => options.MessageMax = 0);
        Assert.Throws<OptionException>(() => options.MessageMax = Options.Unlimited);
        Assert.Throws<OptionException>(() => options.ReconnectJitter = double.NaN);
        var unknown = Assert.Throws<OptionException>(() => options.Set("heartbeat.intervall", "5s"));
        StringAssert.Contains("heartbeat.interval", unknown.Message);
        Assert.Throws<ArgumentNullException>(() => options.Set(null, "5s"));
        Assert.Throws<ArgumentNullException>(() => options.Set("url", null));
        Assert.Throws<ArgumentException>(() => options.Set("url", "a\0b"));
        Assert.Throws<ArgumentNullException>(() => options.Get(null));
        Assert.Throws<OptionException>(() => options.Get("none"));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Delivery = (Delivery)99);
        Assert.Throws<OptionException>(() => options.SetVerdict("9999", Verdict.Stop));
        Assert.Throws<OptionException>(() => options.SessionPosition = new byte[] { 1, 2, 3 });
    }

    [Test]
    public void SecretsAreMasked()
    {
        var options = new LinkOptions();
        options.AddHttpHeader("Authorization", "Bearer secret");
        options.AddHttpHeader("X-Other", "secret");
        StringAssert.Contains("Authorization", options.ToString());
        Assert.IsFalse(options.ToString().Contains("secret"));
    }

    [Test]
    public async Task CombinationsAreRefusedWhereTheyAreUsed()
    {
        var options = new LinkOptions { Delivery = Delivery.AtLeastOnce, Confirm = Confirm.Off };
        var wrong = await Link.ConnectAsync("echo:", options).Throws<OptionException>();
        StringAssert.Contains("confirm", wrong.Message);
        await Link.ConnectAsync("http://127.0.0.1").Throws<OptionException>();
        await Link.ConnectAsync("").Throws<OptionException>();
        Assert.Throws<OptionException>(() => Listener.Open("ws://example"));
    }

    [Test]
    public async Task TheUrlMayStandInTheOptionsAndOptionsServeTwice()
    {
        var options = new LinkOptions { Url = "echo:" };
        using (Link first = await Link.ConnectAsync(null, options).Within())
        using (Link second = await Link.ConnectAsync(null, options).Within())
        {
            Assert.AreNotEqual(first.Id, second.Id);
            Assert.AreEqual("the link to echo:", second.ToString());
        }
    }

    [Test]
    public void ALinkIsNamedWithoutItsSecrets()
    {
        using (Link link = Link.Open("ws://user:secret@127.0.0.1:1/path?token=secret"))
        {
            Assert.AreEqual("the link to ws://127.0.0.1:1/path", link.ToString());
        }
    }

    [Test]
    public void AHubHasOptionsOfItsOwn()
    {
        using (var hub = new Hub(new HubOptions { LogLevel = LogLevel.Info, IoThreads = 2 }))
        using (Link link = Link.Open("echo:", new LinkOptions { Hub = hub }))
        {
            Assert.AreEqual(1, link.Id);
        }
        Assert.Throws<OptionException>(() => new Hub(new HubOptions { IoThreads = 0 }));
        foreach (string none in new[] { "0", "00" })
        {
            var byName = new HubOptions();
            byName.Set("io.threads", none);
            StringAssert.Contains("io.threads=0", Assert.Throws<OptionException>(() => new Hub(byName)).Message);
        }
        Assert.Throws<OptionException>(() => new HubOptions { IoThreads = 65 });
    }
}
}
