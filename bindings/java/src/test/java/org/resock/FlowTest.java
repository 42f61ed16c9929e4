package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.next;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.resock.Support.Log;
import org.resock.Support.Taker;

class FlowTest {
    private final Link link = Link.connect("echo:");

    @AfterEach void close() {
        link.close();
    }

    /** Everything that was sent before has arrived and been handed on, as far as anybody asked. */
    private void settle() throws Exception {
        link.flush(Level.RECEIVED, LONG);
        CompletableFuture<Void> here = new CompletableFuture<>();
        link.core().serial().execute(() -> here.complete(null));
        await(here);
    }

    @Test void exactlyAsManyAsWereAskedFor() throws Exception {
        Taker<Message> taker = new Taker<>();
        link.messages().subscribe(taker);
        Flow.Subscription subscription = next(taker.subscriptions);
        link.sendMany(Support.numbered(10));
        settle();
        assertEquals(0, taker.taken.size());
        subscription.request(1);
        assertEquals("message 0", next(taker.taken).text());
        subscription.request(2);
        assertEquals("message 1", next(taker.taken).text());
        assertEquals("message 2", next(taker.taken).text());
        settle();
        assertEquals(0, taker.taken.size());
        subscription.request(Long.MAX_VALUE);
        subscription.request(Long.MAX_VALUE);
        for (int i = 3; i < 10; i++) assertEquals("message " + i, next(taker.taken).text());
    }

    @Test void listsCountAsOne() throws Exception {
        link.sendMany(Support.numbered(100));
        settle();
        Taker<List<Message>> taker = new Taker<>();
        link.batches().subscribe(taker);
        Flow.Subscription subscription = next(taker.subscriptions);
        subscription.request(1);
        assertEquals(100, next(taker.taken).size());
        link.send("more");
        settle();
        assertEquals(0, taker.taken.size());
        subscription.request(1);
        assertEquals("more", next(taker.taken).get(0).text());
    }

    /** 64 MB: more than all buffers on the way. */
    @Test void whoeverTakesNothingMakesThePeerWait() throws Exception {
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < 8000; i++) many.add(new byte[8192]);
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        ListenerOptions options =
                new ListenerOptions().queueBytes(1L << 30).queueMessages(1_000_000);
        try (Listener server = Listener.open("ws://127.0.0.1:0", options, its -> {
            accepted.add(its);
            return null;
        }); Link client = Link.connect(server.address())) {
            Taker<Message> taker = new Taker<>();
            client.messages().subscribe(taker);
            Flow.Subscription subscription = next(taker.subscriptions);
            Link far = next(accepted);
            far.sendMany(many);
            // Cannot end as long as nobody takes them, however long it is.
            assertThrows(TimedOutException.class,
                    () -> far.flush(Level.WRITTEN, Duration.ofMillis(300)));
            assertEquals(0, taker.taken.size());
            subscription.request(Long.MAX_VALUE);
            for (int i = 0; i < many.size(); i++) next(taker.taken);
            far.flush(Level.RECEIVED, LONG);
        }
    }

    @Test void cancelledAndTakenUpAgainNothingIsLost() throws Exception {
        link.sendMany(Support.numbered(1000));
        List<String> seen = new ArrayList<>();
        while (seen.size() < 1000) {
            CompletableFuture<Void> enough = new CompletableFuture<>();
            link.messages().subscribe(new Flow.Subscriber<>() {
                private Flow.Subscription subscription;
                private int count;

                @Override public void onSubscribe(Flow.Subscription mine) {
                    subscription = mine;
                    mine.request(1000);
                }

                @Override public void onNext(Message message) {
                    seen.add(message.text());
                    if (++count == 7 || seen.size() == 1000) {
                        subscription.cancel();
                        enough.complete(null);
                    }
                }

                @Override public void onError(Throwable error) {
                    enough.completeExceptionally(error);
                }

                @Override public void onComplete() {}
            });
            await(enough);
        }
        for (int i = 0; i < 1000; i++) assertEquals("message " + i, seen.get(i));
    }

    /** Where the rest belongs is known as soon as cancel has returned, whoever is still busy. */
    @Test void cancelledByAnotherThreadTheOrderStays() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        link.sendMany(Support.numbered(10));
        settle();
        Flow.Subscription subscription = link.onMessage(message -> {
            seen.add(message.text());
            Support.awaitAll(release);
        });
        assertEquals("message 0", next(seen));
        link.send("more");
        subscription.cancel();
        for (int i = 1; i < 10; i++) assertEquals("message " + i, link.receive(LONG).text());
        release.countDown();
        assertEquals("more", link.receive(LONG).text());
        assertEquals(0, seen.size());
    }

    @Test void nothingComesBeforeOnSubscribe() throws Exception {
        Taker<Message> taker = new Taker<>();
        Subscription<Message> early =
                new Subscription<>(link.core(), link.core().inbox(), taker, null);
        link.core().inbox().subscribe(early);
        link.abort();
        early.wake();
        CompletableFuture<Integer> before = new CompletableFuture<>();
        link.core().serial().execute(() -> before.complete(taker.end.size()));
        assertEquals(0, await(before));
        link.core().serial().execute(early::start);
        next(taker.subscriptions).request(10);
        assertInstanceOf(ClosedException.class, next(taker.end));
    }

    /** Also where these are more than one turn. */
    @Test void closedComesBehindTheLastCallback() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> isEarly = new CompletableFuture<>();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        link.sendMany(Support.numbered(2000));
        settle();
        link.onMessage(message -> {
            seen.add(message.text());
            Support.awaitAll(release);
            if (!message.text().equals("message 1999")) return;
            CountDownLatch others = new CountDownLatch(1); // futures that were to complete before
            link.core().futures().execute(others::countDown);
            Support.awaitAll(others);
            isEarly.complete(link.core().closed().isDone());
        });
        next(seen);
        link.close();
        release.countDown();
        assertFalse(await(isEarly));
        await(link.closed());
    }

    @Test void askingForNothingIsAnError() throws Exception {
        Taker<Message> taker = new Taker<>();
        link.messages().subscribe(taker);
        next(taker.subscriptions).request(0);
        assertInstanceOf(IllegalArgumentException.class, next(taker.end));
    }

    @Test void oneSubscriberAtATime() throws Exception {
        Flow.Subscription first = link.onMessage(message -> {});
        Taker<Message> second = new Taker<>();
        link.messages().subscribe(second);
        assertInstanceOf(IllegalStateException.class, next(second.end));
        assertThrows(IllegalStateException.class, () -> link.receive(LONG));
        first.cancel();
        link.send("x");
        assertEquals("x", link.receive(LONG).text());
    }

    @Test void theEndInOrderComesBehindTheLastMessage() throws Exception {
        Taker<Message> taker = new Taker<>();
        link.messages().subscribe(taker);
        link.sendMany(Support.numbered(3));
        settle();
        await(link.closeAsync());
        assertEquals(0, taker.end.size());
        next(taker.subscriptions).request(10);
        for (int i = 0; i < 3; i++) assertEquals("message " + i, next(taker.taken).text());
        assertEquals("complete", next(taker.end));
        Taker<Message> late = new Taker<>();
        link.messages().subscribe(late);
        assertEquals("complete", next(late.end));
    }

    @Test void anAbortIsAnError() throws Exception {
        Taker<Message> taker = new Taker<>();
        link.messages().subscribe(taker);
        link.abort();
        assertInstanceOf(ClosedException.class, next(taker.end));
        assertThrows(ClosedException.class, () -> link.receive(LONG));
    }

    @Test void whoThrowsGetsNoMoreAndTheNextOneDoes() throws Exception {
        try (Log log = new Log()) {
            link.messages().subscribe(new Flow.Subscriber<>() {
                @Override public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override public void onNext(Message message) {
                    throw new IllegalStateException("on purpose");
                }

                @Override public void onError(Throwable error) {}

                @Override public void onComplete() {}
            });
            link.sendMany(Support.numbered(2));
            log.await("has thrown");
            assertEquals("message 1", link.receive(LONG).text());
        }
    }

    @Test void aConsumerThatThrowsIsLoggedAndTheNextMessageComes() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Log log = new Log()) {
            link.onMessage(message -> {
                seen.add(message.text());
                throw new AssertionError("on purpose");
            });
            link.send("1");
            link.send("2");
            assertEquals("1", next(seen));
            assertEquals("2", next(seen));
            log.await("has thrown");
        }
    }
}
