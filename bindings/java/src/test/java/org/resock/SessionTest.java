package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.next;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Exactly once, between two ends of this binding. */
class SessionTest {
    @Test void onceAndInOrderOverCuts() throws Exception {
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        BlockingQueue<String> back = new LinkedBlockingQueue<>();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            link.onMessage(message -> {
                arrived.add(message.text());
                link.send(message.bytes());
            });
            return null;
        }); Line line = new Line(server.address());
                Link link = Link.connect(line.url(), Support.exactlyOnce())) {
            link.onMessage(message -> back.add(message.text()));
            int sent = 0;
            Receipt last = null;
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 100; i++) link.send("message " + sent++);
                last = await(link.send("message " + sent++));
                line.cut();
            }
            assertEquals(sent, last.id());
            for (int i = 0; i < sent; i++) {
                assertEquals("message " + i, next(arrived));
                assertEquals("message " + i, next(back));
            }
            assertTrue(arrived.isEmpty() && back.isEmpty());
        }
    }

    /** What the subscriber has returned from is processed; the peer is told so. */
    @Test void processedOnceTheSubscriberHasReturned() throws Exception {
        BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
        ListenerOptions manual = new ListenerOptions().sessionDone(SessionDone.MANUAL);
        for (ListenerOptions options : List.of(new ListenerOptions(), manual)) {
            try (Listener server = Listener.open("ws://127.0.0.1:0", options, link -> {
                link.onMessage(arrived::add);
                return null;
            }); Link link = Link.connect(server.address(), Support.exactlyOnce())) {
                await(link.send("x"));
                Message message = next(arrived);
                assertTrue(message.number() > 0);
                assertFalse(message.isRedelivered() || message.isExpired());
                if (options == manual) {
                    assertThrows(TimedOutException.class,
                            () -> link.flush(Level.PROCESSED, Duration.ofMillis(50)));
                    message.done();
                    message.done();
                }
                link.flush(Level.PROCESSED, LONG);
            }
        }
    }

    @Test void receivingIsDoneWithTheNextCall() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Support.accepting(accepted); Link link = Link.connect(server.address(), Support.exactlyOnce())) {
            link.send("1");
            link.send("2");
            Link far = next(accepted);
            assertEquals("1", far.receive(LONG).text());
            assertEquals("2", far.receive(LONG).text());
            assertEquals(List.of(), far.receiveMany(1, Duration.ZERO));
            link.flush(Level.PROCESSED, LONG);
        }
    }

    /** While the next call waits the peer knows already, so that its window does not fill up. */
    @Test void receivingIsDoneBeforeTheNextCallWaits() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Listener server = Support.accepting(accepted); Link link = Link.connect(server.address(), Support.exactlyOnce())) {
            link.send("1");
            Link far = next(accepted);
            assertEquals("1", far.receive(LONG).text());
            Future<Message> waiting = other.submit(() -> far.receive(LONG));
            link.flush(Level.PROCESSED, LONG);
            link.send("2");
            assertEquals("2", await(waiting).text());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> far.receive(LONG));
            link.flush(Level.PROCESSED, LONG);
        } finally {
            other.shutdownNow();
        }
    }

    /** Two threads that receive in turn: what each had is done with. */
    @Test void nothingOfTwoReceiversIsForgotten() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        ExecutorService others = Executors.newFixedThreadPool(2);
        try (Listener server = Support.accepting(accepted); Link link = Link.connect(server.address(), Support.exactlyOnce())) {
            await(link.opened());
            Link far = next(accepted);
            List<Future<Message>> waiting = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                BlockingQueue<Thread> who = new LinkedBlockingQueue<>();
                waiting.add(others.submit(() -> {
                    who.add(Thread.currentThread());
                    return far.receive(LONG);
                }));
                Support.awaitWaiting(next(who));
            }
            link.send("1");
            link.send("2");
            for (Future<Message> each : waiting) await(each);
            assertEquals(List.of(), far.receiveMany(1, Duration.ZERO));
            link.flush(Level.PROCESSED, LONG);
        } finally {
            others.shutdownNow();
        }
    }

    /** The list belongs to the application, which may do with it what it likes. */
    @Test void aListThatWasClearedIsDoneWith() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Support.accepting(accepted); Link link = Link.connect(server.address(), Support.exactlyOnce())) {
            link.send("1");
            Link far = next(accepted);
            far.receiveMany(10, LONG).clear();
            assertEquals(List.of(), far.receiveMany(1, Duration.ZERO));
            link.flush(Level.PROCESSED, LONG);
            far.batches().subscribe(new Support.Taker<>() {
                @Override public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override public void onNext(List<Message> messages) {
                    messages.clear();
                }
            });
            link.send("2");
            link.flush(Level.PROCESSED, LONG);
        }
    }

    @Test void aServerThatForgotTheSession() throws Exception {
        Support.Notes notes = new Support.Notes();
        List<String> seen = new ArrayList<>();
        String address;
        Link link;
        try (Hub hub = new Hub()) {
            Listener server = hub.listen("ws://127.0.0.1:0", new ListenerOptions(), its -> null);
            address = server.address();
            link = Link.connect(address, Support.exactlyOnce(), notes);
            assertEquals("open 1", next(notes.lines));
        }
        try (Listener server = Listener.open(address, new ListenerOptions(), its -> null)) {
            do {
                seen.add(next(notes.lines));
            } while (!seen.get(seen.size() - 1).startsWith("closed"));
            assertTrue(seen.contains("lost UNKNOWN_SESSION"), seen.toString());
        }
        link.close();
    }
}
