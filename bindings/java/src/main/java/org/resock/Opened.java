package org.resock;

import java.time.Duration;

/** A connection is open. */
public final class Opened {
    private final boolean resumed;
    private final long connection;
    private final long attempt;
    private final long downtimeMs;
    private final long skipped;
    private final String address;
    private final String tls;
    private final String subprotocol;

    Opened(EventRecord record) {
        resumed = (record.flags() & 1) != 0;
        connection = record.id();
        attempt = record.longAt(32);
        downtimeMs = record.longAt(40);
        skipped = record.longAt(48);
        String[] texts = record.texts(56, 3);
        address = texts[0];
        tls = texts[1];
        subprotocol = texts[2];
    }

    /** A session goes on where it had stopped; else it is a new one, or a plain link. */
    public boolean resumed() {
        return resumed;
    }

    /** Its number, counted from 1 by attempts. */
    public long connection() {
        return connection;
    }

    /** Attempts in a row that led to it; 0 for a first connection. */
    public long attempt() {
        return attempt;
    }

    /** Since the last connection ended; zero for the first. */
    public Duration downtime() {
        return Duration.ofMillis(downtimeMs);
    }

    /** Records of this kind that were dropped before this one because nobody took them. */
    public long skipped() {
        return skipped;
    }

    /** The peer's: "192.0.2.1:443". */
    public String address() {
        return address;
    }

    /** Version and cipher of TLS, "" without. */
    public String tls() {
        return tls;
    }

    /** The one that was chosen, "" for none. */
    public String subprotocol() {
        return subprotocol;
    }

    @Override public String toString() {
        return "open: " + address + ", connection " + connection;
    }
}
