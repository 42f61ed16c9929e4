package org.resock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that wait for somebody to take them, by a subscription or by receive. Where they become
 * too many the link is held: the library then stops reading, and the peer feels it.
 */
final class Inbox {
    static final int MOST_MESSAGES = 4096;
    static final long MOST_BYTES = 1024 * 1024;
    /** What an object of a message takes beside its bytes, about. */
    private static final int OVERHEAD = 64;

    private final LinkCore link;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Message> waiting = new ArrayDeque<>(2);
    private long bytes;
    private long discarded;
    private boolean held;
    private boolean closing;
    private boolean ended;
    private ClosedException why; // null: ended in order
    private Subscription<?> subscription;
    private Batch onTheWay = Batch.NONE; // to it
    private List<Message> handedOut = List.of(); // of receive, in a session: done with the next one

    Inbox(LinkCore link) {
        this.link = link;
    }

    /** By the thread that polls. */
    void add(List<Message> messages) {
        Subscription<?> receiver;
        lock.lock();
        try {
            for (Message message : messages) add(message);
            holdOrNot();
            arrived.signalAll();
            receiver = subscription;
        } finally {
            lock.unlock();
        }
        if (receiver != null) receiver.wake();
    }

    private void add(Message message) {
        if (closing && isFull()) {
            discarded++;
            return;
        }
        waiting.add(message);
        bytes += message.size() + OVERHEAD;
    }

    private boolean isFull() {
        return waiting.size() >= MOST_MESSAGES || bytes >= MOST_BYTES;
    }

    private void holdOrNot() {
        boolean hold = !closing && (held
                ? waiting.size() > MOST_MESSAGES / 2 || bytes > MOST_BYTES / 2 : isFull());
        if (hold == held || ended) return;
        held = hold;
        link.hold(hold);
    }

    /** From now on what nobody takes must not keep the link from ending. */
    void startClosing() {
        lock.lock();
        try {
            closing = true;
            holdOrNot();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more arrives; how many messages were discarded while closing. */
    long end(ClosedException cause) {
        Subscription<?> receiver;
        lock.lock();
        try {
            if (ended) return 0;
            ended = true;
            why = cause;
            arrived.signalAll();
            receiver = subscription;
        } finally {
            lock.unlock();
        }
        if (receiver != null) receiver.wake();
        return discarded;
    }

    boolean hasSubscription() {
        lock.lock();
        try {
            return subscription != null;
        } finally {
            lock.unlock();
        }
    }

    boolean subscribe(Subscription<?> next) {
        lock.lock();
        try {
            if (subscription != null) return false;
            subscription = next;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What has not reached it comes first for whoever is next. */
    void unsubscribe(Subscription<?> former) {
        lock.lock();
        try {
            if (subscription == former) {
                subscription = null;
                putBack(onTheWay.rest());
                onTheWay = Batch.NONE;
            }
        } finally {
            lock.unlock();
        }
        link.sender().keepOrNot();
    }

    /** The subscriber has a turn to come. */
    boolean isHandingOver() {
        lock.lock();
        try {
            return subscription != null && subscription.isScheduled();
        } finally {
            lock.unlock();
        }
    }

    /** Up to `most` messages for a subscriber, none where none wait or it was cancelled. */
    Batch take(Subscription<?> receiver, int most) {
        lock.lock();
        try {
            if (subscription != receiver) return Batch.NONE;
            onTheWay = new Batch(take(most));
            return onTheWay;
        } finally {
            lock.unlock();
        }
    }

    private List<Message> take(int most) {
        List<Message> taken = new ArrayList<>(Math.min(most, waiting.size()));
        while (taken.size() < most && !waiting.isEmpty()) {
            Message message = waiting.poll();
            bytes -= message.size() + OVERHEAD;
            taken.add(message);
        }
        holdOrNot();
        return taken;
    }

    private void putBack(List<Message> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            waiting.addFirst(messages.get(i));
            bytes += messages.get(i).size() + OVERHEAD;
        }
        holdOrNot();
        arrived.signalAll();
    }

    /** Nothing waits and nothing will come. */
    boolean isExhausted() {
        lock.lock();
        try {
            return ended && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Why it ended; null: in order. */
    ClosedException why() {
        lock.lock();
        try {
            return why;
        } finally {
            lock.unlock();
        }
    }

    /** Up to `most` messages as soon as there is one; none: not within the time. */
    List<Message> receive(int most, long timeoutNs) throws InterruptedException {
        doneWithHandedOut(); // before it waits, or they would fill the window of the session
        lock.lockInterruptibly();
        try {
            long leftNs = timeoutNs;
            while (waiting.isEmpty()) {
                refuseToReceive();
                if (leftNs <= 0) break;
                leftNs = arrived.awaitNanos(leftNs);
            }
            refuseToReceive();
            List<Message> taken = take(most);
            handOut(toBeDone(taken));
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Beside what another thread was given meanwhile. */
    private void handOut(List<Message> messages) {
        if (handedOut.isEmpty()) handedOut = messages;
        else handedOut.addAll(messages);
    }

    /** Who asks for more, or closes the link, is done with what receive gave. */
    void doneWithHandedOut() {
        List<Message> before;
        lock.lock();
        try {
            before = handedOut;
            handedOut = List.of();
        } finally {
            lock.unlock();
        }
        before.forEach(link::done);
    }

    private void refuseToReceive() {
        if (subscription != null) {
            throw new IllegalStateException("the messages of this link go to a subscriber: cancel "
                    + "its subscription before you call receive");
        }
        if (ended && waiting.isEmpty()) {
            throw why != null ? why.again() : new ClosedException("the link was closed", null);
        }
    }

    /**
     * Those that done is to be told of later. A list of our own: the application may change the one
     * that it was given.
     */
    List<Message> toBeDone(List<Message> messages) {
        List<Message> all = new ArrayList<>();
        if (!link.isDoneByItself()) return all;
        for (Message message : messages) if (message.number() != 0) all.add(message);
        return all;
    }
}
