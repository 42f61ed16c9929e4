package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.failureOf;
import static org.resock.Support.next;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Every message that was accepted ends once: with a receipt, or with the reason. */
class ReceiptTest {
    @Test void whatWasCutOffIsSentAgainAndConfirmed() throws Exception {
        try (Listener server = Support.echo(); Line line = new Line(server.address());
                Link link = Link.connect(line.url(), Support.quick())) {
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 100; i++) receipts.add(link.send("x"));
                if (round % 5 == 0) await(receipts.get(receipts.size() - 1));
                line.cut();
            }
            for (int i = 0; i < receipts.size(); i++) {
                assertEquals(i + 1, await(receipts.get(i)).id());
            }
        }
    }

    @Test void whatCannotBeSentFailsWhenTheLinkEnds() throws Exception {
        Link link = Link.connect(Support.nobody(), Support.quick().closeTimeout(Duration.ZERO));
        CompletableFuture<Receipt> one = link.send("x");
        CompletableFuture<Receipt> many = link.sendMany(Support.numbered(3));
        link.close();
        Failure failure = failureOf(FailedException.class, one).failure();
        assertEquals(Reason.NOT_SENT, failure.reason());
        assertTrue(failure.firstId() <= 1 && failure.lastId() >= 1);
        failureOf(FailedException.class, many);
    }

    @Test void abortEndsReceiptsToo() throws Exception {
        Link link = Link.connect(Support.nobody());
        CompletableFuture<Receipt> receipt = link.send("x");
        link.abort();
        failureOf(ClosedException.class, receipt);
        failureOf(ClosedException.class, link.opened());
        failureOf(ClosedException.class, link.closed());
        link.close();
    }

    @Test void aTtlEnds() throws Exception {
        LinkOptions options = Support.quick().closeTimeout(Duration.ZERO);
        try (Link link = Link.connect(Support.nobody(), options)) {
            CompletableFuture<Receipt> short1 =
                    link.send("x", SendOptions.DEFAULT.ttl(Duration.ofMillis(1)));
            CompletableFuture<Receipt> forever = link.send("y");
            FailedException failed = failureOf(FailedException.class, short1);
            assertEquals(Reason.EXPIRED, failed.failure().reason());
            assertTrue(failed.getMessage().startsWith("message 1: expired"), failed.getMessage());
            assertFalse(forever.isDone());
        }
        assertThrows(IllegalArgumentException.class, () -> SendOptions.DEFAULT.ttl(Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> SendOptions.DEFAULT.ttl(Duration.ofDays(50)));
    }

    @Test void aFullQueueIsAnErrorAtOnce() throws Exception {
        LinkOptions options = Support.quick().queueMessages(2).closeTimeout(Duration.ZERO);
        try (Link link = Link.connect(Support.nobody(), options)) {
            link.send("1");
            QueueFullException full = assertThrows(QueueFullException.class,
                    () -> link.sendMany(Support.numbered(5)));
            assertEquals(1, full.accepted());
            assertTrue(full.getMessage().contains("2 of 2 messages"), full.getMessage());
            assertThrows(QueueFullException.class, () -> link.send("4"));
            assertTrue(link.statsJson().contains("\"messages_accepted\":2"), link.statsJson());
        }
    }

    @Test void aLinkThatWaitsForRoomWaitsInJava() throws Exception {
        LinkOptions options = Support.quick().queueMessages(2).queueFull(QueueFull.WAIT)
                .closeTimeout(Duration.ZERO).sendTimeout(Duration.ofMillis(20));
        try (Link link = Link.connect(Support.nobody(), options)) {
            link.send("1");
            link.send("2");
            assertThrows(TimedOutException.class, () -> link.send("3"));
            TimedOutException late = assertThrows(TimedOutException.class,
                    () -> link.sendMany(Support.numbered(1)));
            assertEquals(0, late.accepted());
            // Receipts and events go on while a thread waits.
            link.set("send.timeout", "1h");
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<?> waiting = other.submit(() -> link.send("3"));
                link.confirm(2, true);
                await(waiting);
            } finally {
                other.shutdownNow();
            }
        }
    }

    private static LinkOptions waitingFor(int messages) {
        return Support.quick().queueMessages(messages).queueFull(QueueFull.WAIT)
                .closeTimeout(Duration.ofHours(1)).sendTimeout(Duration.ofHours(1));
    }

    /** A call on a thread of its own, once that waits. */
    private static <T> Future<T> waiting(ExecutorService threads, Callable<T> call)
            throws InterruptedException {
        BlockingQueue<Thread> who = new LinkedBlockingQueue<>();
        Future<T> made = threads.submit(() -> {
            who.add(Thread.currentThread());
            return call.call();
        });
        Support.awaitWaiting(next(who));
        return made;
    }

    /** Who waits keeps the place: the ids of a list are one range, also where others send, too. */
    @Test void whoWaitsForRoomGoesOnFirst() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        CountDownLatch release = new CountDownLatch(1);
        Link.Handler blocking = new Link.Handler() { // so that room is there before that is told
            @Override public void onDown(Link link, Disconnect record) {
                Support.awaitAll(release);
            }
        };
        try (Hub hub = new Hub(new HubOptions(), Runnable::run)) {
            Link link = hub.connect(Support.nobody(), waitingFor(2), blocking);
            Future<CompletableFuture<Receipt>> many =
                    waiting(threads, () -> link.sendMany(Support.numbered(4)));
            link.confirm(1, true);
            Support.awaitThat(() -> link.statsJson().contains("\"queued_messages\":1"));
            Future<CompletableFuture<Receipt>> one = waiting(threads, () -> link.send("one"));
            release.countDown();
            for (int i = 2; i <= 4; i++) {
                int accepted = 1 + i;
                Support.awaitThat(() ->
                        link.statsJson().contains("\"messages_accepted\":" + accepted));
                link.confirm(i, true);
            }
            assertEquals(1, await(await(many)).id());
            assertEquals(4, await(await(many)).lastId());
            await(one);
            link.confirm(5, true);
            assertEquals(5, await(await(one)).id());
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    /** What others sent meanwhile is not counted. */
    @Test void whatIsThrownTellsHowManyOfItsOwn() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        Link link = Link.connect(Support.nobody(), waitingFor(2));
        try {
            Future<?> one = waiting(threads, () -> {
                link.sendMany(Support.numbered(3));
                return null;
            });
            Future<?> many = waiting(threads, () -> link.sendMany(Support.numbered(3)));
            link.confirm(1, true);
            await(one);
            link.confirm(2, true);
            Support.awaitThat(() -> link.statsJson().contains("\"messages_accepted\":4"));
            link.closeAsync();
            assertEquals(1, failureOf(ClosedException.class, many).accepted());
        } finally {
            link.abort();
            threads.shutdownNow();
        }
    }

    @Test void whoWaitsForRoomIsToldOfTheClose() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        for (boolean isAbort : new boolean[] {false, true}) {
            Link link = Link.connect(Support.nobody(), waitingFor(1));
            link.send("1");
            Future<?> first = waiting(threads, () -> link.send("2"));
            Future<?> second = waiting(threads, () -> link.sendMany(Support.numbered(2)));
            if (isAbort) link.abort();
            else link.closeAsync();
            ClosedException one = failureOf(ClosedException.class, first);
            ClosedException other = failureOf(ClosedException.class, second);
            assertNotSame(one, other); // each has a stack of its own
            link.abort();
        }
        threads.shutdownNow();
    }

    @Test void manyWaitForRoom() throws Exception {
        LinkOptions options = new LinkOptions().queueMessages(10).queueFull(QueueFull.WAIT);
        try (Link link = Link.connect("echo:", options)) {
            assertEquals(1000, await(link.sendMany(Support.numbered(1000))).lastId());
            List<Message> received = new ArrayList<>();
            while (received.size() < 1000) received.addAll(link.receiveMany(1000, LONG));
            assertEquals("message 999", received.get(999).text());
        }
    }

    @Test void tooBigIsToldAtOnce() throws Exception {
        try (Link link = Link.connect("echo:", new LinkOptions().messageMax(100))) {
            assertThrows(TooBigException.class, () -> link.send(new byte[101]));
            TooBigException second = assertThrows(TooBigException.class,
                    () -> link.sendMany(List.of(new byte[1], new byte[101], new byte[1])));
            assertEquals(1, second.accepted());
            assertEquals(2, await(link.send("2")).id());
        }
    }

    @Test void withoutConfirmationTheReceiptSaysWritten() throws Exception {
        LinkOptions options = new LinkOptions().delivery(Delivery.AT_MOST_ONCE)
                .confirm(Confirm.OFF);
        try (Link link = Link.connect("echo:", options)) {
            assertEquals(Level.WRITTEN, await(link.send("x")).level());
        }
    }

    @Test void whatIsNotKeptSaysWritten() throws Exception {
        try (Link link = Link.connect("echo:")) {
            CompletableFuture<Receipt> kept = link.send("1");
            CompletableFuture<Receipt> unkept = link.send("2", SendOptions.DEFAULT.unkept());
            assertEquals(2, await(unkept).id());
            assertEquals(Level.RECEIVED, await(kept).level());
        }
    }

    @Test void theApplicationConfirms() throws Exception {
        try (Link link = Link.connect("echo:", new LinkOptions().confirm(Confirm.APP))) {
            CompletableFuture<Receipt> first = link.send("1");
            CompletableFuture<Receipt> second = link.send("2");
            link.confirm(2, false);
            assertFalse(first.isDone());
            link.confirm(1, false);
            await(first);
            await(second);
        }
    }

    @Test void threadsSendTogether() throws Exception {
        int threads = 8;
        int each = 5000;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Link link = Link.connect("echo:", new LinkOptions().queueMessages(1_000_000))) {
            link.onMessage(message -> {});
            List<Future<List<CompletableFuture<Receipt>>>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                work.add(pool.submit(() -> {
                    List<CompletableFuture<Receipt>> mine = new ArrayList<>();
                    for (int i = 0; i < each; i++) mine.add(link.send("x"));
                    return mine;
                }));
            }
            List<Long> ids = Collections.synchronizedList(new ArrayList<>());
            for (Future<List<CompletableFuture<Receipt>>> one : work) {
                long before = 0;
                for (CompletableFuture<Receipt> receipt : await(one)) {
                    long id = await(receipt).id();
                    assertTrue(id > before);
                    before = id;
                    ids.add(id);
                }
            }
            Collections.sort(ids);
            assertEquals(LongStream.rangeClosed(1, threads * each).boxed()
                    .collect(Collectors.toList()), ids);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test void flushEndsWithTheTime() throws Exception {
        LinkOptions options = Support.quick().closeTimeout(Duration.ZERO);
        try (Link link = Link.connect(Support.nobody(), options)) {
            link.send("x");
            assertThrows(TimedOutException.class,
                    () -> link.flush(Level.RECEIVED, Duration.ofMillis(5)));
        }
    }
}
