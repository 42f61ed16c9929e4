using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Resock;

/// <summary>The driver of C#: what ../README.md asks of a driver. One link at a time.</summary>
internal sealed class Driver
{
    private readonly StreamWriter output;
    private Dictionary<string, string> options = new Dictionary<string, string>();
    private Dictionary<long, Receipt> receipts;
    private BlockingCollection<string> events;
    private BlockingCollection<LinkEvent> writables;
    private BlockingCollection<LinkOptions> answers;
    private Link link;

    private Driver(StreamWriter output)
    {
        this.output = output;
    }

    private LinkOptions TakeOptions()
    {
        var made = new LinkOptions();
        Dictionary<string, string> given = options;
        options = new Dictionary<string, string>();
        foreach (KeyValuePair<string, string> each in given) made.Set(each.Key, each.Value);
        return made;
    }

    private void Open()
    {
        events = new BlockingCollection<string>();
        writables = new BlockingCollection<LinkEvent>();
        answers = new BlockingCollection<LinkOptions>();
        receipts = new Dictionary<long, Receipt>();
        BlockingCollection<string> told = events;
        BlockingCollection<LinkEvent> free = writables;
        BlockingCollection<LinkOptions> given = answers;
        string url = options["url"];
        options.Remove("url");
        LinkOptions made = TakeOptions();
        made.OnEvent = (_, happened) =>
        {
            string line = Line.Of(happened);
            if (line != null) told.Add(line);
            if (happened is WritableEvent) free.Add(happened);
        };
        if (made.Get("credentials.when") != "never") made.Credentials = _ => Task.Run(() => given.Take());
        link = Link.Open(url, made);
    }

    private async Task Send(string flags, string words)
    {
        object data = Words.Payload(words);
        SendOptions how = Words.Sending(flags);
        Receipt receipt = data is string text ? await link.SendAsync(text, how)
            : await link.SendAsync((byte[])data, how);
        receipts[receipt.Id] = receipt;
        output.WriteLine("SENT " + receipt.Id);
    }

    private async Task Outcome(long id, Level level)
    {
        try
        {
            await receipts[id].ReachedAsync(level);
            output.WriteLine(new Line("OUTCOME " + id).Put("level", (int)level));
        }
        catch (FailedException failed)
        {
            output.WriteLine(new Line("OUTCOME " + id + " failed").Put("reason", (int)failed.Reason));
        }
    }

    private void Greet(string key, string words)
    {
        object data = Words.Payload(words);
        if (data is string text) link.SetGreeting(key, text);
        else link.SetGreeting(key, (byte[])data);
    }

    private async Task Rest()
    {
        string line;
        do
        {
            line = events.Take();
            output.WriteLine(line);
        } while (!line.StartsWith("CLOSED", StringComparison.Ordinal));
        try
        {
            Message message;
            while ((message = await link.ReceiveAsync()) != null) output.WriteLine(Line.Of(message));
        }
        catch (ResockException)
        {
            // what ended the link stands in CLOSED
        }
    }

    private async Task Flush(string level)
    {
        await link.FlushAsync(Words.LevelOf(level));
        output.WriteLine("FLUSHED " + level);
    }

    private void Close(int code, string reason)
    {
        Task closing = link.CloseAsync(code, reason); // what is wrong it says at once
        if (closing.IsFaulted) closing.GetAwaiter().GetResult();
    }

    private void Free()
    {
        link?.Dispose();
        link = null;
        options.Clear();
    }

    /// <summary>What changes the link; false: it is none of that.</summary>
    private bool Control(string command, string words)
    {
        (string first, string rest) = Words.Split(words);
        switch (command)
        {
        case "option": options[first] = rest; break;
        case "open": Open(); break;
        case "confirm": link.Confirm(long.Parse(first), rest == "through"); break;
        case "credentials": answers.Add(options.Count == 0 ? null : TakeOptions()); break;
        case "credentials-unasked": link.SetCredentials(TakeOptions()); break;
        case "greeting": Greet(first, rest); break;
        case "greeting-remove": link.RemoveGreeting(words); break;
        case "ready": link.Ready(); break;
        case "retry-now": link.RetryNow(); break;
        case "set": link.Set(first, rest); break;
        case "close": Close(int.Parse(first), rest); break;
        case "free": Free(); break;
        default: return false;
        }
        return true;
    }

    private async Task Obey(string command, string words)
    {
        if (Control(command, words)) return;
        (string first, string rest) = Words.Split(words);
        switch (command)
        {
        case "send": await Send(first, rest); break;
        case "event": output.WriteLine(events.Take()); break;
        case "message": output.WriteLine(Line.Of(await link.ReceiveAsync())); break;
        case "outcome": await Outcome(long.Parse(first), Words.LevelOf(rest)); break;
        case "writable":
            writables.Take();
            output.WriteLine("WRITABLE");
            break;
        case "flush": await Flush(words); break;
        case "state": output.WriteLine(new Line("STATE").Put("state", (int)link.State)); break;
        case "rest": await Rest(); break;
        default: throw new ArgumentException("unknown command " + command);
        }
    }

    private static async Task Run(StreamReader commands, StreamWriter output)
    {
        var driver = new Driver(output);
        string line;
        while ((line = commands.ReadLine()) != null)
        {
            (string command, string words) = Words.Split(line);
            try
            {
                await driver.Obey(command, words);
            }
            catch (ResockException refused)
            {
                output.WriteLine("ERROR " + Words.Name(refused.Status));
            }
            output.WriteLine(".");
            output.Flush();
        }
        driver.Free();
    }

    private static void Main()
    {
        var utf8 = new UTF8Encoding(false);
        using (var commands = new StreamReader(Console.OpenStandardInput(), utf8))
        using (var output = new StreamWriter(Console.OpenStandardOutput(), utf8))
        {
            Run(commands, output).GetAwaiter().GetResult();
        }
    }
}
