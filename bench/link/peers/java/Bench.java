// The jobs of the link benchmark with nv-websocket-client: see ../README.md.

import com.neovisionaries.ws.client.WebSocket;
import com.neovisionaries.ws.client.WebSocketAdapter;
import com.neovisionaries.ws.client.WebSocketException;
import com.neovisionaries.ws.client.WebSocketFactory;
import com.neovisionaries.ws.client.WebSocketFrame;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public final class Bench {
    private static final long IDLE_TIMEOUT_S = 60;
    private static final int OPEN_TIMEOUT_MS = 10_000;
    private static final long CLOSE_TIMEOUT_S = 5;

    private final Options options;
    private final WebSocketFactory factory = new WebSocketFactory();

    private Bench(Options options) throws Exception {
        this.options = options;
        factory.setConnectionTimeout(OPEN_TIMEOUT_MS);
        if (options.ca != null) factory.setSSLContext(trusting(options.ca));
    }

    private static SSLContext trusting(String file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (InputStream in = new FileInputStream(file)) {
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, each);
            }
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private WebSocket connect(WebSocketAdapter listener) throws Exception {
        WebSocket socket = factory.createSocket(options.url).addListener(listener).connect();
        socket.getConnectedSocket().setTcpNoDelay(true);
        return socket;
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

    /** Counts echoes on the library's reading thread, and gives their slots back. */
    private static final class Counter extends WebSocketAdapter {
        final Echoes echoes;
        final Semaphore slots;
        final CountDownLatch done = new CountDownLatch(1);
        private final int total;
        private final int warmUp;
        private long beganNs = System.nanoTime();
        private double cpuBegan = cpuSeconds();
        private long endedNs;
        private double cpuEnded;

        Counter(Options options) {
            echoes = new Echoes(options.get("size"));
            slots = new Semaphore(options.get("in-flight"));
            warmUp = options.get("warm-up");
            total = warmUp + options.get("messages");
        }

        @Override
        public void onBinaryMessage(WebSocket socket, byte[] data) {
            echoes.check(data);
            slots.release();
            if (echoes.received == warmUp) {
                beganNs = System.nanoTime();
                cpuBegan = cpuSeconds();
            }
            if (echoes.received == total) end();
        }

        @Override
        public void onDisconnected(WebSocket socket, WebSocketFrame theirs, WebSocketFrame ours,
                boolean byServer) {
            end();
        }

        private void end() {
            if (endedNs != 0) return;
            endedNs = System.nanoTime();
            cpuEnded = cpuSeconds();
            done.countDown();
        }

        void report(int messages) {
            if (endedNs == 0) end();
            tell("{\"messages\": %d, \"seconds\": %.9f, \"cpu_seconds\": %.6f, \"lost\": %d, "
                    + "\"twice\": %d, \"out_of_order\": %d, \"wrong\": %d}", messages,
                    (endedNs - beganNs) / 1e9, cpuEnded - cpuBegan, total - echoes.distinct,
                    echoes.twice, echoes.outOfOrder, echoes.wrong);
        }
    }

    private void throughput() throws Exception {
        Counter counter = new Counter(options);
        WebSocket socket = connect(counter);
        int size = options.get("size");
        int total = options.get("warm-up") + options.get("messages");
        for (int number = 0; number < total; number++) {
            if (!counter.slots.tryAcquire(IDLE_TIMEOUT_S, TimeUnit.SECONDS)) break;
            socket.sendBinary(Echoes.message(size, number));
        }
        int seen = -1;
        while (seen != counter.echoes.received) {
            seen = counter.echoes.received;
            if (counter.done.await(IDLE_TIMEOUT_S, TimeUnit.SECONDS)) break;
        }
        counter.report(options.get("messages"));
        socket.disconnect();
    }

    private void pingPong() throws Exception {
        Semaphore answered = new Semaphore(0);
        Echoes echoes = new Echoes(options.get("size"));
        WebSocket socket = connect(new WebSocketAdapter() {
            @Override
            public void onBinaryMessage(WebSocket from, byte[] data) {
                echoes.check(data);
                answered.release();
            }
        });
        int total = options.get("warm-up") + options.get("messages");
        double[] times = new double[total];
        int count = 0;
        for (; count < total; count++) {
            long beganNs = System.nanoTime();
            socket.sendBinary(Echoes.message(options.get("size"), count));
            if (!answered.tryAcquire(IDLE_TIMEOUT_S, TimeUnit.SECONDS)) break;
            times[count] = (System.nanoTime() - beganNs) / 1e3;
        }
        int from = Math.min(options.get("warm-up"), count);
        percentiles(Arrays.copyOfRange(times, from, count), total - echoes.distinct);
        socket.disconnect();
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
                times[(int) (0.99 * last)], times[last], Arrays.stream(times).average().getAsDouble());
    }

    private void idle() throws Exception {
        List<WebSocket> links = new ArrayList<>();
        int failed = 0;
        for (int i = 0; i < options.get("links"); i++) {
            try {
                links.add(connect(new WebSocketAdapter()));
            } catch (WebSocketException error) {
                failed++;
            }
        }
        tell("{\"links\": %d, \"failed\": %d}", options.get("links"), failed);
        while (System.in.read() >= 0) continue;
    }

    /** Connects as long as it takes, at most IDLE_TIMEOUT_S; `ended` tells of the end. */
    private WebSocket reconnect(CountDownLatch ended) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_TIMEOUT_S);
        for (;;) {
            try {
                return connect(new WebSocketAdapter() {
                    @Override
                    public void onDisconnected(WebSocket socket, WebSocketFrame theirs,
                            WebSocketFrame ours, boolean byServer) {
                        ended.countDown();
                    }
                });
            } catch (WebSocketException error) {
                if (System.nanoTime() > deadlineNs) throw error;
                Thread.sleep(1);
            }
        }
    }

    private void loss() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        WebSocket socket = reconnect(ended);
        int messages = options.get("messages");
        int reconnects = 0;
        long intervalNs = 1_000_000_000L / options.get("rate");
        long dueNs = System.nanoTime();
        for (int number = 0; number < messages; number++) {
            if (!socket.isOpen()) {
                long downNs = System.nanoTime();
                socket.disconnect();
                ended = new CountDownLatch(1);
                socket = reconnect(ended);
                reconnects++;
                dueNs += System.nanoTime() - downNs;
            }
            if (dueNs > System.nanoTime()) Thread.sleep(1);
            socket.sendBinary(Echoes.message(options.get("size"), number));
            dueNs += intervalNs;
        }
        socket.disconnect();
        ended.await(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        tell("{\"sent\": %d, \"reconnects\": %d}", messages, reconnects);
    }

    private void run() throws Exception {
        switch (options.job) {
            case "throughput": throughput(); break;
            case "pingpong": pingPong(); break;
            case "idle": idle(); break;
            case "loss": loss(); break;
            default: throw new IllegalArgumentException("unknown job " + options.job);
        }
    }

    public static void main(String[] words) {
        try {
            new Bench(Options.parse(words)).run();
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
