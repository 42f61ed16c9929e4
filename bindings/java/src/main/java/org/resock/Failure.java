package org.resock;

import java.util.EnumMap;
import java.util.Map;

/** A range of messages that will not be sent (again). */
public final class Failure {
    private static final Map<Reason, String> WORDS = new EnumMap<>(Map.of(
            Reason.EXPIRED, "its time was over before a byte of it was sent",
            Reason.DROPPED, "the queue was full, or it was not to be kept and the connection broke",
            Reason.REFUSED, "the peer closes the connection because of it",
            Reason.NOT_SENT, "the link ended before a byte of it was sent",
            Reason.IN_DOUBT, "it was sent and not confirmed: it may have arrived"));

    private final long firstId;
    private final long lastId;
    private final Reason reason;

    Failure(long firstId, long lastId, Reason reason) {
        this.firstId = firstId;
        this.lastId = lastId;
        this.reason = reason;
    }

    /** The first message of the range. */
    public long firstId() {
        return firstId;
    }

    /** The last message of the range. */
    public long lastId() {
        return lastId;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** "message 5: expired, its time was over ..." */
    @Override public String toString() {
        String range = firstId == lastId ? "message " + firstId
                : "messages " + firstId + " to " + lastId;
        return range + ": " + reason.optionText() + ", "
                + WORDS.getOrDefault(reason, "see docs/delivery.md");
    }
}
