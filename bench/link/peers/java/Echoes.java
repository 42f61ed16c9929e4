// Numbered messages, and a check of what comes back: size, and number in order.

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

final class Echoes {
    private final int size;
    private long next;
    int received;
    int distinct;
    int twice;
    int outOfOrder;
    int wrong;

    Echoes(int size) {
        this.size = size;
    }

    static byte[] message(int size, long number) {
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) 'x');
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(0, number);
        return data;
    }

    void check(byte[] data) {
        received++;
        if (data.length != size) {
            wrong++;
            return;
        }
        long number = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (number < next) {
            twice++;
            return;
        }
        if (number > next) outOfOrder++;
        next = number + 1;
        distinct++;
    }
}
