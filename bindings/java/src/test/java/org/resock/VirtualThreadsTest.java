package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.resock.Support.LONG;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Java 21 and later; this source is of Java 11. */
class VirtualThreadsTest {
    private static ExecutorService executor() {
        try {
            return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
                    .invoke(null);
        } catch (ReflectiveOperationException absent) {
            return null;
        }
    }

    /** More of them wait than there are carriers, while others have to go on. */
    @Test void waitingDoesNotHoldTheCarrier() throws Exception {
        ExecutorService threads = executor();
        assumeTrue(threads != null, "this virtual machine has no virtual threads");
        int pairs = 200;
        try (Hub hub = new Hub(new HubOptions(), threads)) {
            List<Link> links = new ArrayList<>();
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                Link link = hub.connect("echo:", new LinkOptions(), null);
                links.add(link);
                waiting.add(threads.submit(() -> link.receive(LONG).text()));
            }
            for (Link link : links) threads.submit(() -> link.send("x").join());
            for (Future<?> each : waiting) assertEquals("x", Support.await(each));
        } finally {
            threads.shutdownNow();
        }
    }
}
