package org.resock;

/** A message, or all messages of one {@link Link#sendMany}, were confirmed. */
public final class Receipt {
    private final long firstId;
    private final long lastId;
    private final Level level;

    Receipt(long firstId, long lastId, Level level) {
        this.firstId = firstId;
        this.lastId = lastId;
        this.level = level;
    }

    /** The number of the message in its link: 1, 2, 3 ... Of many: that of the first. */
    public long id() {
        return firstId;
    }

    /** Of many: the number of the last message; else as {@link #id}. */
    public long lastId() {
        return lastId;
    }

    /** How far it has come: received, or more; written, where nothing more was asked for. */
    public Level level() {
        return level;
    }

    @Override public String toString() {
        return (firstId == lastId ? "message " + firstId : "messages " + firstId + " to " + lastId)
                + " " + level.optionText();
    }
}
