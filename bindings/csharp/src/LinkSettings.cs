using System;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>What this binding has to know of the options of a link, and changes of them.</summary>
internal sealed class LinkSettings
{
    private static readonly Regex part = new Regex(@"(\d+(?:\.\d+)?)(h|min|s|ms|us|ns)");
    private readonly Options options;

    internal LinkSettings(LinkOptions options)
        : this(options, options.Scheduler)
    {
        Credentials = options.Credentials;
        if (Credentials != null && !options.Has("credentials.when")) AsksForCredentials = true;
    }

    internal LinkSettings(ListenerOptions options) : this(options, options.Scheduler)
    {
        HasSessions = true;
    }

    private LinkSettings(Options options, TaskScheduler scheduler)
    {
        this.options = options;
        Scheduler = scheduler ?? TaskScheduler.Default;
        bool isOnlyWritten = options.Get("delivery") == "at-most-once" && options.Get("confirm") == "off";
        FinalLevel = isOnlyWritten ? Level.Written : Level.Received;
        HasSessions = options.Get("delivery") == "exactly-once";
        WaitsForRoom = !options.Has("queue.full") || options.Get("queue.full") == "wait";
        SendTimeout = Parse(options.Get("send.timeout"));
        IsDoneByItself = options.Get("session.done") == "auto";
    }

    internal Level FinalLevel { get; }
    internal bool WaitsForRoom { get; }
    internal TimeSpan SendTimeout { get; }

    /// <summary>session.done=auto, which here means: once the next message is asked for.</summary>
    internal bool IsDoneByItself { get; }

    internal TaskScheduler Scheduler { get; }
    internal Func<CredentialsEvent, Task<LinkOptions>> Credentials { get; }
    private bool HasSessions { get; }
    private bool AsksForCredentials { get; }

    /// <summary>
    /// Calls with a native set of the options. Native code is not to wait, nor to take a message as done
    /// with once it was handed to this binding.
    /// </summary>
    internal T Use<T>(Func<ulong, T> call)
    {
        return options.Use(set =>
        {
            if (WaitsForRoom) Native.resock_options_set(set, "queue.full", "error");
            if (HasSessions) Native.resock_options_set(set, "session.done", "manual");
            if (AsksForCredentials) Native.resock_options_set(set, "credentials.when", "always");
            return call(set);
        });
    }

    /// <summary>Of a duration that the library takes.</summary>
    internal static TimeSpan Parse(string duration)
    {
        double ticks = 0;
        foreach (Match each in part.Matches(duration))
        {
            ticks += double.Parse(each.Groups[1].Value, CultureInfo.InvariantCulture)
                * TicksOf(each.Groups[2].Value);
        }
        return TimeSpan.FromTicks((long)ticks);
    }

    private static double TicksOf(string unit)
    {
        switch (unit)
        {
        case "h": return TimeSpan.TicksPerHour;
        case "min": return TimeSpan.TicksPerMinute;
        case "s": return TimeSpan.TicksPerSecond;
        case "ms": return TimeSpan.TicksPerMillisecond;
        case "us": return TimeSpan.TicksPerMillisecond / 1e3;
        default: return TimeSpan.TicksPerMillisecond / 1e6;
        }
    }
}
}
