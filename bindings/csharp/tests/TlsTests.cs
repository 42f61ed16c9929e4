using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
[TestFixture]
public sealed class TlsTests
{
    private string folder;
    private string certificate;
    private string key;

    [TestFixtureSetUp]
    public void MakeCertificate()
    {
        folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        certificate = Path.Combine(folder, "certificate.pem");
        key = Path.Combine(folder, "key.pem");
        var start = new ProcessStartInfo("openssl", "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test "
            + "-addext subjectAltName=IP:127.0.0.1 -keyout " + key + " -out " + certificate)
        {
            RedirectStandardError = true,
            UseShellExecute = false
        };
        using (Process openssl = Process.Start(start))
        {
            string errors = openssl.StandardError.ReadToEnd();
            openssl.WaitForExit();
            Assert.AreEqual(0, openssl.ExitCode, errors);
        }
    }

    [TestFixtureTearDown]
    public void RemoveFolder()
    {
        Directory.Delete(folder, true);
    }

    private Listener Open()
    {
        return Listener.Open("wss://127.0.0.1:0", new ListenerOptions { TlsCertFile = certificate, TlsKeyFile = key });
    }

    [Test]
    public async Task WhoIsTrustedIsConnected()
    {
        using (Listener listener = Open())
        {
            StringAssert.StartsWith("wss://127.0.0.1:", listener.Address);
            var options = new LinkOptions { TlsCaFile = certificate, TlsMinVersion = TlsMinVersion.V1_3 };
            using (Link link = await Link.ConnectAsync(listener.Address, options).Within())
            using (Link peer = await listener.AcceptAsync().Within())
            {
                StringAssert.Contains("TLSv1.3", (await link.Opened.Within()).Tls);
                await peer.SendAsync("hello").Within();
                Assert.AreEqual("hello", (await link.ReceiveAsync().Within()).Text);
            }
        }
    }

    [Test]
    public async Task WhoIsNotTrustedIsATlsException()
    {
        using (Listener listener = Open())
        {
            var once = new LinkOptions { ReconnectAttempts = 0 };
            var failed = await Link.ConnectAsync(listener.Address, once).Throws<TlsException>();
            Assert.AreEqual(Cause.TlsIssuer, failed.Record.Cause);
            Assert.AreEqual(Layer.Tls, failed.Record.Layer);
            StringAssert.Contains("certificate", failed.Message);
        }
    }

    [Test]
    public void ACertificateThatCannotBeUsed()
    {
        var options = new ListenerOptions { TlsCertFile = folder + "/none.pem" };
        var wrong = Assert.Throws<OptionException>(() => Listener.Open("wss://127.0.0.1:0", options));
        StringAssert.Contains("none.pem", wrong.Message);
        using (Listener listener = Open())
        {
            listener.Reload();
            string kept = File.ReadAllText(certificate);
            File.WriteAllText(certificate, "not a certificate");
            try
            {
                Assert.Throws<OptionException>(listener.Reload);
            }
            finally
            {
                File.WriteAllText(certificate, kept);
            }
        }
        using (Listener plain = Listener.Open("ws://127.0.0.1:0"))
        {
            Assert.AreEqual(Status.State, Assert.Throws<ResockException>(plain.Reload).Status);
        }
    }
}
}
