package org.resock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The accepting side. Each connection becomes a {@link Link}, by the options alone or, with
 * listen.accept=ask, once the application has answered a {@link Request}. Clients that speak
 * resock.v1 get a session on the same port. A listener stays until it is closed, also where nobody
 * refers to it.
 */
public final class Listener implements AutoCloseable {
    private final ListenerCore core;
    private final int count;

    /** What a listener tells. Called one after the other; what is thrown is logged. */
    public interface Handler {
        /** With listen.accept=ask: answer it, within listen.request_timeout; here or later. */
        default void onRequest(Request request) {
            request.accept();
        }

        /**
         * There is a link. Keep it, subscribe to its messages, or it is collected.
         *
         * @return who is told of its events, from the first one on; null: nobody
         */
        Link.Handler onLink(Link link);

        /** After a drain: the last link has ended. */
        default void onClosed() {}
    }

    private Listener(ListenerCore core, int count) {
        this.core = core;
        this.count = count;
    }

    /**
     * Binds and listens, in the shared hub.
     *
     * @param address ws://127.0.0.1:8080, wss://... or unix:PATH; port 0 lets the system
     *     choose. Further ones by {@link ListenerOptions#listenUrl}; null: only those
     * @throws OptionException if options contradict each other, or a certificate cannot be used
     * @throws ResockException with status IO if the address is in use or not there
     */
    public static Listener open(String address, ListenerOptions options, Handler handler) {
        return open(Hub.shared(), address, options, handler);
    }

    static Listener open(Hub hub, String address, ListenerOptions options, Handler handler) {
        LinkSettings settings = new LinkSettings(options.copy());
        ListenerCore core = new ListenerCore(hub, settings, Objects.requireNonNull(handler));
        HubCore in = hub.core();
        in.making().lock();
        try {
            long handle = settings.use(true, set -> {
                if (address != null) Native.resock_options_set(set, "listen.url", address);
                return Native.resock_listener_open(in.handle(), set);
            });
            core.setHandle(handle);
            in.add(Native.resock_listener_id(handle), core);
        } finally {
            in.making().unlock();
        }
        int others = (int) options.get("listen.url").lines().count();
        return new Listener(core, others + (address == null ? 0 : 1));
    }

    /** Where it listens, with the ports that the system chose, in the order of setting. */
    public List<String> addresses() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(Native.resock_listener_address(core.handle(), i));
        return Collections.unmodifiableList(all);
    }

    /** The one address, or the last that was set. */
    public String address() {
        return Native.resock_listener_address(core.handle(), count - 1L);
    }

    /**
     * Shuts down in order: accepts no more and closes the links, which get as long to have their
     * messages confirmed.
     *
     * @param code 1001 (going away) or 1012 (service restart)
     * @param timeout up to 49 days
     * @return completes with the end of the last link
     */
    public CompletableFuture<Void> drain(int code, Duration timeout) {
        Native.resock_listener_drain(core.handle(), code, drainMs(timeout));
        return core.closed().copy();
    }

    /**
     * As {@link #drain}, and says where sessions are to go.
     *
     * @param uri null: back to the one that they know
     * @param finish sessions cannot move: their clients end them and open new ones
     */
    public CompletableFuture<Void> drainTo(int code, Duration timeout, String uri, boolean finish) {
        Native.resock_listener_drain_to(core.handle(), code, drainMs(timeout), uri,
                finish ? Constants.DRAIN_FINISH : 0);
        return core.closed().copy();
    }

    private static long drainMs(Duration timeout) {
        return Times.millis("a time to drain", timeout, 0);
    }

    /** Accepts no more; the links stay. */
    public CompletableFuture<Void> stopAccepting() {
        Native.resock_listener_close(core.handle());
        return core.closed().copy();
    }

    /** Reads the certificate again, and tells what is wrong with it. */
    public void reload() {
        Native.resock_listener_reload(core.handle());
    }

    /** Numbers, as JSON. */
    public String statsJson() {
        return Native.resock_listener_stats_json(core.handle());
    }

    /** The last 64 connections that did not become links, as JSON. */
    public String historyJson() {
        return Native.resock_listener_history_json(core.handle());
    }

    /** Accepts no more and refuses what waits; the links stay. */
    @Override public void close() {
        core.free();
    }
}
