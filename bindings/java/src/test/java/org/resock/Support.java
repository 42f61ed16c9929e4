package org.resock;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the tests have in common. */
final class Support {
    /** Reached only by what hangs. */
    static final Duration LONG = Duration.ofSeconds(90);

    private Support() {}

    static <T> T await(Future<T> future) throws Exception {
        return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** The exception that a future ends with. */
    static <T extends Throwable> T failureOf(Class<T> type, Future<?> future) {
        Throwable cause = assertThrows(ExecutionException.class, () -> await(future)).getCause();
        return assertThrows(type, () -> {
            throw cause;
        });
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        if (found == null) throw new AssertionError("nothing came within " + LONG);
        return found;
    }

    /** Until the condition holds, which nothing tells; fails where that takes too long. */
    static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not within " + LONG);
            Thread.yield();
        }
    }

    /** In code that may throw nothing. */
    static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Until the thread waits for a time. */
    static void awaitWaiting(Thread thread) {
        awaitThat(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    /** With its files, which a thread of the library may be closing and removing meanwhile. */
    static void remove(Path folder) throws IOException {
        for (int left = 1000; ; left--) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) Files.deleteIfExists(file);
            }
            try {
                Files.delete(folder);
                return;
            } catch (DirectoryNotEmptyException oneMore) {
                if (left == 0) throw oneMore;
            }
        }
    }

    /** Notes the links that it accepts. */
    static Listener accepting(BlockingQueue<Link> accepted) {
        return Listener.open("ws://127.0.0.1:0", new ListenerOptions(), link -> {
            accepted.add(link);
            return null;
        });
    }

    static LinkOptions exactlyOnce() {
        return quick().delivery(Delivery.EXACTLY_ONCE);
    }

    /** Sends back what it gets. */
    static Listener echo(ListenerOptions options) {
        return Listener.open("ws://127.0.0.1:0", options, link -> {
            link.onMessage(message -> link.send(message.bytes(),
                    message.isText() ? SendOptions.DEFAULT.text() : SendOptions.DEFAULT));
            return null;
        });
    }

    static Listener echo() {
        return echo(new ListenerOptions());
    }

    /** Comes back at once. */
    static LinkOptions quick() {
        return new LinkOptions().reconnectMin(Duration.ofMillis(1))
                .reconnectMax(Duration.ofMillis(5));
    }

    /** A port where nothing listens: it was free a moment ago. */
    static String nobody() throws Exception {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1,
                java.net.InetAddress.getLoopbackAddress())) {
            return "ws://127.0.0.1:" + socket.getLocalPort();
        }
    }

    static List<byte[]> numbered(int count) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(("message " + i).getBytes());
        return all;
    }

    /** Events as lines. */
    static class Notes implements Link.Handler {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override public void onOpen(Link link, Opened event) {
            lines.add("open " + event.connection());
        }

        @Override public void onDown(Link link, Disconnect record) {
            lines.add("down " + record.layer());
        }

        @Override public void onClosed(Link link, Disconnect record) {
            lines.add("closed " + record.closeCode().orElse(0));
        }

        @Override public void onFailed(Link link, Failure failure) {
            lines.add("failed " + failure.firstId() + "-" + failure.lastId() + " "
                    + failure.reason());
        }

        @Override public void onWritable(Link link) {
            lines.add("writable");
        }

        @Override public void onLost(Link link, Lost lost) {
            lines.add("lost " + lost.reason());
        }
    }

    /** A subscriber that asks only when told to. */
    static class Taker<T> implements Flow.Subscriber<T> {
        final BlockingQueue<T> taken = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> end = new LinkedBlockingQueue<>();
        final BlockingQueue<Flow.Subscription> subscriptions = new LinkedBlockingQueue<>();

        @Override public void onSubscribe(Flow.Subscription subscription) {
            subscriptions.add(subscription);
        }

        @Override public void onNext(T item) {
            taken.add(item);
        }

        @Override public void onError(Throwable error) {
            end.add(error);
        }

        @Override public void onComplete() {
            end.add("complete");
        }
    }

    /** What is logged while it is open. */
    static final class Log extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("org.resock");
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Log() {
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        @Override public void publish(LogRecord record) {
            lines.add(record.getLevel() + " "
                    + new java.util.logging.SimpleFormatter().formatMessage(record));
        }

        /** Waits for one with this part; links of other tests, collected meanwhile, log too. */
        void await(String part) throws InterruptedException {
            String line;
            do {
                line = next(lines);
            } while (!line.contains(part));
        }

        @Override public void flush() {}

        @Override public void close() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }
}
