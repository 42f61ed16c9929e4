package org.resock;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Senders that wait for room in the queue: who came first goes on first, and keeps the place until
 * all of its messages are accepted, so that their ids are one range. Its owner locks.
 */
final class Turns {
    /** Of one call. */
    static final class Turn {
        private Condition mine; // null: it has not had to wait
        private long leftNs;

        Turn(long timeoutNs) {
            leftNs = timeoutNs;
        }

        /** Its time begins anew, since something was accepted. */
        void goOn(long timeoutNs) {
            leftNs = timeoutNs;
        }

        boolean isOver() {
            return leftNs <= 0;
        }
    }

    private final ReentrantLock lock;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>(2);

    Turns(ReentrantLock lock) {
        this.lock = lock;
    }

    /** Nobody else waits who came before. */
    boolean isOpenTo(Turn turn) {
        return waiting.isEmpty() || waiting.peek() == turn;
    }

    void await(Turn turn) throws InterruptedException {
        if (turn.mine == null) {
            turn.mine = lock.newCondition();
            waiting.add(turn);
        }
        turn.leftNs = turn.mine.awaitNanos(turn.leftNs);
    }

    /** However it ends. */
    void end(Turn turn) {
        if (turn.mine == null) return;
        waiting.remove(turn);
        wakeFirst();
    }

    /** There may be room, or an end. Each that goes wakes the next. */
    void wakeFirst() {
        if (!waiting.isEmpty()) waiting.peek().mine.signal();
    }
}
