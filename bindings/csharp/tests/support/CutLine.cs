using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Resock.Tests
{
/// <summary>Forwards connections to a listener, and cuts them.</summary>
internal sealed class CutLine : IDisposable
{
    private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly int port;
    private readonly List<TcpClient> open = new List<TcpClient>();

    internal CutLine(string url)
    {
        port = new Uri(url).Port;
        listener.Start();
        Task.Run(AcceptAll);
    }

    internal string Url => "ws://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port;

    internal void Cut()
    {
        lock (open)
        {
            foreach (TcpClient each in open) each.Close();
            open.Clear();
        }
    }

    private async Task AcceptAll()
    {
        try
        {
            for (;;)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, port);
                lock (open)
                {
                    open.Add(client);
                    open.Add(server);
                }
                Task there = Forward(client, server);
                Task back = Forward(server, client);
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException || ended is SocketException)
        {
        }
    }

    private static async Task Forward(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception cut) when (cut is System.IO.IOException || cut is ObjectDisposedException
            || cut is InvalidOperationException)
        {
        }
        finally
        {
            from.Close();
            to.Close();
        }
    }

    public void Dispose()
    {
        listener.Stop();
        Cut();
    }
}
}
