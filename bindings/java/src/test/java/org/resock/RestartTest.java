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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that outlive their process, by a file. */
class RestartTest {
    @TempDir(cleanup = CleanupMode.NEVER) Path folder;

    @AfterEach void removeFolder() throws IOException {
        Support.remove(folder);
    }

    /** What a file brought counts: in ids, in receipts, and in what a flush waits for. */
    @Test void idsGoOnAfterARestart() throws Exception {
        LinkOptions options = Support.exactlyOnce().outboxPath(folder.resolve("session.db").toString());
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
        LinkOptions client = Support.exactlyOnce().outboxPath(folder.resolve("client.db").toString());
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

    /** With a file: what was received and not done with comes again, flagged; the rest does not. */
    @Test void afterARestart() throws Exception {
        LinkOptions options = Support.exactlyOnce().sessionDone(SessionDone.MANUAL)
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
        LinkOptions options = Support.exactlyOnce().sessionPosition(new byte[0])
                .outboxPath(folder.resolve("session.db").toString());
        BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
        try (Listener server = Support.accepting(accepted)) {
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
}
