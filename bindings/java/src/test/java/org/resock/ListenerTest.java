package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.failureOf;
import static org.resock.Support.next;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.resock.Support.Log;
import org.resock.Support.Notes;

class ListenerTest {
    /** Puts each request and each link into a queue. */
    private static final class Desk implements Listener.Handler {
        final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
        final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
        final Notes notes = new Notes();

        @Override public void onRequest(Request request) {
            requests.add(request);
        }

        @Override public Link.Handler onLink(Link link) {
            links.add(link);
            return notes;
        }
    }

    private static ListenerOptions asking() {
        return new ListenerOptions().listenAccept(ListenAccept.ASK);
    }

    @Test void linksAreAcceptedByTheOptions() throws Exception {
        Desk desk = new Desk();
        try (Listener listener = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), desk);
                Link client = Link.connect(listener.address())) {
            client.send("to the server");
            Link server = next(desk.links);
            assertEquals("open 1", next(desk.notes.lines));
            assertEquals("to the server", server.receive(LONG).text());
            await(server.send("to the client"));
            assertEquals("to the client", client.receive(LONG).text());
            client.close();
            assertEquals("down WEBSOCKET", next(desk.notes.lines));
            assertEquals("closed 1000", next(desk.notes.lines));
            assertTrue(listener.statsJson().contains("\"accepted\":1"), listener.statsJson());
            server.close();
        }
    }

    @Test void aRequestTellsWhoAsks() throws Exception {
        Desk desk = new Desk();
        LinkOptions options = new LinkOptions().httpHeader("X-Who", "me")
                .httpSubprotocols("chat.v1");
        try (Listener listener = Listener.open("ws://127.0.0.1:0",
                asking().httpSubprotocols("chat.v1"), desk);
                Link client = Link.connect(listener.address() + "/room?n=1", options)) {
            Request request = next(desk.requests);
            assertEquals("GET", request.method());
            assertEquals("/room?n=1", request.target());
            assertEquals("me", request.field("x-WHO").get());
            assertTrue(request.field("absent").isEmpty());
            assertTrue(request.address().startsWith("127.0.0.1:"));
            assertEquals("", request.tls());
            assertEquals(0, request.token().length);
            assertTrue(request.fields().size() > 4);
            assertTrue(request.toString().endsWith("/room?…"), request.toString());
            Link server = request.accept(new ListenerOptions().httpHeader("X-Answer", "yes"));
            assertEquals("chat.v1", await(client.opened()).subprotocol());
            assertEquals("open 1", next(desk.notes.lines));
            assertEquals(server, next(desk.links));
            client.send("x");
            assertEquals("x", server.receive(LONG).text());
            ResockException late = assertThrows(ResockException.class, request::accept);
            assertEquals(Status.STATE, late.status());
        }
    }

    @Test void aRefusalHasItsStatus() throws Exception {
        Desk desk = new Desk();
        try (Listener listener = Listener.open("ws://127.0.0.1:0", asking(), desk);
                Link client = Link.connect(listener.address())) {
            Request request = next(desk.requests);
            assertThrows(ResockException.class, () -> request.refuse(200));
            request.refuse(403, List.of("X-Why: because"), "not you");
            RefusedException refused = failureOf(RefusedException.class, client.opened());
            assertEquals(403, refused.httpStatus());
            assertEquals(Verdict.STOP, refused.disconnect().get().verdict());
            assertTrue(listener.historyJson().contains("403"), listener.historyJson());
        }
    }

    @Test void aHandlerThatThrowsRefuses() throws Exception {
        Listener.Handler broken = new Listener.Handler() {
            @Override public void onRequest(Request request) {
                throw new IllegalStateException("on purpose");
            }

            @Override public Link.Handler onLink(Link link) {
                return null;
            }
        };
        BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
        Link.Handler noting = new Link.Handler() {
            @Override public void onDown(Link link, Disconnect record) {
                statuses.add(record.httpStatus().orElse(0));
            }
        };
        try (Log log = new Log();
                Listener listener = Listener.open("ws://127.0.0.1:0", asking(), broken);
                Link client = Link.connect(listener.address(), new LinkOptions(), noting)) {
            assertEquals(500, next(statuses));
            log.await("onRequest has thrown");
            client.abort();
        }
    }

    @Test void drainClosesTheLinks() throws Exception {
        CompletableFuture<Void> told = new CompletableFuture<>();
        Listener.Handler handler = new Listener.Handler() {
            @Override public Link.Handler onLink(Link link) {
                link.onMessage(message -> {});
                return null;
            }

            @Override public void onClosed() {
                told.complete(null);
            }
        };
        Notes notes = new Notes();
        try (Listener listener = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), handler);
                Link client = Link.connect(listener.address(), Support.quick(), notes)) {
            await(client.opened());
            await(listener.drain(1012, LONG));
            await(told);
            assertEquals("open 1", next(notes.lines));
            assertEquals("down WEBSOCKET", next(notes.lines));
            client.abort();
        }
    }

    @Test void aLinkThatEndsInOnLinkIsForgotten() throws Exception {
        BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        try (Hub hub = new Hub(new HubOptions(), Runnable::run)) {
            Listener listener = hub.listen("ws://127.0.0.1:0", new ListenerOptions(), link -> {
                link.abort();
                sizes.add(hub.core().size());
                return null;
            });
            for (int i = 0; i < 2; i++) {
                Link client = Link.connect(listener.address());
                assertEquals(0, next(sizes));
                client.abort();
            }
        }
    }

    @Test void timesThatDoNotFit() {
        try (Listener listener = Support.echo()) {
            for (Duration wrong : List.of(Duration.ofDays(50), Duration.ofMillis(-1))) {
                String why = assertThrows(IllegalArgumentException.class,
                        () -> listener.drain(1001, wrong)).getMessage();
                assertEquals("a time to drain of " + wrong + ": from 0 ms to 49 days", why);
                assertThrows(IllegalArgumentException.class,
                        () -> listener.drainTo(1001, wrong, null, false));
            }
            assertTrue(listener.statsJson().contains("accepting"), listener.statsJson());
        }
    }

    /** What an answer does not set is as the listener has it, here and in native code. */
    @Test void optionsOfOneLink() throws Exception {
        Desk desk = new Desk();
        ListenerOptions waiting = asking().queueFull(QueueFull.WAIT).queueMessages(2)
                .sendTimeout(Duration.ofMillis(10)).confirm(Confirm.APP);
        try (Listener listener = Listener.open("ws://127.0.0.1:0", waiting, desk);
                Link client = Link.connect(listener.address())) {
            Link server = next(desk.requests).accept(new ListenerOptions().queueMessages(1));
            server.send("1");
            assertThrows(TimedOutException.class, () -> server.send("2"));
            assertEquals("1", client.receive(LONG).text());
            server.abort();
        }
    }

    @Test void severalAddresses() {
        ListenerOptions options = new ListenerOptions().listenUrl("ws://127.0.0.1:0");
        try (Listener listener = Listener.open("ws://127.0.0.2:0", options, link -> null)) {
            List<String> addresses = listener.addresses();
            assertEquals(2, addresses.size());
            assertTrue(addresses.get(0).startsWith("ws://127.0.0.1:"), addresses.toString());
            assertEquals(addresses.get(1), listener.address());
        }
    }

    @Test void anAddressInUseIsTold() {
        try (Listener first = Support.echo()) {
            ResockException error = assertThrows(ResockException.class,
                    () -> Listener.open(first.address(), new ListenerOptions(), link -> null));
            assertEquals(Status.IO, error.status());
            assertTrue(error.getMessage().contains("in use"), error.getMessage());
        }
        assertThrows(OptionException.class,
                () -> Listener.open(null, new ListenerOptions(), link -> null));
    }

    @Test void afterCloseTheLinksStay() throws Exception {
        Listener listener = Support.echo();
        try (Link client = Link.connect(listener.address())) {
            await(client.opened());
            listener.close();
            listener.close();
            client.send("x");
            assertEquals("x", client.receive(LONG).text());
            assertThrows(ClosedException.class, listener::statsJson);
        }
    }
}
