package org.resock;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the options of a link say about sending. Its owner locks. */
final class SendPolicy {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|min|s|ms|us|ns)");
    private static final Map<String, Long> UNITS = Map.of("h", TimeUnit.HOURS.toNanos(1),
            "min", TimeUnit.MINUTES.toNanos(1), "s", TimeUnit.SECONDS.toNanos(1),
            "ms", TimeUnit.MILLISECONDS.toNanos(1), "us", 1_000L, "ns", 1L);

    private final Level finalLevel;
    private boolean waits;
    private long timeoutNs;

    /** get: the value of an option by its name. */
    SendPolicy(UnaryOperator<String> get) {
        boolean onlyWritten = get.apply("delivery").equals("at-most-once")
                && get.apply("confirm").equals("off");
        finalLevel = onlyWritten ? Level.WRITTEN : Level.RECEIVED;
        waits = get.apply("queue.full").equals("wait");
        timeoutNs = parse(get.apply("send.timeout"));
    }

    /** For the links of one listener, each its own. */
    SendPolicy(SendPolicy other) {
        finalLevel = other.finalLevel;
        waits = other.waits;
        timeoutNs = other.timeoutNs;
    }

    Level finalLevel() {
        return finalLevel;
    }

    /** The native queue.full is then error, and the waiting is done here. */
    boolean waits() {
        return waits;
    }

    long timeoutNs() {
        return timeoutNs;
    }

    /** Minds an option that was changed. */
    void change(String name, String value) {
        if (name.equals("send.timeout")) timeoutNs = parse(value);
        if (name.equals("queue.full")) waits = value.equals("wait");
    }

    static String nativeValue(String name, String value) {
        return name.equals("queue.full") && value.equals("wait") ? "error" : value;
    }

    static long parse(String duration) {
        double nanos = 0;
        Matcher part = PART.matcher(duration);
        while (part.find()) nanos += Double.parseDouble(part.group(1)) * UNITS.get(part.group(2));
        return (long) nanos;
    }
}
