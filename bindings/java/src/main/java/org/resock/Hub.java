package org.resock;

import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Native I/O threads, and one Java thread that takes what they have to tell and hands it to the
 * executor. There handlers and subscribers run, those of one link one after the other, in order, and
 * beside them what depends on futures. All threads are daemons.
 *
 * <p>Most programs need none of their own: {@link Link#connect} and {@link Listener#open} use the
 * one that is shared.
 */
public final class Hub implements AutoCloseable {
    static final Cleaner CLEANER = Cleaner.create();

    private final HubCore core;
    private final boolean isShared;

    private static final class Shared {
        static final Hub HUB = new Hub(null, Pool.SHARED, true);
    }

    /** With the defaults, and a pool of a few threads that all such hubs share. */
    public Hub() {
        this(new HubOptions());
    }

    /** With options, and the shared pool. */
    public Hub(HubOptions options) {
        this(options, Pool.SHARED);
    }

    /**
     * With an executor of the application, which it may shut down after the hub. Handlers that
     * wait for long want one with many threads, or virtual threads. {@code Runnable::run} is the
     * fastest and lets application code run on the thread that polls: then nothing there may wait.
     */
    public Hub(HubOptions options, Executor executor) {
        this(Objects.requireNonNull(options), Objects.requireNonNull(executor), false);
    }

    private Hub(HubOptions options, Executor executor, boolean isShared) {
        Library.ensureLoaded();
        this.isShared = isShared;
        HubCore made = new HubCore(options, executor);
        core = made;
        CLEANER.register(this, made::free);
    }

    /** The one that is used where none is named; it cannot be closed. */
    public static Hub shared() {
        Library.ensureLoaded();
        return Shared.HUB;
    }

    /** As {@link Link#connect(String, LinkOptions, Link.Handler)}, in this hub. */
    public Link connect(String uri, LinkOptions options, Link.Handler handler) {
        return Link.open(this, uri, options, handler);
    }

    /** As {@link Listener#open}, in this hub. */
    public Listener listen(String address, ListenerOptions options, Listener.Handler handler) {
        return Listener.open(this, address, options, handler);
    }

    HubCore core() {
        return core;
    }

    /** Aborts the links and listeners that are still open, and ends the threads. */
    @Override public void close() {
        if (isShared) throw new UnsupportedOperationException("the shared hub cannot be closed");
        core.close();
    }
}
