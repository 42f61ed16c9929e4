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
    /// <summary>Of the listener, where the options are those of one of its links; else null.</summary>
    private readonly Options listeners;

    internal LinkSettings(LinkOptions options)
        : this(options, options.Scheduler, null)
    {
        Credentials = options.Credentials;
        if (Credentials != null && !options.Has("credentials.when")) AsksForCredentials = true;
    }

    internal LinkSettings(ListenerOptions options) : this(options, options.Scheduler, null)
    {
        HasSessions = true;
    }

    /// <summary>Of one link of a listener; what they do not say, the listener's do.</summary>
    internal LinkSettings(ListenerOptions options, LinkSettings listener)
        : this(options, options.Scheduler ?? listener.Scheduler, listener.options)
    {
        HasSessions = true;
    }

    private LinkSettings(Options options, TaskScheduler scheduler, Options listeners)
    {
        this.options = options;
        this.listeners = listeners;
        Scheduler = scheduler ?? TaskScheduler.Default;
        bool isOnlyWritten = Get("delivery") == "at-most-once" && Get("confirm") == "off";
        FinalLevel = isOnlyWritten ? Level.Written : Level.Received;
        HasSessions = Get("delivery") == "exactly-once";
        WaitsForRoom = (!Has("queue.full") && !(listeners?.Has("queue.full") ?? false))
            || Get("queue.full") == "wait";
        SendTimeout = Parse(Get("send.timeout"));
        IsDoneByItself = Get("session.done") == "auto";
    }

    private bool Has(string name)
    {
        return options.Has(name);
    }

    private string Get(string name)
    {
        return (listeners == null || Has(name) ? options : listeners).Get(name);
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
