package org.resock;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for which messages, in the order of ids: a ring that grows. Its owner locks. What ends
 * is put into a list, to be completed where user code may run.
 */
final class Receipts {
    private static final int SMALLEST = 8;
    private static final int KEPT_WHEN_EMPTY = 1024;

    private static final class Entry {
        final long first;
        final long last;
        CompletableFuture<Receipt> future; // null once it has failed
        private long openFrom; // after a failure those behind it, or before it, go their way
        private long openTo;

        Entry(long first, long last, CompletableFuture<Receipt> future) {
            this.first = first;
            this.last = last;
            this.future = future;
            openFrom = first;
            openTo = last;
        }

        boolean isOver(long through) {
            return openTo <= through || openFrom > openTo;
        }

        void fail(Failure failure, List<Runnable> ended) {
            if (failure.firstId() <= openFrom) openFrom = Math.max(openFrom, failure.lastId() + 1);
            if (failure.lastId() >= openTo) openTo = Math.min(openTo, failure.firstId() - 1);
            if (future != null) fail(new FailedException(failure), ended);
        }

        void fail(ResockException failure, List<Runnable> ended) {
            CompletableFuture<Receipt> failed = future;
            future = null;
            if (failed != null) ended.add(() -> failed.completeExceptionally(failure));
        }
    }

    private Entry[] ring;
    private int head;
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    CompletableFuture<Receipt> add(long first, long last) {
        CompletableFuture<Receipt> future = new CompletableFuture<>();
        if (ring == null || count == ring.length) grow();
        ring[(head + count++) & (ring.length - 1)] = new Entry(first, last, future);
        return future;
    }

    private void grow() {
        Entry[] larger = new Entry[ring == null ? SMALLEST : 2 * ring.length];
        for (int i = 0; i < count; i++) larger[i] = at(i);
        ring = larger;
        head = 0;
    }

    private Entry at(int index) {
        return ring[(head + index) & (ring.length - 1)];
    }

    /** All messages up to `through` without a failure have reached the level. */
    void confirm(long through, Level level, List<Runnable> ended) {
        while (count > 0 && at(0).isOver(through)) {
            Entry entry = at(0);
            CompletableFuture<Receipt> future = entry.future;
            if (future != null) {
                ended.add(() -> future.complete(new Receipt(entry.first, entry.last, level)));
            }
            removeFirst();
        }
    }

    void fail(Failure failure, List<Runnable> ended) {
        for (int i = firstThatEndsAtLeast(failure.firstId()); i < count; i++) {
            Entry entry = at(i);
            if (entry.first > failure.lastId()) break;
            entry.fail(failure, ended);
        }
        while (count > 0 && at(0).isOver(0)) removeFirst();
    }

    void failAll(ResockException failure, List<Runnable> ended) {
        for (; count > 0; removeFirst()) at(0).fail(failure, ended);
    }

    private int firstThatEndsAtLeast(long id) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (at(middle).last < id) from = middle + 1;
            else to = middle;
        }
        return from;
    }

    private void removeFirst() {
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        if (--count == 0 && ring.length > KEPT_WHEN_EMPTY) ring = null;
    }
}
