using System;
using System.Threading.Tasks;
using Resock;

// EchoServer URL TOKEN: echoes to everybody who shows the token, until a line or the end of its input.
internal static class EchoServer
{
    private static int Main(string[] arguments)
    {
        return Run(arguments).GetAwaiter().GetResult();
    }

    private static async Task<int> Run(string[] arguments)
    {
        var options = new ListenerOptions();
        options.OnRequest = request => Task.FromResult(
            request.Field("Authorization") == "Bearer " + arguments[1] ? Answer.Accept : Answer.Refuse(401));
        using (Listener listener = Listener.Open(arguments[0], options))
        {
            Console.WriteLine("listening on " + listener.Address);
            Task running = listener.RunAsync(Echo);
            await Console.In.ReadLineAsync();
            await listener.DrainAsync(TimeSpan.FromSeconds(10)); // what was sent is confirmed, or 10 s are over
            await running;
        }
        return 0;
    }

    private static async Task Echo(Link link)
    {
        Message message;
        while ((message = await link.ReceiveAsync()) != null)
        {
            if (message.IsText) await link.SendAsync(message.Text);
            else await link.SendAsync(message.Data);
        }
    }
}
