package org.resock;

import java.time.Duration;

/** How one message is sent; immutable, to be made once and used often. */
public final class SendOptions {
    /** The options of the link alone. */
    public static final SendOptions DEFAULT = new SendOptions(0, 0);

    final int flags;
    final long ttlMs;

    private SendOptions(int flags, long ttlMs) {
        this.flags = flags;
        this.ttlMs = ttlMs;
    }

    /** Bytes are sent as a text message: they must be UTF-8. */
    public SendOptions text() {
        return new SendOptions(flags | Constants.SEND_TEXT, ttlMs);
    }

    /** Sent once and not kept: its receipt comes once it is written. */
    public SendOptions unkept() {
        return new SendOptions(flags | Constants.SEND_UNKEPT, ttlMs);
    }

    /** Its confirmation is asked for at once. */
    public SendOptions flush() {
        return new SendOptions(flags | Constants.SEND_FLUSH, ttlMs);
    }

    /** It expires if no byte of it was sent within this time, from 1 ms to 49 days. */
    public SendOptions ttl(Duration ttl) {
        return new SendOptions(flags, Times.millis("a ttl", ttl, 1));
    }

    boolean isUnkept() {
        return (flags & Constants.SEND_UNKEPT) != 0;
    }
}
