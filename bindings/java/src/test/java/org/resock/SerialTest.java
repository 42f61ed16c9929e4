package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.resock.Support.next;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.resock.Support.Log;

class SerialTest {
    private static void check(Executor broken) throws Exception {
        BlockingQueue<Integer> ran = new LinkedBlockingQueue<>();
        try (Log log = new Log()) {
            Serial serial = new Serial(broken);
            for (int i = 0; i < 1000; i++) {
                int number = i;
                serial.execute(() -> ran.add(number));
            }
            for (int i = 0; i < 1000; i++) assertEquals(i, next(ran));
            log.await("the shared one takes over");
        }
    }

    private static OutOfMemoryError noThreads() {
        return new OutOfMemoryError("unable to create native thread");
    }

    @Test void anExecutorWithoutThreadsLosesNothing() throws Exception {
        check(task -> {
            throw noThreads();
        });
    }

    /** As some do: the task is in their queue by then. */
    @Test void anExecutorThatTakesAndThrowsRunsNothingTwice() throws Exception {
        check(task -> {
            Pool.SHARED.execute(task);
            throw noThreads();
        });
    }
}
