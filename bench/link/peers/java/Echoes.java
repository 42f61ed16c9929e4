// Numbered messages, and a check of what comes back: size, and number in order.

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

final class Echoes {
    private final int size;
    private final int total;
    private final Set<Integer> missing = new HashSet<>();
    private int next;
    int received;
    int distinct;
    int twice;
    int outOfOrder;
    int wrong;

    Echoes(int size, int total) {
        this.size = size;
        this.total = total;
    }

    static byte[] message(int size, long number) {
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) 'x');
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(0, number);
        return data;
    }

    void check(byte[] data) {
        received++;
        long number = data.length == size
                ? ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(0) : total;
        if (number < 0 || number >= total) {
            wrong++;
        } else if (number >= next) {
            for (; next < number; next++) missing.add(next);
            next++;
            distinct++;
        } else if (missing.remove((int) number)) {
            outOfOrder++;
            distinct++;
        } else {
            twice++;
        }
    }
}
