package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.next;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once, between two ends of this binding. */
class SessionTest {
    @TempDir(cleanup = CleanupMode.NEVER) Path folder;

    @AfterEach void removeFolder() throws IOException {
        Support.remove(folder);
    }

    private static LinkOptions exactlyOnce() {
        return Support.quick().delivery(Delivery.EXACTLY_ONCE);
    }

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
                Link link = Link.connect(line.url(), exactlyOnce())) {
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
            }); Link link = Link.connect(server.address(), exactlyOnce())) {
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
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Link link = Link.connect(server.address(), exactlyOnce())) {
            link.send("1");
            link.send("2");
            Link far = next(accepted);
            assertEquals("1", far.receive(LONG).text());
            assertEquals("2", far.receive(LONG).text());
            assertEquals(List.of(), far.receiveMany(1, Duration.ZERO));
            link.flush(Level.PROCESSED, LONG);
        }
    }

    /** What a file brought counts: in ids, in receipts, and in what a flush waits for. */
    @Test void idsGoOnAfterARestart() throws Exception {
        LinkOptions options = exactlyOnce().outboxPath(folder.resolve("session.db").toString());
        String address = Support.nobody();
        Hub process = new Hub();
        Link before = process.connect(address, options, null);
        before.sendMany(Support.numbered(3));
        before.flush(Level.STORED, LONG);
        process.close();
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        try (Link after = Link.connect(address, options)) {
            assertThrows(TimedOutException.class, () -> after.flush(Level.RECEIVED, Duration.ZERO));
            CompletableFuture<Receipt> receipt = after.sendMany(Support.numbered(2));
            try (Listener server = Listener.open(address, new ListenerOptions(), link -> {
                link.onMessage(message -> arrived.add(message.text()));
                return null;
            })) {
                assertEquals(4, await(receipt).id());
                assertEquals(5, await(receipt).lastId());
                for (int i : new int[] {0, 1, 2, 0, 1}) assertEquals("message " + i, next(arrived));
                after.flush(Level.RECEIVED, LONG);
                after.close();
            }
        }
    }

    /** The same of a session that a listener takes out of its file. */
    @Test void idsGoOnAfterARestartOfTheListener() throws Exception {
        ListenerOptions options =
                new ListenerOptions().listenSessions(folder.resolve("sessions.db").toString());
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        Listener.Handler handler = link -> {
            accepted.add(link);
            return null;
        };
        Hub process = new Hub();
        String address = process.listen("ws://127.0.0.1:0", options, handler).address();
        LinkOptions client = exactlyOnce().outboxPath(folder.resolve("client.db").toString());
        Link gone = Link.connect(address, client);
        await(gone.opened());
        gone.abort();
        Link before = next(accepted);
        before.sendMany(Support.numbered(3));
        before.flush(Level.STORED, LONG);
        process.close();
        try (Listener again = Listener.open(address, options, handler)) {
            CompletableFuture<Receipt> receipt =
                    next(accepted).sendMany(Support.numbered(2));
            try (Link back = Link.connect(address, client)) {
                assertEquals(4, await(receipt).id());
                assertEquals(5, await(receipt).lastId());
                for (int i : new int[] {0, 1, 2, 0, 1}) {
                    assertEquals("message " + i, back.receive(LONG).text());
                }
            }
        }
    }

    /** While the next call waits the peer knows already, so that its window does not fill up. */
    @Test void receivingIsDoneBeforeTheNextCallWaits() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Link link = Link.connect(server.address(), exactlyOnce())) {
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
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Link link = Link.connect(server.address(), exactlyOnce())) {
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
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Link link = Link.connect(server.address(), exactlyOnce())) {
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

    /** With a file: what was received and not done with comes again, flagged; the rest does not. */
    @Test void afterARestart() throws Exception {
        LinkOptions options = exactlyOnce().sessionDone(SessionDone.MANUAL)
                .outboxPath(folder.resolve("session.db").toString());
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            link.onMessage(message -> arrived.add(message.text()));
            accepted.add(link);
            return null;
        })) {
            Hub process = new Hub();
            Link before = process.connect(server.address(), options, null);
            Link far = next(accepted);
            far.send("done with");
            far.send("not done with");
            before.receive(LONG).done();
            Message second = before.receive(LONG);
            assertFalse(second.isRedelivered());
            await(before.send("from before"));
            assertEquals("from before", next(arrived));
            process.close(); // leaves the session, as the end of a process does
            try (Link after = Link.connect(server.address(), options)) {
                assertTrue(await(after.opened()).resumed());
                Message again = after.receive(LONG);
                assertEquals("not done with", again.text());
                assertTrue(again.isRedelivered());
                again.done();
                await(after.send("from after"));
                assertEquals("from after", next(arrived));
                assertEquals(List.of(), after.receiveMany(1, Duration.ZERO));
            }
        }
    }

    /** The application keeps how far it is: what it had not committed comes again, the rest does not. */
    @Test void aPositionOfTheApplication() throws Exception {
        LinkOptions options = exactlyOnce().sessionPosition(new byte[0])
                .outboxPath(folder.resolve("session.db").toString());
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        })) {
            Hub process = new Hub();
            Link before = process.connect(server.address(), options, null);
            Link far = next(accepted);
            for (String each : List.of("1", "2", "3")) far.send(each);
            byte[] committed = before.receive(LONG).position();
            byte[] lost = before.receive(LONG).position();
            assertFalse(java.util.Arrays.equals(committed, lost));
            process.close();
            options.sessionPosition(committed);
            try (Link after = Link.connect(server.address(), options)) {
                assertEquals("2", after.receive(LONG).text());
                assertEquals("3", after.receive(LONG).text());
                assertTrue(await(after.opened()).resumed());
            }
        }
        try (Link plain = Link.connect("echo:")) {
            plain.send("x");
            assertNull(plain.receive(LONG).position());
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
            link = Link.connect(address, exactlyOnce(), notes);
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
