using System;
using System.Globalization;
using System.Threading;

namespace Resock
{
/// <summary>Values of options as the text that the library takes; null stays null.</summary>
internal static partial class OptionTexts
{
    private const long TicksPerMs = TimeSpan.TicksPerMillisecond;
    private const long NsPerTick = 100;

    internal static string Of(string value)
    {
        return value;
    }

    internal static string Of(byte[] value)
    {
        return value == null ? null : "";
    }

    internal static string Of(bool? value)
    {
        return value == null ? null : value.Value ? "true" : "false";
    }

    internal static string Of(long? value)
    {
        return value == Options.Unlimited ? "unlimited" : value?.ToString(CultureInfo.InvariantCulture);
    }

    internal static string Of(double? value)
    {
        return value?.ToString("R", CultureInfo.InvariantCulture);
    }

    internal static string Of(TimeSpan? value)
    {
        if (value == null) return null;
        if (value == Timeout.InfiniteTimeSpan) return "unlimited";
        long ticks = value.Value.Ticks;
        return ticks % TicksPerMs == 0
            ? (ticks / TicksPerMs).ToString(CultureInfo.InvariantCulture) + "ms"
            : (ticks * NsPerTick).ToString(CultureInfo.InvariantCulture) + "ns";
    }

    private static Exception Unknown(string option, object value)
    {
        return new ArgumentOutOfRangeException(option, value, "no value of the option " + option);
    }
}
}
