package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.failureOf;
import static org.resock.Support.next;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.resock.Support.Log;
import org.resock.Support.Notes;

class HandlerTest {
    @Test void eventsComeInTheirOrder() throws Exception {
        Notes notes = new Notes();
        try (Listener server = Support.echo(); Line line = new Line(server.address());
                Link link = Link.connect(line.url(), Support.quick(), notes)) {
            assertEquals("open 1", next(notes.lines));
            line.cut();
            assertEquals("down TCP", next(notes.lines));
            assertEquals("open 2", next(notes.lines));
            assertTrue(link.historyJson().contains("\"layer\":\"tcp\""), link.historyJson());
            link.close();
            assertEquals("down WEBSOCKET", next(notes.lines));
            assertEquals("closed 1000", next(notes.lines));
        }
    }

    @Test void theRecordSaysWhy() throws Exception {
        BlockingQueue<Disconnect> records = new LinkedBlockingQueue<>();
        try (Link link = Link.connect(Support.nobody(), Support.quick(), new Link.Handler() {
            @Override public void onDown(Link link, Disconnect record) {
                records.add(record);
            }
        })) {
            Disconnect record = next(records);
            assertEquals(Layer.TCP, record.layer());
            assertEquals(Cause.TCP_REFUSED, record.cause());
            assertEquals(Verdict.BACKOFF, record.verdict());
            assertEquals(111, record.errno().getAsInt());
            assertTrue(record.delay().isPresent());
            assertTrue(record.closeCode().isEmpty() && record.httpStatus().isEmpty());
            assertTrue(record.roundTrip().isEmpty() && record.messageId().isEmpty());
            assertEquals(Duration.ZERO, record.up());
            assertTrue(record.host().startsWith("127.0.0.1:"), record.host());
            assertTrue(record.why().contains("refused"), record.why());
            assertEquals(record.why(), record.toString());
            assertEquals(2, next(records).attempt());
            link.retryNow();
            link.abort();
        }
    }

    @Test void whatAHandlerThrowsIsLoggedAndTheNextEventComes() throws Exception {
        Notes notes = new Notes() {
            @Override public void onOpen(Link link, Opened event) {
                throw new IllegalStateException("on purpose");
            }

            @Override public void onDown(Link link, Disconnect record) {
                throw new AssertionError("on purpose");
            }
        };
        try (Log log = new Log(); Link link = Link.connect("echo:", new LinkOptions(), notes)) {
            await(link.opened());
            log.await("has thrown");
            link.close();
            assertEquals("closed 1000", next(notes.lines));
        }
    }

    /** Closing waits for the end, which is told on the thread that waits: it must not need it. */
    @Test void closedFromInsideACallback() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        for (String how : List.of("close", "abort")) {
            Link link = Link.connect("echo:");
            link.onMessage(message -> {
                if (how.equals("close")) link.close();
                else link.abort();
                link.close();
                assertThrows(ClosedException.class, () -> link.send("after"));
                lines.add(message.text());
            });
            link.send(how);
            assertEquals(how, next(lines));
        }
    }

    @Test void aHubIsClosedFromInsideACallback() throws Exception {
        Hub hub = new Hub();
        Link link = hub.connect("echo:", new LinkOptions(), null);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        link.onMessage(message -> {
            hub.close();
            lines.add("closed");
        });
        link.send("x");
        assertEquals("closed", next(lines));
        failureOf(ClosedException.class, link.closed());
        assertThrows(ClosedException.class, () -> hub.connect("echo:", new LinkOptions(), null));
        link.close();
    }

    /** With application code on the thread that polls, nothing there may wait, or say so. */
    @Test void onThePollingThread() throws Exception {
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        try (Hub hub = new Hub(new HubOptions().ioThreads(0), Runnable::run)) {
            Link link = hub.connect("echo:", new LinkOptions().queueFull(QueueFull.WAIT), null);
            link.onMessage(message -> {
                seen.add(assertThrows(ResockException.class, () -> link.receive(LONG)).status());
                seen.add(assertThrows(ResockException.class,
                        () -> link.flush(Level.RECEIVED, LONG)).status());
                link.close();
                seen.add(message.text());
            });
            Receipt receipt = await(link.send("x"));
            assertEquals(1, receipt.id());
            assertEquals(Status.WOULD_DEADLOCK, next(seen));
            assertEquals(Status.WOULD_DEADLOCK, next(seen));
            assertEquals("x", next(seen));
            assertEquals(1000, await(link.closed()).closeCode().getAsInt());
            hub.connect("echo:", new LinkOptions(), null).onMessage(message -> hub.close());
        }
    }

    /** Without an I/O thread a flush does its work: the poller has to leave it to that, and go on. */
    @Test void anotherThreadDrivesTheHub() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        BlockingQueue<Thread> blocked = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Hub hub = new Hub(new HubOptions().ioThreads(0), Runnable::run)) {
            Link link = hub.connect(server.address(), new LinkOptions().confirm(Confirm.APP), null);
            link.onMessage(message -> {
                blocked.add(Thread.currentThread());
                Support.awaitAll(release);
            });
            Link far = next(accepted);
            far.send("block");
            Thread poller = next(blocked);
            CompletableFuture<Receipt> receipt = link.send("driven");
            Future<?> driving = other.submit(() -> Native.resock_link_flush(link.core().handle(),
                    Level.RECEIVED.number, LONG.toMillis()));
            assertEquals("driven", far.receive(LONG).text());
            release.countDown();
            Support.awaitThat(() -> poller.getState() == Thread.State.TIMED_WAITING
                    || poller.getState() == Thread.State.TERMINATED);
            link.confirm(1, true);
            await(driving);
            assertEquals(1, await(receipt).id());
            far.send("again");
            next(blocked);
        } finally {
            other.shutdownNow();
        }
    }

    /** What is confirmed meanwhile is told at once, so that it does not pile up. */
    @Test void aSlowHandlerIsToldOnceOfManyConfirmations() throws Exception {
        BlockingQueue<Long> told = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        try (Link link = Link.connect("echo:", new LinkOptions(), new Link.Handler() {
            @Override public void onConfirmed(Link link, Level level, long through) {
                told.add(through);
                Support.awaitAll(release);
            }
        })) {
            await(link.send("x"));
            next(told);
            for (int i = 2; i <= 100; i++) assertEquals(i, await(link.send("x")).id());
            release.countDown();
            link.close();
            await(link.closed());
            List<Long> rest = new ArrayList<>(told);
            assertTrue(rest.contains(100L) && rest.size() <= Level.values().length,
                    rest.toString());
        }
    }

    @Test void aHubThatCannotBePolledIsFreed() throws Exception {
        try (Log log = new Log(); Hub hub = new Hub()) {
            Link link = hub.connect("echo:", new LinkOptions(), null);
            long handle = hub.core().handle();
            hub.core().end(Status.INTERNAL.number);
            log.await("cannot be polled: INTERNAL");
            assertThrows(ClosedException.class, () -> Native.resock_hub_wake(handle));
            failureOf(ClosedException.class, link.closed());
        }
    }

    @Test void credentialsAreAskedFor() throws Exception {
        ListenerOptions asking = new ListenerOptions().listenAccept(ListenAccept.ASK);
        Listener.Handler server = new Listener.Handler() {
            @Override public void onRequest(Request request) {
                boolean isRight = request.field("authorization").orElse("").equals("Bearer right");
                if (isRight) request.accept();
                else request.refuse(401);
            }

            @Override public Link.Handler onLink(Link link) {
                return null;
            }
        };
        BlockingQueue<Integer> asked = new LinkedBlockingQueue<>();
        LinkOptions options = Support.quick().credentialsWhen(CredentialsWhen.REFUSED);
        try (Listener listener = Listener.open("ws://127.0.0.1:0", asking, server);
                Link link = Link.connect(listener.address(), options, new Link.Handler() {
                    @Override public void onCredentials(Link link, CredentialsRequest request) {
                        asked.add(request.httpStatus().orElse(0));
                        request.answer(
                                new LinkOptions().httpHeader("Authorization", "Bearer right"));
                    }
                });
                Link without = Link.connect(listener.address(), options, new Link.Handler() {})) {
            await(link.opened());
            assertEquals(401, next(asked));
            ClosedException none = failureOf(ClosedException.class, without.opened());
            assertTrue(none.getMessage().contains("no credentials"), none.getMessage());
        }
    }

    /** More than the pool has threads for. */
    @Test void callbacksMayWaitForReceipts() throws Exception {
        List<Link> links = new ArrayList<>();
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        for (int i = 0; i < 50; i++) {
            Link link = Link.connect("echo:");
            links.add(link);
            link.onMessage(message -> {
                if (message.text().equals("1")) seen.add(link.send("2").join().id());
            });
        }
        for (Link link : links) link.send("1");
        for (Link link : links) assertEquals(2, next(seen));
        links.forEach(Link::close);
    }

    @Test void anExecutorThatWasShutDownLosesNothing() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Log log = new Log(); Hub hub = new Hub(new HubOptions(), executor);
                Link link = hub.connect("echo:", new LinkOptions(), null)) {
            await(link.send("x"));
            executor.shutdown();
            await(link.send("y"));
            log.await("takes no more tasks");
        }
    }

    @Test void aHandlerCanBeSetLater() throws Exception {
        Notes notes = new Notes();
        try (Link link = Link.connect("echo:")) {
            await(link.opened());
            link.setHandler(notes);
            await(link.closeAsync());
            assertTrue(notes.lines.contains("down WEBSOCKET"));
        }
    }
}
