// A client made with Java-WebSocket: see ../README.md.

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.java_websocket.enums.Opcode;

public final class Client {
    // The escapes are U+1F600 and U+10FFFF.
    static final String UNICODE = "a\u00e4\u20ac\u6f22\ud83d\ude00\udbff\udfff";
    static final String REASON = "enough \ud83d\ude00";
    static final int[] SIZES = {0, 125, 126, 65535, 65536, 1048576};
    static final int PIPELINED = 2000;

    static String hex(byte[] data) {
        StringBuilder text = new StringBuilder();
        for (byte b : data) text.append(String.format("%02x", b));
        return text.toString();
    }

    static String sha256(byte[] data) throws Exception {
        return hex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    static byte[] binary(int size) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) data[i] = (byte) (31 * i + size);
        return data;
    }

    /** Prints a line of the named facts: numbers as they are, everything else as a string. */
    static void tell(String check, Object... namesAndValues) {
        StringBuilder line = new StringBuilder("{\"check\": \"" + check + '"');
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            line.append(", \"").append(namesAndValues[i]).append("\": ");
            if (value instanceof Integer) line.append(value);
            else line.append(quoted(String.valueOf(value)));
        }
        byte[] bytes = line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') quoted.append('\\').append(c);
            else if (c < 0x20) quoted.append(String.format("\\u%04x", (int) c));
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    static void tellMessage(String check, Connection connection, Object... more) throws Exception {
        Connection.Message message = connection.receive();
        Object[] facts = {"kind", message.kind, "bytes", message.data.length, "sha256",
            sha256(message.data)};
        Object[] all = Arrays.copyOf(facts, facts.length + more.length);
        System.arraycopy(more, 0, all, facts.length, more.length);
        tell(check, all);
    }

    static void echo(Connection connection) throws Exception {
        for (String text : List.of(UNICODE, "", "x".repeat(125))) {
            connection.send(text);
            tellMessage("echo", connection);
        }
        for (int size : SIZES) {
            connection.send(binary(size));
            tellMessage("echo", connection);
        }
    }

    static void fragments(Connection connection, Opcode opcode, List<byte[]> pieces)
            throws Exception {
        for (int i = 0; i < pieces.size(); i++) {
            boolean last = i == pieces.size() - 1;
            connection.sendFragmentedFrame(opcode, ByteBuffer.wrap(pieces.get(i)), last);
            if (i == 0) connection.ping("mid");
        }
        tellMessage("fragments", connection, "pong", hex(connection.nextPong()));
    }

    static void ping(Connection connection, String payload) throws Exception {
        connection.ping(payload);
        tell("ping", "payload", hex(connection.nextPong()));
    }

    static void pipelined(Connection connection) throws Exception {
        for (int i = 0; i < PIPELINED; i++) connection.send("message " + i);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < PIPELINED; i++) {
            digest.update(connection.receive().data);
            digest.update((byte) '\n');
        }
        tell("pipelined", "messages", PIPELINED, "sha256", hex(digest.digest()));
    }

    static void talk(URI uri, String ca) throws Exception {
        Connection first = new Connection(uri, ca);
        tell("open", "subprotocol", first.subprotocol(), "extensions", first.extensions());
        echo(first);
        // The library refuses a piece of a text that ends inside a code point.
        byte[] text = UNICODE.getBytes(StandardCharsets.UTF_8);
        fragments(first, Opcode.TEXT, List.of(text, text, text));
        byte[] data = binary(1000);
        fragments(first, Opcode.BINARY, List.of(Arrays.copyOfRange(data, 0, 300),
                Arrays.copyOfRange(data, 300, 600), Arrays.copyOfRange(data, 600, 1000)));
        ping(first, "are you there");
        ping(first, "p".repeat(125));
        pipelined(first);
        first.close(4000, REASON);
        tell("close", "code", first.end().code, "reason", first.end().reason);
        Connection second = new Connection(uri, ca);
        tell("waiting");
        tell("server_close", "code", second.end().code, "reason", second.end().reason);
    }

    public static void main(String[] arguments) {
        try {
            talk(new URI(arguments[0]), arguments.length > 2 ? arguments[2] : null);
        } catch (Exception error) {
            tell("error", "what", error);
            System.exit(1);
        }
        System.exit(0);
    }
}
