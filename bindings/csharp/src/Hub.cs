using System;
using System.Runtime.InteropServices;

namespace Resock
{
/// <summary>
/// Native I/O threads, and one background thread that takes what they have to tell and hands it on.
/// Most programs need none of their own: links and listeners use the one that is shared.
/// </summary>
public sealed class Hub : IDisposable
{
    /// <summary>Its finalizer is the safety net: a hub that nobody holds is closed.</summary>
    private sealed class HubHandle : SafeHandle
    {
        private readonly HubCore core;

        internal HubHandle(HubCore core) : base(IntPtr.Zero, true)
        {
            this.core = core;
            SetHandle((IntPtr)1);
        }

        public override bool IsInvalid => false;

        protected override bool ReleaseHandle()
        {
            core.Close();
            return true;
        }
    }

    private static readonly Lazy<Hub> shared = new Lazy<Hub>(() => new Hub(null, true));
    private readonly HubHandle handle;
    private readonly bool isShared;

    /// <summary>Makes one, with the defaults where options is null.</summary>
    public Hub(HubOptions options = null) : this(options, false)
    {
    }

    private Hub(HubOptions options, bool isShared)
    {
        ResockLibrary.EnsureLoaded();
        this.isShared = isShared;
        if (long.TryParse(options?.Get("io.threads"), out long threads) && threads == 0)
        {
            throw new OptionException("io.threads=0 is not for this binding, whose thread waits for events: "
                + "leave it out, or set 1 to 64");
        }
        Core = new HubCore(options);
        handle = new HubHandle(Core);
    }

    /// <summary>The one that is used where none is named; it cannot be disposed.</summary>
    public static Hub Shared => shared.Value;

    internal HubCore Core { get; }

    /// <summary>Aborts the links and listeners that are still open, and ends the threads.</summary>
    public void Dispose()
    {
        if (isShared) throw new InvalidOperationException("the shared hub cannot be disposed");
        handle.Dispose();
    }
}
}
