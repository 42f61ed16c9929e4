using System;
using System.Linq;
using Resock;

/// <summary>What stands behind a command.</summary>
internal static class Words
{
    /// <summary>The first word, and what is behind it.</summary>
    internal static (string, string) Split(string words)
    {
        int at = words.IndexOf(' ');
        return at < 0 ? (words, "") : (words.Substring(0, at), words.Substring(at + 1));
    }

    /// <summary>A string of a text, bytes of anything else.</summary>
    internal static object Payload(string words)
    {
        (string kind, string rest) = Split(words);
        int count = 1;
        if (kind.EndsWith("-of", StringComparison.Ordinal))
        {
            (string digits, string what) = Split(rest);
            count = int.Parse(digits);
            rest = what;
        }
        string repeated = string.Concat(Enumerable.Repeat(rest, count));
        return kind.StartsWith("text", StringComparison.Ordinal) ? repeated : (object)Bytes(repeated);
    }

    private static byte[] Bytes(string digits)
    {
        return Enumerable.Range(0, digits.Length / 2)
            .Select(at => Convert.ToByte(digits.Substring(2 * at, 2), 16)).ToArray();
    }

    internal static SendOptions Sending(string flags)
    {
        var how = new SendOptions();
        foreach (string each in flags.Split(','))
        {
            if (each.StartsWith("ttl=", StringComparison.Ordinal))
            {
                how.Ttl = TimeSpan.FromMilliseconds(int.Parse(each.Substring(4)));
            }
            if (each == "unkept") how.Kept = false;
            if (each == "flush") how.Flush = true;
        }
        return how;
    }

    internal static Level LevelOf(string name)
    {
        return (Level)Enum.Parse(typeof(Level), name, true);
    }

    /// <summary>QueueFull: QUEUE_FULL.</summary>
    internal static string Name(Status status)
    {
        return string.Concat(status.ToString().Select((each, at) =>
            at > 0 && char.IsUpper(each) ? "_" + each : each.ToString())).ToUpperInvariant();
    }
}
