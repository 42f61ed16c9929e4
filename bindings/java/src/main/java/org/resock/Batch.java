package org.resock;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages on their way to a subscriber: each goes there, or back where it is cancelled. */
final class Batch {
    static final Batch NONE = new Batch(List.of());

    private final List<Message> messages;
    private final AtomicInteger next = new AtomicInteger();

    Batch(List<Message> messages) {
        this.messages = messages;
    }

    int size() {
        return messages.size();
    }

    /** Null: no more. */
    Message next() {
        int mine = next.getAndIncrement();
        return mine < size() ? messages.get(mine) : null;
    }

    /** All that nobody took, which is taken with that. */
    List<Message> rest() {
        int from = Math.min(next.getAndSet(size()), size());
        return from == 0 ? messages : messages.subList(from, size());
    }
}
