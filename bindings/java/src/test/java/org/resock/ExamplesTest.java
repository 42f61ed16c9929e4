package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.next;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/java.md, each in a virtual machine of its own. */
class ExamplesTest {
    @TempDir Path folder;

    /** Ends the program when it is closed. */
    private static final class Program implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        Program(String... words) throws Exception {
            process = Child.start(null, words);
            lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
        }

        String line() throws Exception {
            return lines.readLine();
        }

        void type(String text) throws Exception {
            OutputStream in = process.getOutputStream();
            in.write(text.getBytes());
            in.close();
        }

        int code() throws Exception {
            assertTrue(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS), "hangs");
            return process.exitValue();
        }

        @Override public void close() {
            process.destroyForcibly();
        }
    }

    @Test void first() throws Exception {
        try (Listener server = Support.echo()) {
            for (String uri : new String[] {"echo:", server.address()}) {
                try (Program first = new Program("First", uri)) {
                    assertEquals("arrived: hello", first.line());
                    assertEquals(0, first.code());
                }
            }
        }
    }

    @Test void feed() throws Exception {
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        }); Line line = new Line(server.address());
                Program feed = new Program("Feed", line.url())) {
            for (int connection = 1; connection <= 2; connection++) {
                Link link = next(accepted);
                assertTrue(feed.line().endsWith("connection " + connection));
                assertEquals("subscribe prices", link.receive(LONG).text());
                await(link.send("price " + connection));
                assertEquals("got price " + connection, feed.line());
                if (connection == 1) {
                    line.cut();
                    assertTrue(feed.line().contains("broke"));
                }
            }
            feed.type("\n");
            assertTrue(feed.line().contains("closed by this side"));
            assertEquals("ended in order", feed.line());
            assertEquals(0, feed.code());
        }
    }

    @Test void echoServer() throws Exception {
        try (Program server = new Program("EchoServer", "ws://127.0.0.1:0")) {
            String address = server.line().replace("listening on ", "");
            try (Link link = Link.connect(address + "/echo"); Link lost = Link.connect(address)) {
                link.send("x");
                assertEquals("x", link.receive(LONG).text());
                assertEquals(404, Support.failureOf(RefusedException.class, lost.opened())
                        .httpStatus());
                server.type("\n");
                assertEquals(0, server.code());
                link.abort();
            }
        }
    }

    @Test void orders() throws Exception {
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        try (Listener server = Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            link.onMessage(message -> arrived.add(message.text()));
            return null;
        })) {
            for (String order : new String[] {"first", "second"}) {
                try (Program orders = new Program("Orders", server.address(),
                        folder.resolve("orders.db").toString())) {
                    orders.type(order + "\n");
                    assertEquals("all are there", orders.line());
                    assertEquals(0, orders.code());
                }
            }
            assertEquals("first", next(arrived));
            assertEquals("second", next(arrived));
            assertTrue(arrived.isEmpty());
            assertTrue(server.statsJson().contains("\"links\":1"), server.statsJson());
        }
    }
}
