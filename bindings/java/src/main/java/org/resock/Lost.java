package org.resock;

/**
 * A session could not go on. Every message that it held has ended. A new session follows
 * (session.on_lost=new), or the end of the link.
 */
public final class Lost {
    private final LostReason reason;
    private final boolean begunAnew;
    private final String text;

    Lost(EventRecord record) {
        begunAnew = (record.flags() & 1) != 0;
        reason = LostReason.of(record.intAt(40));
        text = record.texts(44, 1)[0];
    }

    /** Why. */
    public LostReason reason() {
        return reason;
    }

    /** A new session goes on, which takes over the messages that were not sent. */
    public boolean begunAnew() {
        return begunAnew;
    }

    /** A sentence. */
    public String text() {
        return text;
    }

    @Override public String toString() {
        return text;
    }
}
