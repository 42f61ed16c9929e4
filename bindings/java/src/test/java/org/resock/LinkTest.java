package org.resock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final String UNICODE = "aä€漢😀";
    private final Link link = Link.connect("echo:");

    @AfterEach void close() {
        link.close();
    }

    private Message echoed() throws InterruptedException {
        return link.receive(LONG);
    }

    @Test void textComesBackAsText() throws Exception {
        for (String text : List.of(UNICODE, "", "x")) {
            link.send(text);
            Message message = echoed();
            assertTrue(message.isText());
            assertEquals(text, message.text());
        }
    }

    @Test void bytesComeBackAsBytes() throws Exception {
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 125, 126, 1024, 1025, 65535, 65536, 1 << 20}) {
            byte[] data = new byte[size];
            random.nextBytes(data);
            link.send(data);
            Message message = echoed();
            assertFalse(message.isText());
            assertArrayEquals(data, message.bytes(), "of " + size + " bytes");
        }
    }

    @Test void aMessageLargerThanTheBufferOfThePollerArrives() throws Exception {
        byte[] data = new byte[5 << 20];
        new Random(2).nextBytes(data);
        link.send(data);
        link.send("behind it");
        assertArrayEquals(data, echoed().bytes());
        assertEquals("behind it", echoed().text());
    }

    @Test void buffersAreReadFromPositionToLimitAndStayAsTheyAre() throws Exception {
        byte[] data = "0123456789".getBytes();
        ByteBuffer heap = ByteBuffer.wrap(data);
        ByteBuffer direct = ByteBuffer.allocateDirect(10).put(data);
        for (ByteBuffer buffer : List.of(heap, direct, heap.asReadOnlyBuffer())) {
            buffer.position(2).limit(5);
            link.send(buffer);
            assertEquals("234", echoed().text());
            assertEquals(2, buffer.position());
            assertEquals(5, buffer.limit());
            link.send(buffer.slice());
            assertEquals("234", echoed().text());
        }
    }

    @Test void halfASurrogatePairIsRefusedAndNotMadeAQuestionMark() {
        for (String text : List.of("\ud83d", "a\ude00b", "\ud83d\ud83d\ude00")) {
            assertThrows(IllegalArgumentException.class, () -> link.send(text));
        }
    }

    @Test void textThatIsNoUtf8IsRefused() {
        ResockException error = assertThrows(ResockException.class,
                () -> link.send(new byte[] {(byte) 0xFF}, SendOptions.DEFAULT.text()));
        assertEquals(Status.INVALID, error.status());
        assertTrue(error.getMessage().contains("UTF-8"), error.getMessage());
    }

    @Test void receiptsHaveTheNumbersOfTheLink() throws Exception {
        Receipt first = await(link.send("a"));
        Receipt second = await(link.send(new byte[1], SendOptions.DEFAULT.flush()));
        Receipt many = await(link.sendMany(Support.numbered(3)));
        assertEquals(List.of(1L, 2L, 3L, 5L),
                List.of(first.id(), second.id(), many.id(), many.lastId()));
        assertEquals(Level.RECEIVED, first.level());
    }

    @Test void manyArriveInOrder() throws Exception {
        List<byte[]> sent = new ArrayList<>(Support.numbered(5000));
        sent.set(17, new byte[100_000]); // too large for the batch
        sent.set(18, new byte[0]);
        sent.set(4999, new byte[9000]);
        link.sendMany(sent);
        List<Message> received = new ArrayList<>();
        while (received.size() < sent.size()) received.addAll(link.receiveMany(1000, LONG));
        for (int i = 0; i < sent.size(); i++) {
            assertArrayEquals(sent.get(i), received.get(i).bytes(), "message " + i);
        }
    }

    @Test void manyOfNothingAreConfirmedAtOnce() throws Exception {
        assertTrue(link.sendMany(List.of()).isDone());
        assertThrows(NullPointerException.class,
                () -> link.sendMany(Arrays.asList(new byte[1], null)));
        link.send("after");
        assertEquals("after", echoed().text());
    }

    @Test void manyCanBeText() throws Exception {
        link.sendMany(Support.numbered(2), SendOptions.DEFAULT.text());
        assertTrue(echoed().isText());
        assertEquals("message 1", echoed().text());
    }

    @Test void receivingEndsWithTheTime() {
        assertThrows(TimedOutException.class, () -> link.receive(Duration.ofMillis(1)));
        assertThrows(TimedOutException.class, () -> link.receive(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> link.receiveMany(0, LONG));
    }

    @Test void flushWaitsForConfirmation() throws Exception {
        link.sendMany(Support.numbered(1000));
        link.flush(Level.RECEIVED, LONG);
        assertTrue(link.statsJson().contains("\"ended_through\":1000"), link.statsJson());
        link.flush(Level.WRITTEN, LONG);
        ResockException error = assertThrows(ResockException.class,
                () -> link.flush(Level.STORED, LONG));
        assertEquals(Status.NOT_SUPPORTED, error.status());
    }

    @Test void itTellsAboutItself() throws Exception {
        assertEquals(1, await(link.opened()).connection());
        assertEquals(State.OPEN, link.state());
        assertTrue(link.id() > 0);
        assertTrue(link.statsJson().startsWith("{\"state\":\"open\""), link.statsJson());
        assertEquals("[]", link.historyJson());
        assertEquals("link to echo:", link.toString());
        try (Link secret = Link.connect("ws://user:word@127.0.0.1:1/path?token=x")) {
            assertEquals("link to ws://127.0.0.1:1/path", secret.toString());
            secret.abort();
        }
    }

    @Test void optionsCanBeChangedWhereTheyAreChangeable() {
        link.set("queue.messages", "5");
        assertThrows(OptionException.class, () -> link.set("delivery", "at-most-once"));
        assertThrows(OptionException.class, () -> link.set("queue.messages", "none"));
        OptionException error = assertThrows(OptionException.class,
                () -> link.set("queue.messsages", "5"));
        assertTrue(error.getMessage().contains("queue.messages"), error.getMessage());
    }

    @Test void closingTellsWhy() throws Exception {
        Disconnect end = await(link.closeAsync(4000, "bye 😀"));
        assertTrue(end.closedByUs());
        assertEquals(4000, end.closeCode().getAsInt());
        assertEquals(Verdict.STOP, end.verdict());
        assertTrue(end.why().contains("4000"), end.why());
        assertEquals(end, await(link.closed()));
        assertEquals(end, await(link.closeAsync()));
    }

    @Test void closeCodesThatAreNotAllowedAreRefused() throws Exception {
        ResockException error = assertThrows(ResockException.class,
                () -> link.closeAsync(1006, ""));
        assertEquals(Status.INVALID, error.status());
        assertThrows(ResockException.class, () -> link.closeAsync(1000, "x".repeat(124)));
        link.send("still open");
        assertEquals("still open", echoed().text());
    }
}
