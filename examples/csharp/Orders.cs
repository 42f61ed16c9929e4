using System;
using System.Linq;
using System.Threading.Tasks;
using Resock;

// Orders URL TOKEN FILE: sends orders 1 to 100. Those on disk arrive, each once, also where this program is
// killed: the next run delivers what is left of them, before its own.
internal static class Orders
{
    private static int Main(string[] arguments)
    {
        return Run(arguments).GetAwaiter().GetResult();
    }

    private static async Task<int> Run(string[] arguments)
    {
        var options = new LinkOptions
        {
            Delivery = Delivery.ExactlyOnce, // needs a server that speaks resock.v1
            OutboxPath = arguments[2],
            ReconnectHold = TimeSpan.Zero, // nobody here has another token
            Credentials = asked =>
            {
                var given = new LinkOptions(); // asked for before each attempt: tokens may expire
                given.AddHttpHeader("Authorization", "Bearer " + arguments[1]);
                return Task.FromResult(given);
            }
        };
        try
        {
            using (Link link = await Link.ConnectAsync(arguments[0], options))
            {
                Receipt all = await link.SendManyAsync(Enumerable.Range(1, 100).Select(each => "order " + each));
                await all.ReachedAsync(Level.Stored);
                Console.WriteLine("on disk"); // from here on they arrive, whatever happens
                await all.ReachedAsync(Level.Processed);
                Console.WriteLine("processed");
                await link.CloseAsync();
            }
            return 0;
        }
        catch (FailedException failed)
        {
            Console.Error.WriteLine(failed.Message); // which order, and why
            return 1;
        }
        catch (ConnectException refused)
        {
            Console.Error.WriteLine("not let in: " + refused.Message);
            return 1;
        }
        catch (ResockException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
