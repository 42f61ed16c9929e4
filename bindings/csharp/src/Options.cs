using System;
using System.Collections.Generic;
using System.Linq;

namespace Resock
{
/// <summary>
/// Settings: <see cref="LinkOptions"/>, <see cref="ListenerOptions"/> and <see cref="HubOptions"/> have a
/// property for each. Not for several threads at a time.
/// </summary>
public abstract class Options
{
    /// <summary>For options that count: no limit, where the option allows that.</summary>
    public const long Unlimited = -1;

    private struct Entry
    {
        internal string Name;
        internal string Text;
        internal byte[] Bytes;

        internal void SetIn(ulong options)
        {
            if (Bytes == null) Native.resock_options_set(options, Name, Text);
            else Native.resock_options_set_bytes(options, Name, Bytes, (UIntPtr)Bytes.Length);
        }
    }

    private readonly resock_scope scope;
    private readonly List<Entry> entries = new List<Entry>();
    private readonly Dictionary<string, object> values = new Dictionary<string, object>();

    internal Options(resock_scope scope)
    {
        ResockLibrary.EnsureLoaded();
        this.scope = scope;
    }

    /// <summary>Sets an option by its name, as in docs/options.md: Set("heartbeat.interval", "5s").</summary>
    /// <exception cref="OptionException">There is no such option, or not with this value.</exception>
    public void Set(string name, string value)
    {
        Add(name, value);
        values.Remove(name);
    }

    /// <summary>What was set, else the default, as text; secrets are masked.</summary>
    public string Get(string name)
    {
        if (name == null) throw new ArgumentNullException(nameof(name));
        return Use(handle =>
        {
            Native.resock_options_get(handle, name, out string value);
            return value;
        });
    }

    internal bool Has(string name)
    {
        return entries.Any(each => each.Name == name);
    }

    internal object Value(string name)
    {
        return values.TryGetValue(name, out object value) ? value : null;
    }

    /// <summary>A property's value; null takes it back.</summary>
    internal void Put(string name, object value, string text)
    {
        if (value == null)
        {
            entries.RemoveAll(each => each.Name == name);
            values.Remove(name);
            return;
        }
        byte[] bytes = (value as byte[])?.ToArray();
        var entry = new Entry { Name = name, Text = text, Bytes = bytes };
        With(new List<Entry> { entry }, handle => 0);
        entries.RemoveAll(each => each.Name == name);
        entries.Add(entry);
        values[name] = bytes ?? value;
    }

    internal void Add(string name, string value)
    {
        if (name == null) throw new ArgumentNullException(nameof(name));
        if (value == null) throw new ArgumentNullException(nameof(value));
        var entry = new Entry { Name = name, Text = value };
        With(new List<Entry> { entry }, handle => 0);
        entries.Add(entry);
    }

    /// <summary>Has what the other has, from now on independent of it.</summary>
    internal void CopyFrom(Options other)
    {
        entries.AddRange(other.entries);
        foreach (KeyValuePair<string, object> each in other.values) values[each.Key] = each.Value;
    }

    /// <summary>Calls with a native set of these options, which is freed afterwards.</summary>
    internal T Use<T>(Func<ulong, T> use)
    {
        return With(entries, use);
    }

    private T With<T>(List<Entry> all, Func<ulong, T> use)
    {
        Native.resock_options_create((uint)scope, out ulong handle);
        try
        {
            foreach (Entry entry in all) entry.SetIn(handle);
            return use(handle);
        }
        finally
        {
            Native.resock_options_free(handle);
        }
    }

    /// <summary>Name and value of what was set, secrets masked.</summary>
    public override string ToString()
    {
        return string.Join("\n", entries.Select(each => each.Name).Distinct()
            .Select(name => name + "=" + Get(name)));
    }
}
}
