package org.resock;

import java.time.Duration;

/** Durations as the calls take them. */
final class Times {
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);
    private static final Duration LONGEST = Duration.ofMillis(Constants.FOREVER - 1);

    private Times() {}

    /** For a wait here. */
    static long nanos(Duration timeout) {
        return timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT.toNanos() : timeout.toNanos();
    }

    /** For native code, where milliseconds have 32 bits; what: "a ttl". */
    static long millis(String what, Duration value, long least) {
        if (value.compareTo(Duration.ofMillis(least)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " of " + value + ": from " + least
                    + " ms to 49 days");
        }
        return value.toMillis();
    }
}
