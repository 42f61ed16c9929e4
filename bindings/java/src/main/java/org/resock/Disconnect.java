package org.resock;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Why a connection ended or an attempt failed, who caused it, what follows and what would help.
 * docs/events.md describes each field.
 */
public final class Disconnect {
    private final boolean wasOpen;
    private final long connection;
    private final long attempt;
    private final long skipped;
    private final long upMs;
    private final long delayMs;
    private final long rttUs;
    private final long silenceMs;
    private final long messageId;
    private final Layer layer;
    private final Culprit culprit;
    private final Cause cause;
    private final Verdict verdict;
    private final int closeCode;
    private final int httpStatus;
    private final int errno;
    private final boolean closedByUs;
    private final boolean limitsReached;
    private final String closeReason;
    private final String detail;
    private final String host;
    private final String why;

    /** Reads a DOWN or CLOSED. */
    Disconnect(EventRecord record) {
        wasOpen = (record.flags() & 1) != 0;
        connection = record.id();
        attempt = record.longAt(32);
        skipped = record.longAt(40);
        upMs = record.longAt(48);
        delayMs = record.longAt(56);
        rttUs = record.longAt(64);
        silenceMs = record.longAt(72);
        messageId = record.longAt(80);
        layer = Layer.of(record.intAt(88));
        culprit = Culprit.of(record.intAt(92));
        cause = Cause.of(record.intAt(96));
        verdict = Verdict.of(record.intAt(100));
        closeCode = record.intAt(104);
        httpStatus = record.intAt(108);
        errno = record.intAt(112);
        closedByUs = (record.intAt(116) & 1) != 0;
        limitsReached = (record.intAt(116) & 2) != 0;
        String[] texts = record.texts(120, 4);
        closeReason = texts[0];
        detail = texts[1];
        host = texts[2];
        why = texts[3];
    }

    /** A connection ended; else an attempt failed. */
    public boolean wasOpen() {
        return wasOpen;
    }

    /** The number of the connection, counted from 1 by attempts. */
    public long connection() {
        return connection;
    }

    /** Attempts in a row, the next one included. */
    public long attempt() {
        return attempt;
    }

    /** Records that were dropped before this one because nobody took them. */
    public long skipped() {
        return skipped;
    }

    /** How long the connection was open; zero where it never was. */
    public Duration up() {
        return Duration.ofMillis(upMs);
    }

    /** How long until the next attempt; empty where there is none. */
    public Optional<Duration> delay() {
        return milliseconds(delayMs);
    }

    /** The last round trip; empty where none was measured. */
    public Optional<Duration> roundTrip() {
        return rttUs == Constants.UNKNOWN ? Optional.empty()
                : Optional.of(Duration.ofNanos(1_000 * rttUs));
    }

    /** Since the last byte was received; empty where that is not known. */
    public Optional<Duration> silence() {
        return milliseconds(silenceMs);
    }

    /** The message that 1003, 1007 or 1009 is about. */
    public OptionalLong messageId() {
        return messageId == Constants.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(messageId);
    }

    /** What it is about. */
    public Layer layer() {
        return layer;
    }

    /** Who caused it. */
    public Culprit culprit() {
        return culprit;
    }

    /** What caused it, where neither close code nor HTTP status says so. */
    public Cause cause() {
        return cause;
    }

    /** What follows. */
    public Verdict verdict() {
        return verdict;
    }

    /** RFC 6455 section 7.4; 1005 and 1006 are never sent. */
    public OptionalInt closeCode() {
        return known(closeCode);
    }

    /** The text that came with the close code. */
    public String closeReason() {
        return closeReason;
    }

    /** This side sent the first Close frame. */
    public boolean closedByUs() {
        return closedByUs;
    }

    /** Of a refused opening. */
    public OptionalInt httpStatus() {
        return known(httpStatus);
    }

    /** The system's error number. */
    public OptionalInt errno() {
        return known(errno);
    }

    /** The system's or TLS's error in words; never a secret. */
    public String detail() {
        return detail;
    }

    /** Host and port that were meant; of an accepted link the client's address. */
    public String host() {
        return host;
    }

    /** reconnect.attempts or reconnect.total are used up. */
    public boolean limitsReached() {
        return limitsReached;
    }

    /** All of it in one sentence. */
    public String why() {
        return why;
    }

    /** As {@link #why}. */
    @Override public String toString() {
        return why;
    }

    private static Optional<Duration> milliseconds(long value) {
        return value == Constants.UNKNOWN ? Optional.empty()
                : Optional.of(Duration.ofMillis(value));
    }

    private static OptionalInt known(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
