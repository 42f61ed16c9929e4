package org.resock;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that handlers and subscribers run on where a hub was given no executor. */
final class Pool {
    private static final int SIZE = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    static final Executor SHARED = make();

    private Pool() {}

    /** At most one task of each link waits in its queue. */
    private static Executor make() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(SIZE, SIZE, 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "resock-" + NUMBERS.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
