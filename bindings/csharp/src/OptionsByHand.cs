using System;
using System.Threading.Tasks;

namespace Resock
{
// What the library's table of options does not have, because it is about this binding.

public sealed partial class LinkOptions
{
    /// <summary>The hub of the link; null: <see cref="Resock.Hub.Shared"/>.</summary>
    public Hub Hub { get; set; }

    /// <summary>
    /// Where handlers of events and <see cref="Credentials"/> run, one after the other; null: the pool.
    /// </summary>
    public TaskScheduler Scheduler { get; set; }

    /// <summary>Told of every event, from the first one on; see <see cref="Link.OnEvent"/>.</summary>
    public EventHandler<LinkEvent> OnEvent { get; set; }

    /// <summary>
    /// Asked for credentials before each attempt, or as credentials.when says; gives url, http.header or
    /// session.token in options, or null. What it throws, or gives and cannot be used, is logged and counts
    /// as null.
    /// </summary>
    public Func<CredentialsEvent, Task<LinkOptions>> Credentials { get; set; }
}

public sealed partial class ListenerOptions
{
    /// <summary>The hub of the listener and its links; null: <see cref="Resock.Hub.Shared"/>.</summary>
    public Hub Hub { get; set; }

    /// <summary>Where <see cref="OnRequest"/> and handlers of its links' events run; null: the pool.</summary>
    public TaskScheduler Scheduler { get; set; }

    /// <summary>
    /// Answers each opening, and fresh tokens of sessions, within listen.request_timeout; null: the
    /// options alone decide. What it throws is logged and answered with 500, as is an answer that cannot be.
    /// </summary>
    public Func<Request, Task<Answer>> OnRequest { get; set; }
}
}
