package org.resock;

import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** What there is of a listener without the object that people hold; it stays until it is closed. */
final class ListenerCore {
    private final Hub hub;
    private final Listener.Handler handler;
    private final LinkSettings settings;
    private final Serial serial;
    private final AtomicLong handle = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    ListenerCore(Hub hub, LinkSettings settings, Listener.Handler handler) {
        this.hub = hub;
        this.settings = settings;
        this.handler = handler;
        serial = new Serial(hub.core().executor());
    }

    void setHandle(long value) {
        handle.set(value);
    }

    long handle() {
        long value = handle.get();
        if (value == 0) throw new ClosedException("the listener was closed", null);
        return value;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    void request(Request request) {
        serial.execute(() -> {
            try {
                handler.onRequest(request);
            } catch (Throwable thrown) {
                HubCore.LOGGER.log(Level.ERROR, "onRequest has thrown: the client gets a 500",
                        thrown);
                request.refuseIfOpen(500);
            }
        });
    }

    /** By the options alone. */
    void accepted(long linkId, long linkHandle) {
        LinkCore core = new LinkCore(hub.core(), linkId, "accepted link " + linkId, settings);
        core.setHandle(linkHandle);
        core.setMade();
        hub.core().addAccepted(core); // before code of the application may end it
        core.handOver(Link.accepted(hub, core), handler);
    }

    /** As the answer to a request; native code has the options already. */
    Link accept(long requestId, ListenerOptions own) {
        HubCore in = hub.core();
        LinkSettings its = own == null ? settings : new LinkSettings(own, settings.options());
        long key = in.nextKey();
        LinkCore core = new LinkCore(in, key, "accepted link of request " + requestId, its);
        Link link = Link.accepted(hub, core);
        in.making().lock();
        try {
            in.add(core);
            core.setHandle(own == null
                    ? Native.resock_listener_accept(handle(), requestId, 0, key)
                    : its.use(true, set ->
                            Native.resock_listener_accept(handle(), requestId, set, key)));
            core.handOver(link, handler);
            core.setMade();
        } finally {
            if (!core.isMade()) in.remove(core);
            in.making().unlock();
        }
        return link;
    }

    void finish() {
        hub.core().remove(this);
        serial.execute(() -> {
            closed.complete(null);
            handler.onClosed();
        });
    }

    /** Its file is free for the next one. */
    void endWithHub() {
        finish();
        free();
    }

    void free() {
        long value = handle.getAndSet(0);
        if (value == 0) return;
        hub.core().remove(this);
        Native.resock_listener_free(value);
        if (!closed.isDone()) serial.execute(() -> closed.complete(null));
    }
}
