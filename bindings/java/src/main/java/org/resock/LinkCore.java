package org.resock;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What there is of a link without the object that people hold, so that the Cleaner can end it. The
 * hub refers to it; it refers to the Link only weakly, or strongly while the link has something to
 * do.
 */
final class LinkCore implements Runnable {
    private final HubCore hub;
    private final Serial serial;
    private final Serial futures; // apart, so that a callback may wait for a receipt
    private final Sender sender;
    private final Inbox inbox = new Inbox(this);
    private final LinkEvents events = new LinkEvents(this);
    private final boolean doneByItself;
    private final AtomicLong handle = new AtomicLong();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CompletableFuture<Opened> opened = new CompletableFuture<>();
    private final CompletableFuture<Disconnect> closed = new CompletableFuture<>();
    private final String name;
    private WeakReference<Link> face = new WeakReference<>(null);
    private volatile Link kept;
    private volatile Link.Handler handler;
    private volatile boolean isHandedOver; // may get a handler before its first event is told
    private volatile boolean isMade;
    private volatile boolean closing;
    private volatile boolean freeAtEnd;
    private volatile ClosedException why;
    /** By which the hub finds it: a number of our own, or that of the library. */
    final long key;

    LinkCore(HubCore hub, long key, String name, LinkSettings settings) {
        this.hub = hub;
        this.key = key;
        this.name = name;
        serial = new Serial(hub.executor());
        futures = new Serial(hub.executor());
        sender = new Sender(this, new SendPolicy(settings.sending));
        doneByItself = settings.doneByItself;
    }

    /** Before the first event. */
    void setFace(Link link, Link.Handler first) {
        face = new WeakReference<>(link);
        setHandler(first);
    }

    void setHandler(Link.Handler next) {
        handler = next;
        if (next != null) sender.keep();
        else sender.keepOrNot();
    }

    /** Under the lock of the sender; see there. */
    void keep(boolean on) {
        kept = on && !finished.get() ? face.get() : null;
    }

    /** Somebody is to be told of something, be it the end. */
    boolean isNeeded() {
        return handler != null || closing || inbox.hasSubscription();
    }

    /** Before anybody can send. */
    void setHandle(long value) {
        handle.set(value);
        sender.begin();
    }

    /** Until it is made its events wait (HubCore.making). */
    void setMade() {
        isMade = true;
    }

    boolean isMade() {
        return isMade;
    }

    boolean hasHandle() {
        return handle.get() != 0;
    }

    long handle() {
        long value = handle.get();
        if (value == 0) {
            ClosedException ended = why;
            throw ended != null ? ended.again()
                    : new ClosedException(name + " was closed", null);
        }
        return value;
    }

    Link face() {
        return face.get();
    }

    HubCore hub() {
        return hub;
    }

    Serial serial() {
        return serial;
    }

    /** Completes futures. */
    Serial futures() {
        return futures;
    }

    Sender sender() {
        return sender;
    }

    Inbox inbox() {
        return inbox;
    }

    boolean isDoneByItself() {
        return doneByItself;
    }

    boolean isPollerThread() {
        return hub.isPollerThread();
    }

    CompletableFuture<Opened> opened() {
        return opened;
    }

    CompletableFuture<Disconnect> closed() {
        return closed;
    }

    // ---- by the thread that polls ---------------------------------------------------------------

    void arrived(List<Message> messages) {
        inbox.add(messages);
    }

    void event(int kind, EventRecord record) {
        events.event(kind, record);
    }

    Link.Handler handler() {
        return handler;
    }

    boolean mayGetHandler() {
        return isHandedOver;
    }

    /** Of a listener, in the link's own order, so that it comes before its events. */
    void handOver(Link link, Listener.Handler to) {
        isHandedOver = true;
        serial.execute(() -> {
            try {
                Link.Handler its = to.onLink(link);
                if (its != null) setHandler(its);
            } finally {
                isHandedOver = false;
            }
        });
    }

    /** Events of it could not be handed on (memory is used up): it is of no use any more. */
    void fail(Throwable thrown) {
        HubCore.LOGGER.log(Level.ERROR, name + " is aborted: its events cannot be read", thrown);
        ClosedException broken = new ClosedException(name + " was aborted: " + thrown, null);
        broken.initCause(thrown);
        free();
        finish(broken, null, false);
    }

    void ended(Disconnect record) {
        boolean inOrder = closing || record.closeCode().orElse(0) == 1000;
        finish(ClosedException.of(record), record, inOrder);
        if (freeAtEnd) free();
    }

    // ---- ending ---------------------------------------------------------------------------------

    /** Once: nothing comes after it. */
    void finish(ClosedException cause, Disconnect record, boolean inOrder) {
        if (!finished.compareAndSet(false, true)) return;
        why = cause;
        hub.remove(this);
        sender.closed(cause);
        long discarded = inbox.end(inOrder ? null : cause);
        if (discarded > 0) {
            HubCore.LOGGER.log(Level.WARNING, "{0}: {1} messages that came while it was closed "
                    + "were not taken and are dropped", name, discarded);
        }
        futures.execute(() -> opened.completeExceptionally(cause));
        tellOfTheEnd(() -> {
            if (record != null) closed.complete(record);
            else closed.completeExceptionally(cause);
        });
        kept = null;
        end.countDown();
    }

    /** Behind the last callback; a subscriber has several turns for what waits and it asked for. */
    private void tellOfTheEnd(Runnable end) {
        serial.execute(() -> {
            if (inbox.isHandingOver()) tellOfTheEnd(end);
            else futures.execute(end);
        });
    }

    void startClosing(int code, byte[] reason) {
        if (finished.get()) return;
        inbox.doneWithHandedOut();
        boolean before = closing;
        closing = true; // before the end can be polled, which is in order then
        sender.keep();
        try {
            Native.resock_link_close(handle(), code, reason);
        } catch (RuntimeException refused) {
            closing = before;
            sender.keepOrNot();
            throw refused;
        }
        inbox.startClosing();
        sender.tryAgain();
    }

    /** Returns at once where that thread would wait for itself. */
    void awaitEnd() throws InterruptedException {
        if (isPollerThread()) {
            freeAtEnd = true;
            if (finished.get()) free();
            return;
        }
        end.await();
        free();
    }

    void abort(String words) {
        free();
        finish(new ClosedException(name + " was " + words, null), null, closing);
    }

    void endWithHub(ClosedException cause) {
        finish(cause, null, false);
        free();
    }

    private void free() {
        long value = handle.getAndSet(0);
        if (value != 0) Native.resock_link_free(value);
    }

    /** Of the Cleaner: nobody holds the Link any more, and it has nothing to do. */
    @Override public void run() {
        if (!hasHandle()) return;
        if (!finished.get()) {
            HubCore.LOGGER.log(Level.WARNING, "{0} was never closed and is aborted: use "
                    + "try-with-resources, or close it", name);
        }
        abort("not closed, and collected as garbage");
    }

    // ---- calls that a link which has ended ignores ----------------------------------------------

    void done(Message message) {
        if (message.number() != 0) ignoringTheEnd(Native::resock_link_done, message.number());
    }

    void hold(boolean on) {
        ignoringTheEnd((link, value) -> Native.resock_link_hold(link, (int) value), on ? 1 : 0);
    }

    private interface Call {
        void with(long link, long value);
    }

    private void ignoringTheEnd(Call call, long value) {
        try {
            call.with(handle.get(), value);
        } catch (ClosedException ended) {
            // there is nothing to tell any more
        }
    }

    @Override public String toString() {
        return name;
    }
}
