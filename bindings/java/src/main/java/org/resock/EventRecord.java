package org.resock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One packed record of the end of resock.h, in the buffer that it was polled into. */
final class EventRecord {
    private final ByteBuffer buffer;
    private int at;

    /** buffer: little-endian. */
    EventRecord(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    void moveTo(int offset) {
        at = offset;
    }

    int size() {
        return intAt(0);
    }

    int kind() {
        return buffer.getShort(at + 4) & 0xFFFF;
    }

    int flags() {
        return buffer.getShort(at + 6) & 0xFFFF;
    }

    long linkId() {
        return longAt(8);
    }

    long user() {
        return longAt(16);
    }

    long id() {
        return longAt(24);
    }

    int intAt(int offset) {
        return buffer.getInt(at + offset);
    }

    long longAt(int offset) {
        return buffer.getLong(at + offset);
    }

    /** The bytes of a MESSAGE. */
    byte[] message() {
        byte[] data = new byte[intAt(36)];
        buffer.position(at + 40);
        buffer.get(data);
        return data;
    }

    /** Of a MESSAGE: where the session stands behind it; null where the application does not keep it. */
    byte[] position() {
        int size = intAt(32);
        if (size == 0) return null;
        byte[] data = new byte[size];
        buffer.position(at + 40 + intAt(36));
        buffer.get(data);
        return data;
    }

    /** The strings whose lengths begin at `offset`, as bytes. */
    byte[][] strings(int offset, int count) {
        byte[][] all = new byte[count][];
        buffer.position(at + ((offset + 4 * count + 7) & ~7));
        for (int i = 0; i < count; i++) {
            all[i] = new byte[intAt(offset + 4 * i)];
            buffer.get(all[i]);
        }
        return all;
    }

    String[] texts(int offset, int count) {
        byte[][] all = strings(offset, count);
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) texts[i] = new String(all[i], StandardCharsets.UTF_8);
        return texts;
    }
}
