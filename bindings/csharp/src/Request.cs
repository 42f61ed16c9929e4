using System;
using System.Collections.Generic;
using System.Linq;

namespace Resock
{
/// <summary>An opening that waits for an answer, or the fresh token of a session.</summary>
public sealed class Request
{
    private static readonly char[] lineFeed = { '\n' };
    private readonly byte[] token;

    internal Request(EventRecord record, Link link)
    {
        Id = (ulong)record.Id;
        Link = link;
        byte[][] strings = record.Strings(40, 6);
        string[] texts = record.Texts(40, 5);
        Method = texts[0];
        Target = texts[1];
        Address = texts[2];
        Tls = texts[3];
        Fields = texts[4].Split(lineFeed, StringSplitOptions.RemoveEmptyEntries).Select(Split).ToArray();
        token = strings[5];
    }

    private static KeyValuePair<string, string> Split(string field)
    {
        int colon = field.IndexOf(':');
        return new KeyValuePair<string, string>(field.Substring(0, colon), field.Substring(colon + 1).Trim());
    }

    internal ulong Id { get; }

    /// <summary>Whose session it is about, where its client has sent a fresh token; else null.</summary>
    public Link Link { get; }

    /// <summary>"GET".</summary>
    public string Method { get; }

    /// <summary>Path and query as they came, "/chat?room=1".</summary>
    public string Target { get; }

    /// <summary>The client's: "192.0.2.1:4711".</summary>
    public string Address { get; }

    /// <summary>Version and cipher of TLS, "" without.</summary>
    public string Tls { get; }

    /// <summary>Name and value of each field, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>The value of the first field of that name, in any case; null for none.</summary>
    public string Field(string name)
    {
        return Fields.FirstOrDefault(each => each.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    /// <summary>What the client of a session sent to show who it is; empty for none.</summary>
    public byte[] Token()
    {
        return (byte[])token.Clone();
    }

    /// <summary>Fit for a log: without query, fields and token.</summary>
    public override string ToString()
    {
        return "request " + Id + " of " + Address + ": " + Method + " " + Target.Split('?')[0];
    }
}

/// <summary>What becomes of a <see cref="Request"/>.</summary>
public sealed class Answer
{
    private Answer()
    {
    }

    /// <summary>A link is made.</summary>
    public static readonly Answer Accept = new Answer();

    /// <summary>A link is made, with options that replace those of the listener.</summary>
    /// <param name="options">http.header adds fields to the answer, session.principal says who the client
    /// of a session is; not listen.* and tls.*.</param>
    public static Answer AcceptWith(ListenerOptions options)
    {
        return new Answer { Options = options ?? throw new ArgumentNullException(nameof(options)) };
    }

    /// <summary>The opening is refused.</summary>
    /// <param name="status">300 to 599: 401, 403, 404, 429, 503 …; a redirect needs the field Location.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="fields">Of the answer: "Retry-After: 5".</param>
    /// <exception cref="ArgumentException">A text that is no Unicode, or a field with a NUL.</exception>
    public static Answer Refuse(int status, string body = "", params string[] fields)
    {
        if (body == null) throw new ArgumentNullException(nameof(body));
        if (fields == null) throw new ArgumentNullException(nameof(fields));
        if (status < 300 || status > 599)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "a refusal has 300 to 599");
        }
        return new Answer
        {
            Status = status,
            Body = Texts.Strict.GetBytes(body),
            Fields = fields.Length == 0 ? null : Texts.Checked(string.Join("\n", fields))
        };
    }

    internal ListenerOptions Options { get; private set; }
    internal int Status { get; private set; }
    internal byte[] Body { get; private set; }
    /// <summary>Null: none.</summary>
    internal string Fields { get; private set; }
}
}
