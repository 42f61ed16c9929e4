package org.resock;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Hands messages to one subscriber, as many as it asked for, on the link's own executor. */
final class Subscription<T> implements Flow.Subscription, Runnable {
    /** Taken out of the inbox at once. */
    private static final int TURN = 256;

    private final LinkCore link;
    private final Inbox inbox;
    private final Flow.Subscriber<? super T> subscriber;
    /** Null: one message at a time. */
    private final Function<List<Message>, T> whole;
    /** EachMessage does it itself, since it catches what is thrown. */
    private final boolean isDoneHere;
    private final AtomicLong wanted = new AtomicLong();
    /** From the start, so that nothing comes before onSubscribe. */
    private final AtomicBoolean scheduled = new AtomicBoolean(true);
    private volatile boolean cancelled;
    private volatile IllegalArgumentException misuse;

    Subscription(LinkCore link, Inbox inbox, Flow.Subscriber<? super T> subscriber,
            Function<List<Message>, T> whole) {
        this.link = link;
        this.inbox = inbox;
        this.subscriber = subscriber;
        this.whole = whole;
        isDoneHere = link.isDoneByItself() && !(subscriber instanceof EachMessage);
    }

    /** A publisher of this link. T is Message, or List of Message with whole. */
    static <T> Subscription<T> begin(LinkCore link, Inbox inbox,
            Flow.Subscriber<? super T> subscriber, Function<List<Message>, T> whole) {
        Subscription<T> made = new Subscription<>(link, inbox, subscriber, whole);
        if (inbox.subscribe(made)) {
            link.sender().keep();
            link.serial().execute(made::start);
        } else {
            link.serial().execute(() -> {
                subscriber.onSubscribe(made);
                made.cancelled = true;
                subscriber.onError(new IllegalStateException(
                        "this link has a subscriber already: its messages go to one"));
            });
        }
        return made;
    }

    /** Once, before all else. */
    void start() {
        try {
            subscriber.onSubscribe(this);
        } catch (Throwable thrown) {
            giveUp(thrown);
        }
        scheduled.set(false);
        wake();
    }

    @Override public void request(long n) {
        if (n <= 0) {
            misuse = new IllegalArgumentException(
                    "request(" + n + "): ask for at least one (Flow)");
        } else {
            wanted.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        wake();
    }

    @Override public void cancel() {
        cancelled = true;
        inbox.unsubscribe(this);
    }

    void wake() {
        if (!cancelled && scheduled.compareAndSet(false, true)) link.serial().execute(this);
    }

    @Override public void run() {
        scheduled.set(false);
        try {
            if (!handOver() || cancelled) return;
            if (misuse != null) finish(misuse);
            else if (inbox.isExhausted()) finish(inbox.why());
        } catch (Throwable thrown) {
            giveUp(thrown);
        }
    }

    /** It has a turn to come. */
    boolean isScheduled() {
        return scheduled.get() && !cancelled;
    }

    /** False: there is more, in the next turn. */
    private boolean handOver() {
        if (cancelled || misuse != null || wanted.get() == 0) return true;
        int most = whole != null ? Inbox.MOST_MESSAGES : (int) Math.min(TURN, wanted.get());
        Batch taken = inbox.take(this, most);
        if (taken.size() == 0) return true;
        if (whole != null) handOverWhole(taken);
        else handOverOneByOne(taken);
        wake();
        return false;
    }

    private void handOverWhole(Batch taken) {
        subtract(1);
        List<Message> all = taken.rest();
        if (all.isEmpty()) return; // cancelled meanwhile
        List<Message> toBeDone = inbox.toBeDone(all);
        subscriber.onNext(whole.apply(all));
        toBeDone.forEach(link::done);
    }

    @SuppressWarnings("unchecked")
    private void handOverOneByOne(Batch taken) {
        subtract(taken.size());
        for (Message message = taken.next(); message != null; message = taken.next()) {
            subscriber.onNext((T) message);
            if (isDoneHere) link.done(message);
        }
    }

    private void subtract(long n) {
        wanted.accumulateAndGet(n, (a, b) -> a == Long.MAX_VALUE ? a : a - b);
    }

    private void finish(Throwable why) {
        cancel();
        if (why == null) subscriber.onComplete();
        else subscriber.onError(why);
    }

    /** Flow, rule 2.13: whoever throws is as good as cancelled. */
    private void giveUp(Throwable thrown) {
        cancel();
        HubCore.LOGGER.log(Level.ERROR, "a subscriber of " + link + " has thrown and gets no more "
                + "messages: they wait for another one", thrown);
    }
}
