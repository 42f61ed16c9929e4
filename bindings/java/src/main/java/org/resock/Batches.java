package org.resock;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Packs many messages into direct buffers, so that one call sends them. */
final class Batches {
    private static final int CAPACITY = 64 * 1024;
    private static final int HEAD = 16;
    /** A larger message costs more to copy than a call does. */
    private static final int LARGEST = 8 * 1024;
    private static final BufferPool BUFFERS = new BufferPool(CAPACITY, 8);

    /** Sends `size` bytes of records; returns how many were accepted. */
    interface Records {
        int send(ByteBuffer records, int size);
    }

    private Batches() {}

    /**
     * One message at a time goes to `one` where it is large, or where not all records were
     * accepted.
     */
    static void send(List<byte[]> messages, SendOptions how, Records records,
            Consumer<byte[]> one) {
        ByteBuffer buffer = BUFFERS.take();
        try {
            int next = 0;
            while (next < messages.size()) {
                int from = next;
                buffer.clear();
                while (next < messages.size() && put(buffer, messages.get(next), how)) next++;
                int accepted = next == from ? 0 : records.send(buffer, buffer.position());
                if (accepted < next - from || next == from) {
                    one.accept(messages.get(from + accepted));
                    next = from + accepted + 1;
                }
            }
        } finally {
            BUFFERS.giveBack(buffer);
        }
    }

    private static boolean put(ByteBuffer buffer, byte[] data, SendOptions how) {
        int size = (HEAD + data.length + 7) & ~7;
        if (data.length > LARGEST || size > buffer.remaining()) return false;
        int at = buffer.position();
        buffer.putInt(size).putInt(how.flags).putInt((int) how.ttlMs).putInt(data.length).put(data);
        buffer.position(at + size);
        return true;
    }
}
