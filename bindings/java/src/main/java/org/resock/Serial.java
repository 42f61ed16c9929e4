package org.resock;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Begins once, also where an executor has thrown and has it nevertheless. */
    private final class Turn extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1;

        @Override public void run() {
            if (compareAndSet(false, true)) turn();
        }
    }

    private void submit() {
        Turn turn = new Turn();
        try {
            executor.execute(turn);
        } catch (RejectedExecutionException rejected) {
            // Receipts that never end would be worse.
            HubCore.LOGGER.log(Level.WARNING, "the executor of a hub takes no more tasks: close "
                    + "the hub before it; the shared one takes over", rejected);
            executor = Pool.SHARED;
            submitToShared(turn);
        } catch (Throwable thrown) { // no memory for one more thread, as a rule
            HubCore.LOGGER.log(Level.ERROR, "the executor of a hub has thrown: this time the "
                    + "shared one takes over", thrown);
            submitToShared(turn);
        }
    }

    private void submitToShared(Turn turn) {
        try {
            Pool.SHARED.execute(turn);
        } catch (Throwable thrown) {
            if (!turn.compareAndSet(false, true)) return;
            stop(); // the next task tries it again, with all that wait
            throw thrown;
        }
    }

    private void stop() {
        lock.lock();
        running = false;
        lock.unlock();
    }

    private void turn() {
        for (int i = 0; i < TURN; i++) {
            Runnable task = next();
            if (task == null) return;
            run(task);
        }
        submit();
    }

    /** What it throws is logged. */
    static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            HubCore.LOGGER.log(Level.ERROR, "code of the application has thrown", thrown);
        }
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
