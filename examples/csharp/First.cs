using System;
using System.Threading.Tasks;
using Resock;

internal static class First
{
    private static int Main(string[] arguments)
    {
        return Run(arguments).GetAwaiter().GetResult();
    }

    private static async Task<int> Run(string[] arguments)
    {
        var options = new LinkOptions { HeartbeatInterval = TimeSpan.FromSeconds(5) };
        options.OnEvent = (sender, happened) =>
        {
            var down = happened as DownEvent; // connects again by itself, after the delay
            if (down?.Record.Delay != null) Console.Error.WriteLine(down.Record);
        };
        try
        {
            using (Link link = await Link.ConnectAsync(arguments.Length > 0 ? arguments[0] : "echo:", options))
            {
                Receipt receipt = await link.SendAsync("hello"); // kept until it is confirmed
                Console.WriteLine("arrived: " + await link.ReceiveAsync());
                Console.WriteLine("confirmed: " + await receipt.ConfirmedAsync());
                await link.CloseAsync(); // waits until everything is confirmed
            }
            return 0;
        }
        catch (ResockException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
