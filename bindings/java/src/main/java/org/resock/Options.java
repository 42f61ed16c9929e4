package org.resock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;

/**
 * Settings by name and value, checked when they are set: {@link LinkOptions}, {@link
 * ListenerOptions} and {@link HubOptions} have a method for each. Not for several threads at a
 * time.
 */
public abstract class Options {
    static final int HUB = Constants.SCOPE_HUB;
    static final int LINK = Constants.SCOPE_LINK;
    static final int LISTENER = Constants.SCOPE_LISTENER;

    private static final class Entry {
        final String name;
        final String text;
        final byte[] bytes;

        Entry(String name, String text, byte[] bytes) {
            this.name = name;
            this.text = text;
            this.bytes = bytes;
        }

        void setIn(long options) {
            if (bytes == null) Native.resock_options_set(options, name, text);
            else Native.resock_options_set_bytes(options, name, bytes);
        }
    }

    private final int scope;
    private final List<Entry> entries = new ArrayList<>();

    Options(int scope) {
        Library.ensureLoaded();
        this.scope = scope;
    }

    /**
     * Sets an option by its name, as in docs/options.md: set("heartbeat.interval", "5s").
     *
     * @throws OptionException if there is no such option, or not with this value
     */
    public Options set(String name, String value) {
        return add(new Entry(Objects.requireNonNull(name), Objects.requireNonNull(value), null));
    }

    Options setBytes(String name, byte[] value) {
        return add(new Entry(name, null, value.clone()));
    }

    private Options add(Entry entry) {
        with(List.of(entry), handle -> null);
        entries.add(entry);
        return this;
    }

    /** What was set, else the default, as text; secrets are masked. */
    public final String get(String name) {
        Objects.requireNonNull(name);
        return use(handle -> Native.resock_options_get(handle, name));
    }

    /** Of the same scope. */
    final Options copy() {
        Options copy = new Options(scope) {};
        copy.entries.addAll(entries);
        return copy;
    }

    boolean has(String name) {
        return entries.stream().anyMatch(entry -> entry.name.equals(name));
    }

    /** Calls `use` with a native set of these options, which is freed afterwards. */
    final <T> T use(LongFunction<T> use) {
        return with(entries, use);
    }

    private <T> T with(List<Entry> all, LongFunction<T> use) {
        long handle = Native.resock_options_create(scope);
        try {
            for (Entry entry : all) entry.setIn(handle);
            return use.apply(handle);
        } finally {
            Native.resock_options_free(handle);
        }
    }

    static String required(String text) {
        return Objects.requireNonNull(text);
    }

    static String text(Duration duration) {
        long nanos = duration.toNanos();
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
    }

    /** Name and value of what was set, secrets masked. */
    @Override public final String toString() {
        StringBuilder text = new StringBuilder();
        entries.stream().map(entry -> entry.name).distinct().forEach(name ->
                text.append(name).append('=').append(get(name)).append('\n'));
        return text.toString();
    }
}
