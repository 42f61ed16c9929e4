using System;
using System.Linq;
using System.Text;
using Resock;

/// <summary>The canonical form of events.</summary>
internal sealed class Line
{
    private const int MostShown = 32;
    private readonly StringBuilder line;

    internal Line(string begin)
    {
        line = new StringBuilder(begin);
    }

    internal Line Put(string name, object value)
    {
        line.Append(' ').Append(name).Append('=').Append(value ?? "-");
        return this;
    }

    internal Line Truth(string name, bool value)
    {
        return Put(name, value ? "true" : "false");
    }

    private Line Words(string name, string value)
    {
        return Put(name, "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"");
    }

    /// <summary>A number that stands for none where it is 0.</summary>
    private Line Code(string name, long value)
    {
        return Put(name, value == 0 ? null : (object)value);
    }

    private Line Time(string name, TimeSpan? value, long ticks)
    {
        return Put(name, value?.Ticks / ticks);
    }

    private Line Record(Disconnect record)
    {
        const long Ms = TimeSpan.TicksPerMillisecond;
        return Put("layer", (int)record.Layer).Put("caused_by", (int)record.Culprit)
            .Code("cause", (int)record.Cause).Put("close_code", record.CloseCode)
            .Words("close_reason", record.CloseReason).Truth("closed_by_us", record.ClosedByUs)
            .Put("http_status", record.HttpStatus).Put("errno", record.Errno)
            .Words("detail", record.Detail).Words("host", record.Host)
            .Time("up_ms", record.Up, Ms).Time("rtt_us", record.RoundTrip, Ms / 1000)
            .Time("silent_ms", record.Silence, Ms).Put("verdict", (int)record.Verdict)
            .Time("delay_ms", record.Delay, Ms).Put("attempt", record.Attempt)
            .Put("connection", record.Connection).Truth("limits_reached", record.LimitsReached)
            .Put("message_id", record.MessageId).Words("why", record.Why);
    }

    /// <summary>The line of an event; null for one that is not printed as it comes.</summary>
    internal static string Of(LinkEvent happened)
    {
        if (happened is DownEvent down)
        {
            return new Line("DOWN").Truth("was_open", down.WasOpen).Record(down.Record).ToString();
        }
        if (happened is ClosedEvent closed) return new Line("CLOSED").Record(closed.Record).ToString();
        if (happened is OpenedEvent opened) return Of(opened);
        if (happened is CredentialsEvent asked)
        {
            return new Line("CREDENTIALS").Put("attempt", asked.Attempt)
                .Put("http_status", asked.HttpStatus).Put("close_code", asked.CloseCode).ToString();
        }
        if (happened is LostEvent lost)
        {
            return new Line("LOST").Put("reason", (int)lost.Reason)
                .Truth("begun_anew", lost.BegunAnew).Words("text", lost.Text).ToString();
        }
        return null;
    }

    private static string Of(OpenedEvent opened)
    {
        return new Line("OPEN").Words("address", opened.Address).Words("tls", opened.Tls)
            .Words("subprotocol", opened.Subprotocol).Put("connection", opened.Connection)
            .Put("attempt", opened.Attempt)
            .Time("downtime_ms", opened.Downtime, TimeSpan.TicksPerMillisecond)
            .Truth("resumed", opened.Resumed).ToString();
    }

    internal static string Of(Message message)
    {
        string begin = "MESSAGE " + (message.IsText ? "text" : "binary");
        Line made;
        if (message.Data.Length > MostShown)
        {
            made = new Line(begin).Put("bytes", message.Data.Length).Put("fnv1a", Fnv1a(message.Data));
        }
        else
        {
            made = new Line(begin + " \"" + (message.IsText ? message.Text : Hex(message.Data)) + "\"");
        }
        return made.Code("number", message.Number).ToString();
    }

    private static string Fnv1a(byte[] data)
    {
        uint hash = 2166136261;
        foreach (byte each in data) hash = unchecked((hash ^ each) * 16777619);
        return hash.ToString("x8");
    }

    private static string Hex(byte[] data)
    {
        return string.Concat(data.Select(each => each.ToString("x2")));
    }

    public override string ToString()
    {
        return line.ToString();
    }
}
