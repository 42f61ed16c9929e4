using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Resock;

// What src/net8.0 adds, used as a program would. A line for each fact; test_sdk.py compares them.
internal static class Program
{
    private static async Task Main()
    {
        await Receive();
        await Stop();
        await Lose();
    }

    private static async Task Receive()
    {
        Receipt receipt;
        await using (Link link = await Link.ConnectAsync("echo:"))
        {
            byte[] bytes = { 0, 1, 2, 3, 4 };
            await link.SendAsync("text");
            await link.SendAsync(new ReadOnlyMemory<byte>(bytes, 1, 3));
            receipt = await link.SendAsync(new Unmanaged(7).Memory);
            int left = 3;
            await foreach (Message message in link)
            {
                Console.WriteLine("arrived: " + (message.IsText ? message.Text : string.Join(",", message.Data)));
                if (--left == 0) break;
            }
        }
        Console.WriteLine("confirmed: " + await receipt.ConfirmedAsync());
    }

    private static async Task Stop()
    {
        await using Link link = await Link.ConnectAsync("echo:");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        try
        {
            await foreach (Message message in link.ReadAllAsync(stop.Token)) Console.WriteLine(message);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("cancelled");
        }
        await link.SendAsync("after it");
        Console.WriteLine("arrived: " + await link.ReceiveAsync());
        await link.CloseAsync();
        await foreach (Message message in link) Console.WriteLine(message);
        Console.WriteLine("ended");
        await link.DisposeAsync(); // and once more by itself
    }

    private static async Task Lose()
    {
        var options = new LinkOptions { ReconnectAttempts = 1 };
        await using Link link = Link.Open("ws://127.0.0.1:1", options);
        try
        {
            await foreach (Message message in link) Console.WriteLine(message);
        }
        catch (ResockException failure)
        {
            Console.WriteLine(failure.GetType().Name);
        }
    }

    // Memory that no array stands behind.
    private sealed class Unmanaged : System.Buffers.MemoryManager<byte>
    {
        private readonly byte value;

        internal Unmanaged(byte value)
        {
            this.value = value;
        }

        public override Span<byte> GetSpan()
        {
            return new byte[] { value };
        }

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0)
        {
            throw new NotSupportedException();
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
