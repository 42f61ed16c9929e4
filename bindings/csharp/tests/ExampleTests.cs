using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Resock.Tests
{
/// <summary>The programs of examples/csharp, which docs/csharp.md shows.</summary>
[TestFixture]
public sealed class ExampleTests
{
    private static Process Start(string program, string words)
    {
        var start = new ProcessStartInfo("mono", "\"" + Path.Combine(Programs.Folder, program) + "\" " + words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        return Process.Start(start);
    }

    private static async Task<string> Run(string program, string words, int code)
    {
        using (Process process = Start(program, words))
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync().Within();
            process.WaitForExit();
            Assert.AreEqual(code, process.ExitCode, output + errors.Result);
            return output + errors.Result;
        }
    }

    [Test]
    public async Task First()
    {
        Assert.AreEqual("arrived: hello\nconfirmed: Received\n", await Run("First.exe", "", 0));
        using (Listener listener = Listener.Open("ws://127.0.0.1:0"))
        {
            Task running = listener.RunAsync(async link =>
            {
                await link.SendAsync("back: " + await link.ReceiveAsync());
                await link.ReceiveAsync();
            });
            StringAssert.StartsWith("arrived: back: hello\n", await Run("First.exe", listener.Address, 0));
        }
        StringAssert.Contains("url", await Run("First.exe", "http://127.0.0.1", 1));
    }

    [Test]
    public async Task EchoServerAndItsTokens()
    {
        using (Process server = Start("EchoServer.exe", "ws://127.0.0.1:0 secret"))
        {
            Task<string> errors = server.StandardError.ReadToEndAsync();
            string line = await server.StandardOutput.ReadLineAsync().Within();
            string url = line.Substring("listening on ".Length);
            var options = new LinkOptions();
            options.AddHttpHeader("Authorization", "Bearer secret");
            using (Link link = await Link.ConnectAsync(url, options).Within())
            {
                await link.SendAsync("hello").Within();
                await link.SendAsync(new byte[] { 1, 2 }).Within();
                Assert.AreEqual("hello", (await link.ReceiveAsync().Within()).Text);
                Assert.AreEqual(2, (await link.ReceiveAsync().Within()).Data.Length);
                await Link.ConnectAsync(url).Throws<RefusedException>();
                server.StandardInput.WriteLine();
                Assert.AreEqual("", await errors.Within());
                server.WaitForExit();
                Assert.AreEqual(0, server.ExitCode);
            }
        }
    }

    [Test]
    public async Task OrdersArriveOnceEach()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var options = new ListenerOptions
            {
                OnRequest = request => Task.FromResult(
                    request.Field("Authorization") == "Bearer secret" ? Answer.Accept : Answer.Refuse(403))
            };
            using (Listener listener = Listener.Open("ws://127.0.0.1:0", options))
            {
                Task<string> sent = Run("Orders.exe", listener.Address + " secret " + file, 0);
                using (Link link = await listener.AcceptAsync().Within())
                {
                    for (int i = 1; i <= 100; i++) Assert.AreEqual("order " + i, (await link.ReceiveAsync().Within()).Text);
                    Assert.IsNull(await link.ReceiveAsync().Within());
                }
                Assert.AreEqual("on disk\nprocessed\n", await sent.Within());
                StringAssert.Contains("not let in: ", await Run("Orders.exe", listener.Address + " wrong " + file + "2", 1));
            }
        }
        finally
        {
            foreach (string each in Directory.GetFiles(Path.GetDirectoryName(file), Path.GetFileName(file) + "*")) File.Delete(each);
        }
    }
}
}
