package org.resock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A message that arrived, whole. */
public final class Message {
    private final LinkCore link;
    private final int flags;
    private final long number;
    private final byte[] data;
    private final byte[] position;

    Message(LinkCore link, EventRecord record) {
        this.link = link;
        flags = record.flags();
        number = record.id();
        data = record.message();
        position = record.position();
    }

    /** A text message; else a binary one. */
    public boolean isText() {
        return (flags & Constants.MESSAGE_TEXT) != 0;
    }

    /** In a session: it came before a restart of this process, which was not done with it. */
    public boolean isRedelivered() {
        return (flags & Constants.MESSAGE_REDELIVERED) != 0;
    }

    /** In a session: its sender's time for it is over, by our clock. */
    public boolean isExpired() {
        return (flags & Constants.MESSAGE_EXPIRED) != 0;
    }

    /** In a session: its number, which grows, with gaps; else 0. */
    public long number() {
        return number;
    }

    /**
     * In a session with {@link LinkOptions#sessionPosition}: where it stands behind this message,
     * for an application that keeps that itself, in one transaction with what it makes of the
     * message. The last one committed is the value of the option after a restart.
     *
     * @return null where the option was not set, and of a message that was sent unkept
     */
    public byte[] position() {
        return position == null ? null : position.clone();
    }

    /** Its bytes: the array itself, which the caller may keep and change. */
    public byte[] bytes() {
        return data;
    }

    /** Its bytes, from 0 to the limit. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(data);
    }

    /** Its text; of a binary message its bytes read as UTF-8. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** Bytes. */
    public int size() {
        return data.length;
    }

    /**
     * The application is done with it, for session.done=manual: the peer is told so, and the
     * message does not come again. In any order, from any thread. Of a plain link it does nothing,
     * nor does a second call.
     */
    public void done() {
        link.done(this);
    }

    @Override public String toString() {
        return isText() ? text() : "binary message of " + data.length + " bytes";
    }
}
