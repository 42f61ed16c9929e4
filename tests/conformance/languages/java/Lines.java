import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.resock.CredentialsRequest;
import org.resock.Disconnect;
import org.resock.Lost;
import org.resock.Message;
import org.resock.Opened;

/** The canonical form of events. */
final class Lines {
    private static final int MOST_SHOWN = 32;

    private final StringBuilder line;

    Lines(String begin) {
        line = new StringBuilder(begin);
    }

    Lines put(String name, Object value) {
        line.append(' ').append(name).append('=').append(value);
        return this;
    }

    Lines word(String name, Enum<?> value) {
        return put(name, value.name().toLowerCase());
    }

    private Lines text(String name, String value) {
        return put(name, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    private Lines known(String name, OptionalInt value) {
        return put(name, value.isPresent() ? value.getAsInt() : "-");
    }

    private Lines known(String name, OptionalLong value) {
        return put(name, value.isPresent() ? value.getAsLong() : "-");
    }

    private Lines millis(String name, Optional<Duration> value) {
        return put(name, value.isPresent() ? value.get().toMillis() : "-");
    }

    private Lines micros(String name, Optional<Duration> value) {
        return put(name, value.isPresent() ? value.get().toNanos() / 1_000 : "-");
    }

    Lines record(Disconnect record) {
        return word("layer", record.layer()).word("caused_by", record.culprit())
                .word("cause", record.cause()).known("close_code", record.closeCode())
                .text("close_reason", record.closeReason())
                .put("closed_by_us", record.closedByUs())
                .known("http_status", record.httpStatus()).known("errno", record.errno())
                .text("detail", record.detail()).text("host", record.host())
                .put("up_ms", record.up().toMillis()).micros("rtt_us", record.roundTrip())
                .millis("silent_ms", record.silence()).word("verdict", record.verdict())
                .millis("delay_ms", record.delay()).put("attempt", record.attempt())
                .put("connection", record.connection())
                .put("limits_reached", record.limitsReached())
                .known("message_id", record.messageId()).text("why", record.why());
    }

    static String of(Opened opened) {
        return new Lines("OPEN").text("address", opened.address()).text("tls", opened.tls())
                .text("subprotocol", opened.subprotocol()).put("connection", opened.connection())
                .put("attempt", opened.attempt())
                .put("downtime_ms", opened.downtime().toMillis())
                .put("resumed", opened.resumed()).toString();
    }

    static String of(CredentialsRequest request) {
        return new Lines("CREDENTIALS").put("attempt", request.attempt())
                .known("http_status", request.httpStatus())
                .known("close_code", request.closeCode()).toString();
    }

    static String of(Lost lost) {
        return new Lines("LOST").word("reason", lost.reason())
                .put("begun_anew", lost.begunAnew()).text("text", lost.text()).toString();
    }

    static String of(Message message) {
        String begin = "MESSAGE " + (message.isText() ? "text" : "binary");
        byte[] data = message.bytes();
        Lines made;
        if (data.length > MOST_SHOWN) {
            made = new Lines(begin).put("bytes", data.length).put("fnv1a", fnv1a(data));
        } else {
            made = new Lines(begin + " \"" + (message.isText() ? message.text() : hex(data)) + '"');
        }
        return made.put("number", message.number() == 0 ? "-" : message.number()).toString();
    }

    private static String fnv1a(byte[] data) {
        int hash = 0x811c9dc5;
        for (byte each : data) hash = (hash ^ each & 0xff) * 16777619;
        return String.format("%08x", hash);
    }

    private static String hex(byte[] data) {
        StringBuilder digits = new StringBuilder();
        for (byte each : data) digits.append(String.format("%02x", each));
        return digits.toString();
    }

    static void print(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
    }

    @Override public String toString() {
        return line.toString();
    }
}
