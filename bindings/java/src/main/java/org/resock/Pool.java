package org.resock;

import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that handlers and subscribers run on where a hub was given no executor: daemons. Of
 * this kind, since it has another thread for each that waits for a future.
 */
final class Pool {
    private static final int SIZE = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private static final int MOST = 256;
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    static final Executor SHARED = new ForkJoinPool(SIZE, Pool::thread,
            (thread, thrown) -> HubCore.LOGGER.log(Level.ERROR, "code has thrown", thrown),
            true, 0, MOST, 1, pool -> true, 10, TimeUnit.SECONDS);

    private Pool() {}

    private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread =
                ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("resock-" + NUMBERS.incrementAndGet());
        return thread;
    }
}
