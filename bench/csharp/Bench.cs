using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Resock;

/// <summary>
/// `Bench.exe CLIENT JOB URL MESSAGES`: echoes numbered messages of 64 bytes and prints one figure, or
/// fails where one is lost, doubled, reordered or altered. run.py calls it.
/// </summary>
internal static class Bench
{
    private const int Size = 64;
    private const int InFlight = 1000;
    private const int Batch = 100;
    private const int MicrosecondsPerSecond = 1000000;

    private static int Main(string[] arguments)
    {
        try
        {
            Task<string> figure = Measure(arguments[0], arguments[1], arguments[2], int.Parse(arguments[3]));
            Console.WriteLine(figure.GetAwaiter().GetResult());
            return 0;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
            return 1;
        }
    }

    private static async Task<string> Measure(string client, string job, string url, int count)
    {
        using (IClient made = await Connect(client, url))
        {
            if (job == "ping-pong")
            {
                await PingPong(made, count / 10, 0); // warm
                return await PingPong(made, count, count / 10);
            }
            await made.Stream(count / 10, 0);
            Stopwatch clock = Stopwatch.StartNew();
            await made.Stream(count, count / 10);
            return Number(count / clock.Elapsed.TotalSeconds);
        }
    }

    private static async Task<IClient> Connect(string client, string url)
    {
        switch (client)
        {
        case "resock": return new EachMessage(await Link.ConnectAsync(url));
        case "resock-batches": return new Batches(await Link.ConnectAsync(url));
        case "ClientWebSocket":
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri(url), CancellationToken.None);
            return new Framework(socket);
        default: throw new ArgumentException("no client " + client);
        }
    }

    /// <summary>The median and the 99th percentile, microseconds.</summary>
    private static async Task<string> PingPong(IClient client, int count, int first)
    {
        var times = new long[count];
        for (int i = 0; i < count; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            await client.Echo(first + i);
            times[i] = Stopwatch.GetTimestamp() - begun;
        }
        Array.Sort(times);
        return Microseconds(times[count / 2]) + " " + Microseconds(times[count * 99 / 100]);
    }

    private static string Microseconds(long ticks)
    {
        return Number((double)ticks * MicrosecondsPerSecond / Stopwatch.Frequency);
    }

    private static string Number(double value)
    {
        return value.ToString("F1", CultureInfo.InvariantCulture);
    }

    private static byte[] Numbered(int number)
    {
        byte[] message = new byte[Size];
        BitConverter.GetBytes(number).CopyTo(message, 0);
        return message;
    }

    private static void Check(byte[] message, int size, int number)
    {
        if (size != Size || BitConverter.ToInt32(message, 0) != number)
        {
            throw new InvalidDataException("message " + number + " did not come back");
        }
    }

    private interface IClient : IDisposable
    {
        Task Echo(int number);
        Task Stream(int count, int first);
    }

    /// <summary>Sends and receives at the same time, at most 1,000 under way.</summary>
    private static async Task Stream(int count, int first, Func<int, Task> send, Func<int, Task> receive)
    {
        using (var room = new SemaphoreSlim(InFlight))
        {
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < count; i++)
                {
                    await room.WaitAsync();
                    await send(first + i);
                }
            });
            for (int i = 0; i < count; i++)
            {
                await receive(first + i);
                room.Release();
            }
            await sending;
        }
    }

    private sealed class EachMessage : IClient
    {
        private readonly Link link;

        internal EachMessage(Link link)
        {
            this.link = link;
        }

        public async Task Echo(int number)
        {
            await link.SendAsync(Numbered(number));
            await Receive(number);
        }

        public Task Stream(int count, int first)
        {
            return Bench.Stream(count, first, number => link.SendAsync(Numbered(number)), Receive);
        }

        private async Task Receive(int number)
        {
            Message message = await link.ReceiveAsync();
            Check(message.Data, message.Data.Length, number);
        }

        public void Dispose()
        {
            link.Dispose();
        }
    }

    private sealed class Batches : IClient
    {
        private readonly Link link;

        internal Batches(Link link)
        {
            this.link = link;
        }

        public Task Echo(int number)
        {
            throw new NotSupportedException();
        }

        public async Task Stream(int count, int first)
        {
            int sent = 0;
            for (int got = 0; got < count;)
            {
                while (sent < count && sent - got <= InFlight - Batch)
                {
                    await link.SendManyAsync(Enumerable.Range(first + sent, Batch).Select(Numbered));
                    sent += Batch;
                }
                foreach (Message message in await link.ReceiveManyAsync())
                {
                    Check(message.Data, message.Data.Length, first + got++);
                }
            }
        }

        public void Dispose()
        {
            link.Dispose();
        }
    }

    private sealed class Framework : IClient
    {
        private readonly ClientWebSocket socket;
        private readonly ArraySegment<byte> buffer = new ArraySegment<byte>(new byte[Size]);

        internal Framework(ClientWebSocket socket)
        {
            this.socket = socket;
        }

        public async Task Echo(int number)
        {
            await Send(number);
            await Receive(number);
        }

        public Task Stream(int count, int first)
        {
            return Bench.Stream(count, first, Send, Receive);
        }

        private Task Send(int number)
        {
            return socket.SendAsync(new ArraySegment<byte>(Numbered(number)), WebSocketMessageType.Binary, true,
                CancellationToken.None);
        }

        private async Task Receive(int number)
        {
            WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, CancellationToken.None);
            Check(buffer.Array, got.EndOfMessage ? got.Count : -1, number);
        }

        public void Dispose()
        {
            socket.Dispose();
        }
    }
}
