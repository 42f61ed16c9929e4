package org.resock;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/** Runs tasks one after the other, in order, on the threads of an executor. */
final class Serial implements Executor {
    /** Then others on the same executor get a turn. */
    private static final int TURN = 256;

    private volatile Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(2);
    private boolean running;

    Serial(Executor executor) {
        this.executor = executor;
    }

    @Override public void execute(Runnable task) {
        lock.lock();
        try {
            tasks.add(task);
            if (running) return;
            running = true;
        } finally {
            lock.unlock();
        }
        submit();
    }

    private void submit() {
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException rejected) {
            // Receipts that never end would be worse.
            HubCore.LOGGER.log(Level.WARNING, "the executor of a hub takes no more tasks: close "
                    + "the hub before it; the shared one takes over", rejected);
            executor = Pool.SHARED;
            executor.execute(this::turn);
        }
    }

    private void turn() {
        for (int i = 0; i < TURN; i++) {
            Runnable task = next();
            if (task == null) return;
            try {
                task.run();
            } catch (Throwable thrown) {
                HubCore.LOGGER.log(Level.ERROR, "code of the application has thrown", thrown);
            }
        }
        submit();
    }

    private Runnable next() {
        lock.lock();
        try {
            Runnable task = tasks.poll();
            running = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }
}
