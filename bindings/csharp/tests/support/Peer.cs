using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;

namespace Resock.Tests
{
/// <summary>A server that answers each connection as a script says, and is no work of ours.</summary>
internal sealed class Peer : IDisposable
{
    private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly Func<Stream, Task> script;

    internal Peer(Func<Stream, Task> script)
    {
        this.script = script;
        listener.Start();
        Task.Run(AcceptAll);
    }

    /// <summary>Answers every opening with this text.</summary>
    internal static Peer Answering(string text)
    {
        return new Peer(async stream =>
        {
            await ReadRequest(stream);
            await Write(stream, Encoding.ASCII.GetBytes(text));
        });
    }

    internal string Url => "ws://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port;

    private async Task AcceptAll()
    {
        try
        {
            for (;;)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                Task one = Task.Run(() => Serve(client));
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException || ended is SocketException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                await script(client.GetStream());
            }
            catch (IOException)
            {
                // The other side has gone.
            }
        }
    }

    internal static async Task<string> ReadRequest(Stream stream)
    {
        var text = new StringBuilder();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n"))
        {
            if (await stream.ReadAsync(one, 0, 1) == 0) throw new IOException("closed");
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    internal static async Task Upgrade(Stream stream)
    {
        string request = await ReadRequest(stream);
        const string name = "Sec-WebSocket-Key: ";
        int at = request.IndexOf(name, StringComparison.OrdinalIgnoreCase) + name.Length;
        string key = request.Substring(at, request.IndexOf('\r', at) - at);
        string accept;
        using (SHA1 sha = SHA1.Create())
        {
            accept = Convert.ToBase64String(sha.ComputeHash(Encoding.ASCII.GetBytes(
                key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        }
        await Write(stream, Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n"));
    }

    internal static Task SendClose(Stream stream, int code)
    {
        return Write(stream, new byte[] { 0x88, 2, (byte)(code >> 8), (byte)code });
    }

    internal static Task Write(Stream stream, byte[] bytes)
    {
        return stream.WriteAsync(bytes, 0, bytes.Length);
    }

    public void Dispose()
    {
        listener.Stop();
    }
}
}
