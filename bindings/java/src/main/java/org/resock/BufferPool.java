package org.resock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Direct buffers to be used again: the memory of one that is dropped waits for the collector. */
final class BufferPool {
    private final int capacity;
    private final int most;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /** Keeps at most so many. */
    BufferPool(int capacity, int most) {
        this.capacity = capacity;
        this.most = most;
    }

    static ByteBuffer allocate(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        if (buffer == null) return allocate(capacity);
        count.decrementAndGet();
        return buffer.clear();
    }

    /** One of another capacity is dropped. */
    void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() != capacity) return;
        if (count.incrementAndGet() <= most) free.add(buffer);
        else count.decrementAndGet();
    }
}
