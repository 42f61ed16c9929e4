using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>A line for the log. The texts are no interface: they change.</summary>
public sealed class LogEvent : EventArgs
{
    internal LogEvent(LogLevel level, string text, Exception exception)
    {
        Level = level;
        Text = text;
        Exception = exception;
    }

    /// <summary>How severe.</summary>
    public LogLevel Level { get; }

    /// <summary>A sentence.</summary>
    public string Text { get; }

    /// <summary>What code of the application has thrown; else null.</summary>
    public Exception Exception { get; }
}

/// <summary>
/// What a person may want to know: what the library says (from log.level of the hub on) and what code of
/// the application has thrown in a handler. Goes to the TraceSource "Resock" as well.
/// </summary>
public static class ResockLog
{
    private static readonly TraceSource source = new TraceSource("Resock", SourceLevels.Information);

    /// <summary>Raised on a thread of the pool; what a handler throws is dropped.</summary>
    public static event EventHandler<LogEvent> Written;

    internal static void Write(LogLevel level, string text, Exception exception = null)
    {
        TraceEventType type = level == LogLevel.Error ? TraceEventType.Error
            : level == LogLevel.Warning ? TraceEventType.Warning : TraceEventType.Information;
        EventHandler<LogEvent> handlers = Written;
        Task.Run(() =>
        {
            source.TraceEvent(type, 0, exception == null ? text : text + ": " + exception);
            handlers?.Invoke(null, new LogEvent(level, text, exception));
        });
    }
}
}
