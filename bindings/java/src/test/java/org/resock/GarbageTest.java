package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.resock.Support.await;
import static org.resock.Support.next;

import java.lang.ref.WeakReference;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.resock.Support.Log;
import org.resock.Support.Notes;

/** Who is collected, who is not, and collections at any moment. */
class GarbageTest {
    private static void collect() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            System.runFinalization();
        }
    }

    /** Collects until `queue` has something. */
    private static <T> T collectUntil(BlockingQueue<T> queue) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            collect();
            T found = queue.poll(100, TimeUnit.MILLISECONDS);
            if (found != null) return found;
        }
        throw new AssertionError("was not collected");
    }

    private static WeakReference<Link> forgotten(String url) throws Exception {
        Link link = Link.connect(url);
        await(link.opened());
        return new WeakReference<>(link);
    }

    @Test void aForgottenLinkIsEndedAndThatIsSaid() throws Exception {
        Notes notes = new Notes();
        try (Log log = new Log(); Listener server = Listener.open("ws://127.0.0.1:0",
                new ListenerOptions(), link -> notes)) {
            WeakReference<Link> link = forgotten(server.address());
            assertEquals("open 1", next(notes.lines));
            assertEquals("down TCP", collectUntil(notes.lines).replace("WEBSOCKET", "TCP"));
            log.await("was never closed");
            assertEquals(null, link.get());
        }
    }

    @Test void whatHasSomethingToDoIsNotCollected() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Listener server = Support.echo()) {
            Link.connect(server.address()).onMessage(message -> seen.add(message.text()));
            CompletableFuture<Link> opened = new CompletableFuture<>();
            Link.connect(server.address(), new LinkOptions(), new Link.Handler() {
                @Override public void onOpen(Link link, Opened event) {
                    opened.complete(link);
                }
            });
            CompletableFuture<Receipt> receipt = Link.connect(server.address()).send("kept");
            collect();
            await(receipt);
            await(opened).onMessage(message -> seen.add(message.text()));
            await(opened).send("still here");
            assertEquals("still here", next(seen));
            await(opened).abort();
        }
    }

    private static CompletableFuture<Disconnect> closedAndForgotten(String url) throws Exception {
        Link link = Link.connect(url);
        await(link.opened());
        return link.closeAsync();
    }

    @Test void whatIsBeingClosedIsNotCollected() throws Exception {
        CompletableFuture<Disconnect> closed;
        try (Peer peer = new Peer()) {
            closed = closedAndForgotten(peer.url());
            while (next(peer.frames) != 0x88) { // FIN, Close
                // a ping
            }
            collect();
        }
        await(closed); // with a record: it was not aborted
    }

    private static WeakReference<Link> forgottenWithAList(LinkOptions options) throws Exception {
        Link link = Link.connect(Support.nobody(), options);
        Support.failureOf(FailedException.class, link.sendMany(Support.numbered(3)));
        return new WeakReference<>(link);
    }

    /** One message of a list has failed, the others go their way. */
    @Test void theRestOfAListKeepsItsLink() throws Exception {
        LinkOptions options =
                Support.quick().queueMessages(2).queueFull(QueueFull.DROP_OLDEST);
        WeakReference<Link> link = forgottenWithAList(options);
        collect();
        assertNotNull(link.get());
        link.get().confirm(3, true);
        try (Log log = new Log()) {
            Support.awaitThat(() -> {
                collect();
                return link.get() == null;
            });
            log.await("was never closed");
        }
    }

    private static WeakReference<Object> handlerOfALinkThatWasNotMade() {
        Link.Handler handler = new Link.Handler() {};
        assertThrows(OptionException.class,
                () -> Link.connect("http://x", new LinkOptions(), handler));
        return new WeakReference<>(handler);
    }

    @Test void whatWasNotMadeIsCollected() {
        WeakReference<Object> handler = handlerOfALinkThatWasNotMade();
        Support.awaitThat(() -> {
            collect();
            return handler.get() == null;
        });
    }

    @Test void aForgottenHubIsNotCollectedBeforeItsLinks() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Link link = new Hub().connect("echo:", new LinkOptions(), null);
        collect();
        link.onMessage(message -> seen.add(message.text()));
        link.send("x");
        assertEquals("x", next(seen));
        link.close();
    }

    @Test void collectionsAtAnyMoment() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!stop.get()) System.gc();
        });
        collector.start();
        try (Log quiet = new Log()) {
            for (int round = 0; round < 30; round++) {
                CompletableFuture<Void> all = new CompletableFuture<>();
                Link link = Link.connect("echo:");
                link.onMessage(message -> {
                    if (message.text().equals("message 499")) all.complete(null);
                });
                for (byte[] data : Support.numbered(250)) link.send(data);
                link.sendMany(Support.numbered(500).subList(250, 500));
                await(all);
                Link.connect("echo:").send("dropped at once");
                if (round % 2 == 0) link.close();
            }
        } finally {
            stop.set(true);
            collector.join();
        }
    }
}
