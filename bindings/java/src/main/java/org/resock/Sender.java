package org.resock;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The sending half of a link. A receipt is noted under the lock that it is sent with, since its
 * CONFIRMED may be polled before the send returns.
 */
final class Sender {
    private final LinkCore link;
    private final ReentrantLock lock = new ReentrantLock();
    /** Something was confirmed or failed, or the link has ended. */
    private final Condition changed = lock.newCondition();
    private final Turns turns = new Turns(lock);
    private final Receipts kept = new Receipts();
    private final Receipts unkept = new Receipts();
    private final long[] confirmed = new long[Level.PROCESSED.number + 1];
    private final SendPolicy policy;
    private long lastId;
    private ClosedException ended;

    Sender(LinkCore link, SendPolicy policy) {
        this.link = link;
        this.policy = policy;
    }

    /** Ids go on behind those of the messages that the link has out of a file. */
    void begin() {
        lock.lock();
        try {
            lastId = stat(Constants.STAT_MESSAGES_ACCEPTED);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWaiting() {
        return !kept.isEmpty() || !unkept.isEmpty();
    }

    /** The link cannot be collected as long as it has something to do; see keepOrNot. */
    void keep() {
        lock.lock();
        try {
            link.keep(true);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock of keep, so that neither undoes the other. */
    void keepOrNot() {
        lock.lock();
        try {
            if (!isWaiting() && !link.isNeeded()) link.keep(false);
        } finally {
            lock.unlock();
        }
    }

    CompletableFuture<Receipt> send(byte[] data, SendOptions how) {
        return send(how, () -> Native.resock_link_send(link.handle(), data, how.flags, how.ttlMs));
    }

    CompletableFuture<Receipt> send(ByteBuffer direct, int offset, int size, SendOptions how) {
        return send(how, () -> Native.resock_link_send_direct(link.handle(), direct, offset, size,
                how.flags, how.ttlMs));
    }

    private CompletableFuture<Receipt> send(SendOptions how, LongSupplier call) {
        lock.lock();
        Turns.Turn turn = new Turns.Turn(policy.timeoutNs());
        try {
            awaitTurn(turn);
            accept(call, turn);
            return note(lastId, how);
        } finally {
            turns.end(turn);
            lock.unlock();
        }
    }

    private void awaitTurn(Turns.Turn turn) {
        while (!turns.isOpenTo(turn)) await(turn);
    }

    /** queue.full=wait, here and not in native code, where a waiting thread would hold the lock. */
    private void accept(LongSupplier call, Turns.Turn turn) {
        for (;;) {
            try {
                lastId = call.getAsLong();
                turn.goOn(policy.timeoutNs());
                return;
            } catch (QueueFullException full) {
                if (!policy.waits()) throw full;
                await(turn);
            }
        }
    }

    /** It may have come in vain: look again. */
    private void await(Turns.Turn turn) {
        if (link.isPollerThread()) {
            throw new ResockException(Status.WOULD_DEADLOCK, "the queue is full, and a send cannot "
                    + "wait on the thread that polls: give the hub an executor");
        }
        if (turn.isOver()) {
            throw new TimedOutException("the queue was full for all of send.timeout");
        }
        try {
            turns.await(turn);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TimedOutException("interrupted while the queue was full");
        }
    }

    private CompletableFuture<Receipt> note(long first, SendOptions how) {
        if (!isWaiting()) link.keep(true);
        return (how.isUnkept() ? unkept : kept).add(first, lastId);
    }

    /** Accepts all, or throws with the number of those that it has accepted. */
    CompletableFuture<Receipt> sendMany(List<byte[]> messages, SendOptions how) {
        lock.lock();
        Turns.Turn turn = new Turns.Turn(policy.timeoutNs());
        try {
            awaitTurn(turn);
            return sendInTurn(messages, how, turn);
        } finally {
            turns.end(turn);
            lock.unlock();
        }
    }

    private CompletableFuture<Receipt> sendInTurn(List<byte[]> messages, SendOptions how,
            Turns.Turn turn) {
        long before = lastId;
        try {
            Batches.send(messages, how, this::sendRecords, data -> accept(() ->
                    Native.resock_link_send(link.handle(), data, how.flags, how.ttlMs), turn));
            return lastId > before ? note(before + 1, how)
                    : CompletableFuture.completedFuture(new Receipt(before, before, Level.WRITTEN));
        } catch (ResockException refused) {
            if (lastId > before) note(before + 1, how);
            throw refused.withAccepted((int) (lastId - before));
        }
    }

    /** How many of the records were accepted: all, or fewer where the next one is to wait. */
    private int sendRecords(ByteBuffer records, int size) {
        long[] count = new long[1];
        int status = Native.resock_link_send_records(link.handle(), records, size, count);
        lastId += count[0];
        boolean waits = status == Status.QUEUE_FULL.number && policy.waits();
        if (status != 0 && !waits) Native.resock_raise(status);
        return (int) count[0];
    }

    void confirmed(Level level, long through) {
        List<Runnable> done = new ArrayList<>();
        lock.lock();
        try {
            if (level != Level.UNKNOWN) confirmed[level.number] = through;
            if (level.number >= policy.finalLevel().number) kept.confirm(through, level, done);
            if (level.number >= Level.WRITTEN.number) unkept.confirm(through, level, done);
            wake();
        } finally {
            lock.unlock();
        }
        complete(done);
    }

    void failed(Failure failure) {
        List<Runnable> done = new ArrayList<>();
        lock.lock();
        try {
            kept.fail(failure, done);
            unkept.fail(failure, done);
            wake();
        } finally {
            lock.unlock();
        }
        complete(done);
    }

    /** Who waits for room is to try again, or is told of the end. */
    void tryAgain() {
        lock.lock();
        try {
            turns.wakeFirst();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        changed.signalAll();
        turns.wakeFirst();
    }

    /** What has not ended by now never will with an event. */
    void closed(ClosedException why) {
        List<Runnable> done = new ArrayList<>();
        lock.lock();
        try {
            if (ended == null) ended = why;
            kept.failAll(ended, done);
            unkept.failAll(ended, done);
            wake();
        } finally {
            lock.unlock();
        }
        complete(done);
    }

    private void complete(List<Runnable> done) {
        if (!done.isEmpty()) link.futures().execute(() -> done.forEach(Runnable::run));
        keepOrNot();
    }

    /** False: not within the time. */
    boolean flush(Level level, long timeoutNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            link.handle(); // throws after the end
            long through = lastId;
            long leftNs = timeoutNs;
            while (!hasReached(level, through)) {
                if (ended != null) throw ended.again();
                if (leftNs <= 0) return false;
                leftNs = changed.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for confirmation, too. */
    private boolean hasReached(Level level, long through) {
        // With nothing sent it is the library that knows whether there is such a level.
        if (through > 0 && level.number > 0 && confirmed[level.number] >= through) return true;
        try {
            Native.resock_link_flush(link.handle(), level.number, 0);
            return true;
        } catch (ResockException notYet) {
            if (notYet.status() != Status.TIMEOUT && notYet.status() != Status.BUSY) throw notYet;
            // Messages sent meanwhile do not count.
            return level == Level.RECEIVED && stat(Constants.STAT_ENDED_THROUGH) >= through
                    || level == Level.WRITTEN && stat(Constants.STAT_WRITTEN_THROUGH) >= through;
        }
    }

    private long stat(int number) {
        return Native.resock_link_stats(link.handle(), number);
    }

    void set(String name, String value) {
        lock.lock();
        try {
            Native.resock_link_set(link.handle(), name, SendPolicy.nativeValue(name, value));
            policy.change(name, value);
            turns.wakeFirst();
        } finally {
            lock.unlock();
        }
    }
}
