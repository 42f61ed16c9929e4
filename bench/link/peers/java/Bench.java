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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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

    /** Answers each echo with the next message, on the library's reading thread. */
    private static class Pump extends WebSocketAdapter {
        final Echoes echoes;
        final CountDownLatch done = new CountDownLatch(1);
        final int size;
        final int total;
        private final int inFlight;
        private final int warmUp;
        private final int patienceS;
        private int sent;
        private long beganNs = System.nanoTime();
        private double cpuBegan = cpuSeconds();
        private long endedNs;
        private double cpuEnded;

        Pump(Options options, int inFlight) {
            this.inFlight = inFlight;
            size = options.get("size");
            warmUp = options.get("warm-up");
            total = warmUp + options.get("messages");
            patienceS = options.get("patience");
            echoes = new Echoes(size, total);
        }

        @Override
        public void onConnected(WebSocket socket, Map<String, List<String>> headers) {
            for (int i = 0; i < inFlight; i++) next(socket);
        }

        void next(WebSocket socket) {
            if (sent < total) socket.sendBinary(Echoes.message(size, sent++));
        }

        @Override
        public void onBinaryMessage(WebSocket socket, byte[] data) {
            echoes.check(data);
            if (echoes.received == warmUp) {
                beganNs = System.nanoTime();
                cpuBegan = cpuSeconds();
            }
            if (echoes.distinct == total) end();
            else next(socket);
        }

        @Override
        public void onDisconnected(WebSocket socket, WebSocketFrame theirs, WebSocketFrame ours,
                boolean byServer) {
            end();
        }

        private synchronized void end() {
            if (endedNs != 0) return;
            endedNs = System.nanoTime();
            cpuEnded = cpuSeconds();
            done.countDown();
        }

        /** Until all is back, or nothing has come for a while. */
        void await() throws InterruptedException {
            int seen = -1;
            while (seen != echoes.received) {
                seen = echoes.received;
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

    /** One message at a time, each with its time. */
    private static final class Timed extends Pump {
        final double[] timesUs = new double[total];
        private long sentNs;

        Timed(Options options) {
            super(options, 1);
        }

        @Override
        void next(WebSocket socket) {
            sentNs = System.nanoTime();
            super.next(socket);
        }

        @Override
        public void onBinaryMessage(WebSocket socket, byte[] data) {
            if (echoes.received < total) {
                timesUs[echoes.received] = (System.nanoTime() - sentNs) / 1e3;
            }
            super.onBinaryMessage(socket, data);
        }
    }

    private void throughput() throws Exception {
        Pump pump = new Pump(options, options.get("in-flight"));
        WebSocket socket = connect(pump);
        pump.await();
        pump.report(options.get("messages"));
        socket.disconnect();
    }

    private void pingPong() throws Exception {
        Timed timed = new Timed(options);
        WebSocket socket = connect(timed);
        timed.await();
        int count = Math.min(timed.echoes.received, timed.total);
        int from = Math.min(options.get("warm-up"), count);
        percentiles(Arrays.copyOfRange(timed.timesUs, from, count),
                timed.total - timed.echoes.distinct);
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
