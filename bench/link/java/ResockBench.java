// The jobs of the link benchmark with resock's Java binding: see ../peers/README.md. Further
// options: --calls batch (sendMany and batches, default) or future (one send and one receipt for each
// message), --threads 0 (the thread that polls does the I/O) or 1 (default), --executor 0
// (application code on the thread that polls) or 1 (the pool, default).

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.resock.ClosedException;
import org.resock.Hub;
import org.resock.HubOptions;
import org.resock.Link;
import org.resock.LinkOptions;
import org.resock.Message;

public final class ResockBench {
    private static final long OPEN_TIMEOUT_S = 60;

    private final Options options;
    private final boolean batches;
    private final Hub hub;

    private ResockBench(Options options, String calls) {
        this.options = options;
        batches = calls.equals("batch");
        HubOptions threads = new HubOptions().ioThreads(options.get("threads"));
        Executor direct = Runnable::run;
        hub = options.get("executor") == 0 ? new Hub(threads, direct) : new Hub(threads);
    }

    private Link connect() throws Exception {
        LinkOptions how = new LinkOptions().queueMessages(1_000_000);
        if (options.ca != null) how.tlsCaFile(options.ca);
        Link link = hub.connect(options.url, how, null);
        link.opened().get(OPEN_TIMEOUT_S, TimeUnit.SECONDS);
        return link;
    }

    private static void tell(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
        System.out.flush();
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime() / 1e9;
    }

    /** Answers each echo with the next message; on the executor of the link. */
    private static class Pump {
        final Echoes echoes;
        final CountDownLatch done = new CountDownLatch(1);
        final int size;
        final int total;
        final Link link;
        volatile int seen;
        private final int warmUp;
        private final int inFlight;
        private final int patienceS;
        private int sent;
        private long confirmed;
        private long beganNs = System.nanoTime();
        private double cpuBegan = cpuSeconds();
        private long endedNs;
        private double cpuEnded;

        Pump(Link link, Options options, int inFlight) {
            this.link = link;
            this.inFlight = inFlight;
            size = options.get("size");
            warmUp = options.get("warm-up");
            total = warmUp + options.get("messages");
            patienceS = options.get("patience");
            echoes = new Echoes(size, total);
        }

        void check(Message message) {
            echoes.check(message.bytes());
            seen = echoes.received;
            if (echoes.received == warmUp) {
                beganNs = System.nanoTime();
                cpuBegan = cpuSeconds();
            }
            if (echoes.distinct == total) end();
        }

        void sendOne() {
            if (sent < total) {
                link.send(Echoes.message(size, sent++)).thenRun(() -> confirmed++);
            }
        }

        void sendBatch(int count) {
            List<byte[]> next = new ArrayList<>(count);
            for (int i = 0; i < count && sent < total; i++) next.add(Echoes.message(size, sent++));
            if (!next.isEmpty()) link.sendMany(next);
        }

        void runOneByOne() throws InterruptedException {
            for (int i = 0; i < inFlight; i++) sendOne();
            link.onMessage(message -> {
                check(message);
                sendOne();
            });
            await();
        }

        void runBatches() throws InterruptedException {
            sendBatch(inFlight);
            link.batches().subscribe(new Flow.Subscriber<List<Message>>() {
                @Override public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override public void onNext(List<Message> messages) {
                    messages.forEach(Pump.this::check);
                    sendBatch(messages.size());
                }

                @Override public void onError(Throwable error) {
                    end();
                }

                @Override public void onComplete() {
                    end();
                }
            });
            await();
        }

        private synchronized void end() {
            if (endedNs != 0) return;
            endedNs = System.nanoTime();
            cpuEnded = cpuSeconds();
            done.countDown();
        }

        /** Until all is back, or nothing has come for a while. */
        private void await() throws InterruptedException {
            int before = -1;
            while (before != seen) {
                before = seen;
                if (done.await(patienceS, TimeUnit.SECONDS)) break;
            }
            end();
        }

        void report(int messages) {
            tell("{\"messages\": %d, \"seconds\": %.9f, \"cpu_seconds\": %.6f, \"lost\": %d, "
                    + "\"twice\": %d, \"out_of_order\": %d, \"wrong\": %d}", messages,
                    (endedNs - beganNs) / 1e9, cpuEnded - cpuBegan, total - echoes.distinct,
                    echoes.twice, echoes.outOfOrder, echoes.wrong);
        }
    }

    private void throughput() throws Exception {
        try (Link link = connect()) {
            Pump pump = new Pump(link, options, options.get("in-flight"));
            if (batches) pump.runBatches();
            else pump.runOneByOne();
            pump.report(options.get("messages"));
        }
    }

    /** One message at a time, each with its time. */
    private static final class Timed extends Pump {
        final double[] timesUs = new double[total];
        private long sentNs;

        Timed(Link link, Options options) {
            super(link, options, 1);
        }

        @Override void sendOne() {
            sentNs = System.nanoTime();
            super.sendOne();
        }

        @Override void check(Message message) {
            if (echoes.received < total) {
                timesUs[echoes.received] = (System.nanoTime() - sentNs) / 1e3;
            }
            super.check(message);
        }
    }

    private void pingPong() throws Exception {
        try (Link link = connect()) {
            Timed timed = new Timed(link, options);
            timed.runOneByOne();
            int count = Math.min(timed.echoes.received, timed.total);
            int from = Math.min(options.get("warm-up"), count);
            percentiles(Arrays.copyOfRange(timed.timesUs, from, count),
                    timed.total - timed.echoes.distinct);
        }
    }

    private void percentiles(double[] times, int lost) {
        if (times.length == 0) {
            tell("{\"messages\": %d, \"lost\": %d}", options.get("messages"), lost);
            return;
        }
        Arrays.sort(times);
        int last = times.length - 1;
        tell("{\"messages\": %d, \"lost\": %d, \"p50_us\": %.3f, \"p90_us\": %.3f, "
                + "\"p99_us\": %.3f, \"max_us\": %.3f, \"mean_us\": %.3f}",
                options.get("messages"), lost, times[last / 2], times[(int) (0.9 * last)],
                times[(int) (0.99 * last)], times[last],
                Arrays.stream(times).average().getAsDouble());
    }

    private void idle() throws Exception {
        List<Link> links = new ArrayList<>();
        int failed = 0;
        for (int i = 0; i < options.get("links"); i++) {
            try {
                links.add(connect());
            } catch (ClosedException error) {
                failed++;
            }
        }
        System.gc();
        Runtime vm = Runtime.getRuntime();
        tell("{\"links\": %d, \"failed\": %d, \"heap_bytes\": %d}", options.get("links"), failed,
                vm.totalMemory() - vm.freeMemory());
        while (System.in.read() >= 0) continue;
        links.forEach(Link::abort);
    }

    private void run() throws Exception {
        switch (options.job) {
            case "throughput": throughput(); break;
            case "pingpong": pingPong(); break;
            case "idle": idle(); break;
            default: throw new IllegalArgumentException("unknown job " + options.job);
        }
        hub.close();
    }

    public static void main(String[] words) {
        try {
            List<String> rest = new ArrayList<>(List.of(words));
            int calls = rest.indexOf("--calls");
            String which = calls < 0 ? "batch" : rest.remove(calls + 1);
            if (calls >= 0) rest.remove(calls);
            new ResockBench(Options.parse(rest.toArray(new String[0])), which).run();
            System.exit(0);
        } catch (IllegalArgumentException error) {
            System.err.println(error.getMessage());
            System.exit(2);
        } catch (Exception | OutOfMemoryError error) {
            System.err.println(error);
            System.exit(1);
        }
    }
}
