// Ping-pong and throughput with Java-WebSocket: see ../README.md.

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

public final class JavaWebSocket {
    private JavaWebSocket() {}

    /** Answers each echo with the next message, on the library's reading thread. */
    private static final class Pump extends WebSocketClient {
        final Echoes echoes;
        final CountDownLatch done = new CountDownLatch(1);
        final double[] timesUs;
        final int total;
        volatile int seen;
        long beganNs;
        long endedNs;
        double cpuBegan;
        double cpuEnded;
        private final int size;
        private final int inFlight;
        private final int warmUp;
        private int sent;
        private long sentNs;

        Pump(Options options, int inFlight) throws Exception {
            super(new URI(options.url));
            this.inFlight = inFlight;
            size = options.get("size");
            warmUp = options.get("warm-up");
            total = warmUp + options.get("messages");
            timesUs = new double[total];
            echoes = new Echoes(size, total);
            setTcpNoDelay(true);
            setConnectionLostTimeout(0);
        }

        private void next() {
            if (sent == total) return;
            sentNs = System.nanoTime();
            send(Echoes.message(size, sent++));
        }

        @Override public void onOpen(ServerHandshake handshake) {
            beganNs = System.nanoTime();
            cpuBegan = cpuSeconds();
            for (int i = 0; i < inFlight; i++) next();
        }

        @Override public void onMessage(ByteBuffer data) {
            if (echoes.received < total) {
                timesUs[echoes.received] = (System.nanoTime() - sentNs) / 1e3;
            }
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            echoes.check(copy);
            seen = echoes.received;
            if (echoes.received == warmUp) {
                beganNs = System.nanoTime();
                cpuBegan = cpuSeconds();
            }
            if (echoes.distinct == total) end();
            else next();
        }

        @Override public void onMessage(String text) {
            echoes.wrong++;
        }

        @Override public void onClose(int code, String reason, boolean remote) {
            end();
        }

        @Override public void onError(Exception error) {
            System.err.println(error);
        }

        private synchronized void end() {
            if (endedNs != 0) return;
            endedNs = System.nanoTime();
            cpuEnded = cpuSeconds();
            done.countDown();
        }

        /** Until all is back, or nothing has come for a while. */
        void await(int patienceS) throws InterruptedException {
            int before = -1;
            while (before != seen) {
                before = seen;
                if (done.await(patienceS, TimeUnit.SECONDS)) break;
            }
            end();
        }
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime() / 1e9;
    }

    private static void tell(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
        System.out.flush();
    }

    private static void run(Options options) throws Exception {
        boolean timed = options.job.equals("pingpong");
        if (!timed && !options.job.equals("throughput")) {
            throw new IllegalArgumentException("unknown job " + options.job);
        }
        Pump pump = new Pump(options, timed ? 1 : options.get("in-flight"));
        pump.connectBlocking();
        pump.await(options.get("patience"));
        int messages = options.get("messages");
        int lost = pump.total - pump.echoes.distinct;
        if (!timed) {
            tell("{\"messages\": %d, \"seconds\": %.9f, \"cpu_seconds\": %.6f, \"lost\": %d, "
                    + "\"twice\": %d, \"out_of_order\": %d, \"wrong\": %d}", messages,
                    (pump.endedNs - pump.beganNs) / 1e9, pump.cpuEnded - pump.cpuBegan, lost,
                    pump.echoes.twice,
                    pump.echoes.outOfOrder, pump.echoes.wrong);
            return;
        }
        int count = Math.min(pump.echoes.received, pump.total);
        double[] times = Arrays.copyOfRange(pump.timesUs,
                Math.min(options.get("warm-up"), count), count);
        Arrays.sort(times);
        int last = times.length - 1;
        if (last < 0) tell("{\"messages\": %d, \"lost\": %d}", messages, lost);
        else tell("{\"messages\": %d, \"lost\": %d, \"p50_us\": %.3f, \"p90_us\": %.3f, "
                + "\"p99_us\": %.3f, \"max_us\": %.3f, \"mean_us\": %.3f}", messages, lost,
                times[last / 2], times[(int) (0.9 * last)], times[(int) (0.99 * last)], times[last],
                Arrays.stream(times).average().getAsDouble());
    }

    public static void main(String[] words) {
        try {
            run(Options.parse(words));
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
