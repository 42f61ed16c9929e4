package org.resock;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * One logical WebSocket connection that outlives its sockets: it connects again by itself, and
 * what was sent is kept until it is confirmed. For any threads, virtual ones too.
 *
 * <p>Messages that arrive go to one subscriber ({@link #messages}, {@link #batches},
 * {@link #onMessage}) or to whoever calls {@link #receive}; where nobody takes them they wait, up
 * to 1 MiB or 4,096 here, and then the peer has to.
 */
public final class Link implements AutoCloseable {
    private static final byte[] NO_REASON = {};

    private final LinkCore core;
    private final Hub hub; // not collected before its links

    /** What happens to a link. Called one after the other, in order; what is thrown is logged. */
    public interface Handler {
        /** A connection is open. */
        default void onOpen(Link link, Opened event) {}

        /** A connection ended or an attempt failed; the link goes on, unless onClosed follows. */
        default void onDown(Link link, Disconnect record) {}

        /** The last event of a link. */
        default void onClosed(Link link, Disconnect record) {}

        /**
         * Every message up to this one that did not fail has reached the level. Once for several
         * confirmations that came while code of yours was running.
         */
        default void onConfirmed(Link link, Level level, long through) {}

        /** Messages that were accepted will not be sent (again). */
        default void onFailed(Link link, Failure failure) {}

        /** After a {@link QueueFullException}: half of the queue is free again. */
        default void onWritable(Link link) {}

        /** Answer it; see credentials.when. */
        default void onCredentials(Link link, CredentialsRequest request) {
            request.none();
        }

        /** A session could not go on. */
        default void onLost(Link link, Lost lost) {}
    }

    private Link(Hub hub, LinkCore core, Handler handler) {
        this.hub = hub;
        this.core = core;
        core.setFace(this, handler);
        Hub.CLEANER.register(this, core);
    }

    /** As the one with a handler, with the defaults. */
    public static Link connect(String uri) {
        return connect(uri, new LinkOptions(), null);
    }

    /** As the one with a handler, without one. */
    public static Link connect(String uri, LinkOptions options) {
        return connect(uri, options, null);
    }

    /**
     * Makes a link and starts connecting; {@link #opened} tells when it is. Messages may be sent
     * at once.
     *
     * @param uri ws://host[:port]/path or wss://...; "echo:" sends back what it gets, without
     *     network
     * @param options copied; a url in them is replaced
     * @param handler null: none
     * @throws OptionException if the uri is none, or options contradict each other
     */
    public static Link connect(String uri, LinkOptions options, Handler handler) {
        return open(Hub.shared(), uri, options, handler);
    }

    static Link open(Hub hub, String uri, LinkOptions options, Handler handler) {
        Objects.requireNonNull(uri, "uri");
        LinkSettings settings = new LinkSettings(options);
        HubCore in = hub.core();
        boolean hasSessions = options.get("delivery").equals("exactly-once");
        LinkCore core = new LinkCore(in, in.nextKey(), "link to " + withoutSecrets(uri), settings);
        Link link = new Link(hub, core, handler);
        in.making().lock();
        try {
            in.add(core);
            core.setHandle(settings.use(hasSessions, set -> {
                Native.resock_options_set(set, "url", uri);
                return Native.resock_link_open(in.handle(), set, core.key);
            }));
            core.setMade();
        } finally {
            // Its handler would keep it for ever.
            if (!core.isMade()) core.abort("not made");
            in.making().unlock();
            Reference.reachabilityFence(link);
        }
        return link;
    }

    /** Without user info and query, for messages. */
    private static String withoutSecrets(String uri) {
        return uri.replaceFirst("//[^/?#]*@", "//").replaceFirst("[?#].*", "");
    }

    /** One that a listener has accepted. */
    static Link accepted(Hub hub, LinkCore core) {
        return new Link(hub, core, null);
    }

    LinkCore core() {
        return core;
    }

    /** Completes with the first connection; with an exception if the link ends before. */
    public CompletableFuture<Opened> opened() {
        return core.opened().copy();
    }

    /**
     * Completes when the link has ended and the last callback has returned, with the record of why.
     * So do not wait for it inside a callback. A subscriber that has not asked for all messages is
     * called once more when it does.
     */
    public CompletableFuture<Disconnect> closed() {
        return core.closed().copy();
    }

    /** From now on these are told of events; null: nobody. */
    public void setHandler(Handler handler) {
        core.setHandler(handler);
        Reference.reachabilityFence(this);
    }

    // ---- sending --------------------------------------------------------------------------------

    /** As the one with options, a text message. */
    public CompletableFuture<Receipt> send(String text) {
        return send(text, SendOptions.DEFAULT);
    }

    /** Accepts a text message. */
    public CompletableFuture<Receipt> send(String text, SendOptions options) {
        return send(Texts.encode(text), options.text());
    }

    /** As the one with options. */
    public CompletableFuture<Receipt> send(byte[] data) {
        return send(data, SendOptions.DEFAULT);
    }

    /**
     * Accepts a message, also while there is no connection; a copy is made. The receipt comes once
     * it is confirmed, and not before; if the message fails, a {@link FailedException}.
     *
     * @throws QueueFullException if queue.bytes or queue.messages are reached
     * @throws TooBigException if it is above message.max
     * @throws ClosedException if the link is closing or has ended
     */
    public CompletableFuture<Receipt> send(byte[] data, SendOptions options) {
        CompletableFuture<Receipt> receipt =
                core.sender().send(Objects.requireNonNull(data), options);
        Reference.reachabilityFence(this);
        return receipt;
    }

    /** As the one with options. */
    public CompletableFuture<Receipt> send(ByteBuffer data) {
        return send(data, SendOptions.DEFAULT);
    }

    /** Accepts what is between position and limit, which stay as they are. */
    public CompletableFuture<Receipt> send(ByteBuffer data, SendOptions options) {
        if (data.isDirect()) {
            CompletableFuture<Receipt> receipt =
                    core.sender().send(data, data.position(), data.remaining(), options);
            Reference.reachabilityFence(this);
            return receipt;
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return send(copy, options);
    }

    /** As the one with options. */
    public CompletableFuture<Receipt> sendMany(List<byte[]> messages) {
        return sendMany(messages, SendOptions.DEFAULT);
    }

    /**
     * Accepts many messages in order, with few calls: the fast way. One receipt is for all of
     * them; it fails with the first that does. What is thrown tells how many were accepted ({@link
     * ResockException#accepted}).
     */
    public CompletableFuture<Receipt> sendMany(List<byte[]> messages, SendOptions options) {
        List<byte[]> all = new ArrayList<>(messages);
        all.forEach(Objects::requireNonNull);
        CompletableFuture<Receipt> receipt = core.sender().sendMany(all, options);
        Reference.reachabilityFence(this);
        return receipt;
    }

    /**
     * Waits until every message accepted so far has reached the level or has failed, and asks for
     * the confirmation at once.
     *
     * @throws TimedOutException if it takes longer; what is missing stays queued
     */
    public void flush(Level level, Duration timeout) throws InterruptedException {
        if (core.isPollerThread()) {
            throw new ResockException(Status.WOULD_DEADLOCK, "flush would wait for its own thread: "
                    + "give the hub an executor");
        }
        if (!core.sender().flush(level, Times.nanos(timeout))) {
            throw new TimedOutException("not all messages are " + level.optionText() + " within "
                    + timeout);
        }
        Reference.reachabilityFence(this);
    }

    /** For confirm=app: the peer has this message, or with `through` all up to it. */
    public void confirm(long id, boolean through) {
        Native.resock_link_confirm(core.handle(), id, through ? 1 : 0);
    }

    // ---- receiving ------------------------------------------------------------------------------

    /**
     * Messages one by one, as many as the subscriber asks for. One subscriber at a time. In a
     * session a message is done with once onNext has returned, unless session.done=manual.
     */
    public Flow.Publisher<Message> messages() {
        return subscriber -> {
            Subscription.begin(core, core.inbox(), Objects.requireNonNull(subscriber), null);
            Reference.reachabilityFence(this);
        };
    }

    /** As {@link #messages}, all that wait at once: the fast way. One list counts as one. */
    public Flow.Publisher<List<Message>> batches() {
        return subscriber -> {
            Subscription.begin(core, core.inbox(), Objects.requireNonNull(subscriber), all -> all);
            Reference.reachabilityFence(this);
        };
    }

    /**
     * Calls with each message. What it throws is logged, and the next message comes; in a session
     * the message is then not done with. Cancelling ends it.
     */
    public Flow.Subscription onMessage(Consumer<Message> consumer) {
        EachMessage subscriber = new EachMessage(core, consumer);
        Subscription<Message> made = Subscription.begin(core, core.inbox(), subscriber, null);
        Reference.reachabilityFence(this);
        return made;
    }

    /**
     * Waits for the next message.
     *
     * @throws TimedOutException if none comes within the time
     * @throws ClosedException if the link has ended and no message waits
     */
    public Message receive(Duration timeout) throws InterruptedException {
        List<Message> one = receiveMany(1, timeout);
        if (one.isEmpty()) throw new TimedOutException("no message within " + timeout);
        return one.get(0);
    }

    /**
     * Waits for a message and takes up to `most` of those that are there; none: not within the
     * time. In a session they are done with at the next call, unless session.done=manual.
     */
    public List<Message> receiveMany(int most, Duration timeout) throws InterruptedException {
        if (most < 1) throw new IllegalArgumentException("at most " + most + ": at least 1");
        if (core.isPollerThread()) {
            throw new ResockException(Status.WOULD_DEADLOCK, "receive would wait for its own "
                    + "thread: give the hub an executor");
        }
        List<Message> taken = core.inbox().receive(most, Times.nanos(timeout));
        Reference.reachabilityFence(this);
        return taken;
    }

    // ---- the rest -------------------------------------------------------------------------------

    /** Changes an option that docs/options.md calls changeable. */
    public void set(String name, String value) {
        core.sender().set(Objects.requireNonNull(name), Objects.requireNonNull(value));
    }

    /** Where it stands. */
    public State state() {
        return State.of((int) Native.resock_link_state(core.handle()));
    }

    /** Its number in its hub, as in the log. */
    public long id() {
        return Native.resock_link_id(core.handle());
    }

    /** What it has done so far, as one line of JSON (docs/events.md). */
    public String statsJson() {
        return Native.resock_link_stats_json(core.handle());
    }

    /** The last 64 records of disconnects and failed attempts, as JSON, oldest first. */
    public String historyJson() {
        return Native.resock_link_history_json(core.handle());
    }

    /** Connects now instead of after the delay, or revives a stopped link. */
    public void retryNow() {
        Native.resock_link_retry_now(core.handle());
    }

    /** With greeting.hold: the greeting was answered, kept messages may go. */
    public void ready() {
        Native.resock_link_ready(core.handle());
    }

    /**
     * A text that is sent first on every connection, such as a subscription; by key, to be
     * replaced.
     */
    public void greet(String key, String text) {
        Native.resock_link_greeting_set(core.handle(), Texts.encode(key), Texts.encode(text),
                Constants.SEND_TEXT);
    }

    /** As {@link #greet(String, String)}, a binary message. */
    public void greet(String key, byte[] data) {
        Native.resock_link_greeting_set(core.handle(), Texts.encode(key), data, 0);
    }

    /** A greeting is not sent any more. */
    public void removeGreeting(String key) {
        Native.resock_link_greeting_remove(core.handle(), Texts.encode(key));
    }

    /** Replaces url, http.header and session.token from the next attempt on. */
    public void credentials(LinkOptions credentials) {
        credentials.use(options -> {
            Native.resock_link_credentials(core.handle(), 0, options);
            return null;
        });
    }

    /** Of a session that a listener accepted: asks its client for a fresh token. */
    public void askToken(Duration deadline) {
        Native.resock_link_ask_token(core.handle(), Times.millis("a deadline", deadline, 0));
    }

    /** As {@link #closeAsync(int, String)} with 1000. */
    public CompletableFuture<Disconnect> closeAsync() {
        return closeAsync(1000, "");
    }

    /**
     * Accepts no more, waits up to close.timeout for confirmation, does the closing handshake; a
     * session ends. The future completes with the end; closing twice is once. Messages that arrive
     * meanwhile and find no place are dropped, which is logged.
     *
     * @param code 1000, 1001 or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     */
    public CompletableFuture<Disconnect> closeAsync(int code, String reason) {
        core.startClosing(code, Texts.encode(reason));
        Reference.reachabilityFence(this);
        return closed();
    }

    /**
     * As {@link #closeAsync()}, and waits for the end. A thread that is interrupted meanwhile
     * aborts the link. On the thread that polls (executor Runnable::run) it does not wait.
     */
    @Override public void close() {
        try {
            core.startClosing(1000, NO_REASON);
            core.awaitEnd();
        } catch (ClosedException ended) {
            core.abort("closed");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            abort();
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Ends it at once, without a closing handshake: what was not confirmed fails. A session does
     * not end: with outbox.path it goes on the next time.
     */
    public void abort() {
        core.abort("aborted");
    }

    @Override public String toString() {
        return core.toString();
    }
}
