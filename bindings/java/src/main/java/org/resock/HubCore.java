package org.resock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A hub without the object that people hold: its thread polls and hands on. */
final class HubCore implements Runnable {
    static final Logger LOGGER = System.getLogger("org.resock");
    private static final int BUFFER = 256 * 1024;
    private static final BufferPool BUFFERS = new BufferPool(BUFFER, 4);
    /** After so many polls that would have fitted into an ordinary buffer, a larger one goes. */
    private static final int LARGE_FOR = 64;
    private static final long RETRY_NS = 100_000_000;
    private static final long BUSY_NS = 500_000;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long handle;
    private final Executor executor;
    private final Thread poller;
    private final AtomicBoolean freed = new AtomicBoolean();
    private volatile boolean closed;
    private final AtomicLong keys = new AtomicLong();
    private final Map<Long, LinkCore> links = new ConcurrentHashMap<>();
    private final Map<Long, LinkCore> accepted = new ConcurrentHashMap<>();
    private final Map<Long, ListenerCore> listeners = new ConcurrentHashMap<>();
    /** Held while something is made: its first event may be polled before the call has returned. */
    private final ReentrantLock making = new ReentrantLock();

    HubCore(HubOptions options, Executor executor) {
        this.executor = executor;
        handle = options == null ? Native.resock_hub_create(0)
                : options.use(Native::resock_hub_create);
        poller = new Thread(null, this, "resock-poller-" + NUMBERS.incrementAndGet());
        poller.setDaemon(true);
        poller.start();
    }

    Executor executor() {
        return executor;
    }

    long handle() {
        if (closed) throw new ClosedException("the hub was closed", null);
        return handle;
    }

    ReentrantLock making() {
        return making;
    }

    boolean isPollerThread() {
        return Thread.currentThread() == poller;
    }

    long nextKey() {
        return keys.incrementAndGet();
    }

    // ---- who is there ---------------------------------------------------------------------------

    /** One that carries its key as `user` in each event. */
    void add(LinkCore link) {
        links.put(link.key, link);
    }

    /** One that a listener has accepted by itself: events have the listener's `user`. */
    void addAccepted(LinkCore link) {
        accepted.put(link.key, link);
    }

    void add(long listenerId, ListenerCore listener) {
        listeners.put(listenerId, listener);
    }

    void remove(LinkCore link) {
        links.remove(link.key, link);
        accepted.remove(link.key, link);
    }

    void remove(ListenerCore listener) {
        listeners.values().remove(listener);
    }

    /** Links that have not ended. */
    int size() {
        return links.size() + accepted.size();
    }

    /** Null: it was freed. */
    LinkCore link(long user, long linkId) {
        LinkCore found = user == 0 ? null : links.get(user);
        if (found == null) found = accepted.get(linkId);
        if (found != null && !found.isMade()) waitForTheMaker();
        return found;
    }

    ListenerCore listener(long listenerId) {
        ListenerCore found = listeners.get(listenerId);
        if (found != null) return found;
        waitForTheMaker();
        return listeners.get(listenerId);
    }

    private void waitForTheMaker() {
        making.lock();
        making.unlock();
    }

    // ---- polling --------------------------------------------------------------------------------

    @Override public void run() {
        EventReader reader = new EventReader(this);
        ByteBuffer buffer = BUFFERS.take();
        long[] bytes = new long[1];
        int smallOnes = 0;
        int status;
        for (;;) {
            status = Native.resock_hub_poll_packed(handle, Constants.FOREVER, buffer, bytes);
            if (status == Status.TOO_SMALL.number) {
                buffer = grown(buffer, bytes[0]);
                continue;
            }
            if (status == Status.BUSY.number) { // io.threads=0, and a flush or a send does the I/O
                LockSupport.parkNanos(BUSY_NS);
                continue;
            }
            if (status != 0) break;
            read(reader, buffer, (int) bytes[0]);
            smallOnes = bytes[0] > BUFFER ? 0 : smallOnes + 1;
            if (buffer.capacity() > BUFFER && smallOnes > LARGE_FOR) buffer = BUFFERS.take();
        }
        BUFFERS.giveBack(buffer);
        end(status);
    }

    private static void read(EventReader reader, ByteBuffer buffer, int bytes) {
        try {
            reader.read(buffer, bytes);
        } catch (Throwable thrown) {
            LOGGER.log(Level.ERROR, "events were lost", thrown);
        }
    }

    /** Nothing is lost where memory is short: the message waits in the library. */
    private static ByteBuffer grown(ByteBuffer buffer, long needed) {
        try {
            return BufferPool.allocate((int) Math.min(Integer.MAX_VALUE - 8, needed + needed / 4));
        } catch (OutOfMemoryError error) {
            LOGGER.log(Level.ERROR, "a message of " + needed + " bytes waits for memory: see "
                    + "-XX:MaxDirectMemorySize, or lower message.max", error);
            LockSupport.parkNanos(RETRY_NS);
            return buffer;
        }
    }

    /** status: why nothing more can be polled. */
    void end(int status) {
        if (!closed) {
            LOGGER.log(Level.ERROR, "a hub ends, since its events cannot be polled: "
                    + Status.of(status));
        }
        free();
        ClosedException why = new ClosedException("the hub was closed", null);
        for (Map<Long, LinkCore> some : java.util.List.of(links, accepted)) {
            for (LinkCore link : some.values()) link.endWithHub(why);
        }
        for (ListenerCore listener : listeners.values()) listener.endWithHub();
    }

    /** Aborts what is open; what is left to be told is told by the thread that polls. */
    void free() {
        closed = true;
        if (freed.compareAndSet(false, true)) Native.resock_hub_free(handle);
    }

    /** As free, and waits until that thread has ended. */
    void close() {
        free();
        if (isPollerThread()) return;
        boolean interrupted = false;
        for (;;) {
            try {
                poller.join();
                break;
            } catch (InterruptedException again) {
                interrupted = true; // it ends at once, waiting for nobody
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
