using System;

namespace Resock
{
// What is asked and changed while the link is open.
public sealed partial class Link
{
    private static readonly TimeSpan mostDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Changes an option that docs/options.md calls changeable.</summary>
    public void Set(string name, string value)
    {
        if (name == null) throw new ArgumentNullException(nameof(name));
        if (value == null) throw new ArgumentNullException(nameof(value));
        Core.Sender.Set(name, value);
    }

    /// <summary>What it has done so far, as one line of JSON (docs/events.md).</summary>
    public string StatsJson()
    {
        Native.resock_link_stats_json(Core.Handle, out string json);
        return json;
    }

    /// <summary>The last 64 records of disconnects and failed attempts, as JSON, oldest first.</summary>
    public string HistoryJson()
    {
        Native.resock_link_history_json(Core.Handle, out string json);
        return json;
    }

    /// <summary>Connects now instead of after the delay, or revives a stopped link.</summary>
    public void RetryNow()
    {
        Native.resock_link_retry_now(Core.Handle);
    }

    /// <summary>With greeting.hold: the greeting was answered, kept messages may go.</summary>
    public void Ready()
    {
        Native.resock_link_ready(Core.Handle);
    }

    /// <summary>
    /// Sets a text that is sent first on every connection (a login, a subscription), in the order of first
    /// setting, without a receipt; the same key replaces it. Not in a session.
    /// </summary>
    public void SetGreeting(string key, string text)
    {
        if (text == null) throw new ArgumentNullException(nameof(text));
        SetGreeting(key, Texts.Strict.GetBytes(text), (uint)resock_send_flag.RESOCK_SEND_TEXT);
    }

    /// <summary>As the one with a text, a binary message.</summary>
    public void SetGreeting(string key, byte[] data)
    {
        if (data == null) throw new ArgumentNullException(nameof(data));
        SetGreeting(key, data, 0);
    }

    private void SetGreeting(string key, byte[] data, uint flags)
    {
        byte[] name = Key(key);
        Native.resock_link_greeting_set(Core.Handle, name, (UIntPtr)name.Length, data,
            (UIntPtr)data.Length, flags);
    }

    /// <summary>Removes one: it is not sent on later connections.</summary>
    public void RemoveGreeting(string key)
    {
        byte[] name = Key(key);
        Native.resock_link_greeting_remove(Core.Handle, name, (UIntPtr)name.Length);
    }

    private static byte[] Key(string key)
    {
        return Texts.Strict.GetBytes(key ?? throw new ArgumentNullException(nameof(key)));
    }

    /// <summary>Replaces url, http.header or session.token from the next attempt on.</summary>
    public void SetCredentials(LinkOptions credentials)
    {
        if (credentials == null) throw new ArgumentNullException(nameof(credentials));
        credentials.Use(set =>
        {
            Native.resock_link_credentials(Core.Handle, 0, set);
            return 0;
        });
    }

    /// <summary>Of a session that a listener accepted: asks its client for a fresh token.</summary>
    public void AskToken(TimeSpan deadline)
    {
        if (deadline <= TimeSpan.Zero || deadline > mostDeadline)
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "above 0, at most 10 minutes");
        }
        Native.resock_link_ask_token(Core.Handle, (uint)Math.Ceiling(deadline.TotalMilliseconds));
    }
}
}
