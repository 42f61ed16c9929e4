import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.resock.ClosedException;
import org.resock.Level;
import org.resock.Link;
import org.resock.LinkOptions;
import org.resock.Message;
import org.resock.ResockException;
import org.resock.SendOptions;

/** The driver of Java: what ../README.md asks of a driver. One link at a time. */
final class Driver {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MANY = 1_000;

    private Map<String, String> options = new LinkedHashMap<>();
    private Link link;
    private Told told;
    private long sent; // the face gives ids only with the receipts

    private static String[] split(String words) {
        int at = words.indexOf(' ');
        return at < 0 ? new String[] {words, ""}
                : new String[] {words.substring(0, at), words.substring(at + 1)};
    }

    private static byte[] bytes(String digits) {
        byte[] made = new byte[digits.length() / 2];
        for (int i = 0; i < made.length; i++) {
            made[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return made;
    }

    /** A String of a text, a byte[] of anything else. */
    private static Object payload(String words) {
        String[] parts = split(words);
        String[] repeated = split(parts[1]);
        switch (parts[0]) {
            case "text": return parts[1];
            case "text-of": return repeated[1].repeat(Integer.parseInt(repeated[0]));
            case "binary": return bytes(parts[1]);
            default: return bytes(repeated[1].repeat(Integer.parseInt(repeated[0])));
        }
    }

    private LinkOptions takeOptions() {
        Map<String, String> given = options;
        options = new LinkedHashMap<>();
        LinkOptions made = new LinkOptions();
        given.forEach(made::set);
        return made;
    }

    private void open() {
        String url = options.remove("url");
        told = new Told();
        sent = 0;
        link = Link.connect(url, takeOptions(), told);
    }

    private void send(String flags, String words) {
        SendOptions how = SendOptions.DEFAULT;
        for (String each : flags.split(",")) {
            if (each.startsWith("ttl=")) {
                how = how.ttl(Duration.ofMillis(Long.parseLong(each.substring(4))));
            }
            if (each.equals("unkept")) how = how.unkept();
            if (each.equals("flush")) how = how.flush();
        }
        Object data = payload(words);
        if (data instanceof String) link.send((String) data, how);
        else link.send((byte[]) data, how);
        Lines.print("SENT " + ++sent);
    }

    private void greet(String key, String words) {
        Object data = payload(words);
        if (data instanceof String) link.greet(key, (String) data);
        else link.greet(key, (byte[]) data);
    }

    private void credentials() {
        if (options.isEmpty()) told.request().none();
        else told.request().answer(takeOptions());
    }

    private void flush(String level) throws InterruptedException {
        link.flush(Level.valueOf(level.toUpperCase()), LONG);
        Lines.print("FLUSHED " + level);
    }

    private void rest() throws InterruptedException {
        for (String line = told.nextEvent(); line != null; line = told.nextEvent()) {
            Lines.print(line);
        }
        try {
            List<Message> all;
            while (!(all = link.receiveMany(MANY, Duration.ZERO)).isEmpty()) {
                all.forEach(each -> Lines.print(Lines.of(each)));
            }
        } catch (ClosedException ended) {
            // what ended the link stands in CLOSED
        }
    }

    private void free() {
        if (link != null) link.abort();
        link = null;
        options.clear();
    }

    /** What changes the link; false: it is none of that. */
    private boolean control(String command, String words) {
        String[] parts = split(words);
        switch (command) {
            case "option": options.put(parts[0], parts[1]); break;
            case "open": open(); break;
            case "send": send(parts[0], parts[1]); break;
            case "confirm":
                link.confirm(Long.parseLong(parts[0]), parts[1].equals("through"));
                break;
            case "credentials": credentials(); break;
            case "credentials-unasked": link.credentials(takeOptions()); break;
            case "greeting": greet(parts[0], parts[1]); break;
            case "greeting-remove": link.removeGreeting(words); break;
            case "ready": link.ready(); break;
            case "retry-now": link.retryNow(); break;
            case "set": link.set(parts[0], parts[1]); break;
            case "close": link.closeAsync(Integer.parseInt(parts[0]), parts[1]); break;
            case "free": free(); break;
            default: return false;
        }
        return true;
    }

    private void obey(String command, String words) throws InterruptedException {
        if (control(command, words)) return;
        String[] parts = split(words);
        switch (command) {
            case "event": Lines.print(told.nextEvent()); break;
            case "message": Lines.print(Lines.of(link.receive(LONG))); break;
            case "outcome":
                Lines.print(told.outcome(Long.parseLong(parts[0]),
                        Level.valueOf(parts[1].toUpperCase())));
                break;
            case "writable": Lines.print(told.writable()); break;
            case "flush": flush(words); break;
            case "state":
                Lines.print(new Lines("STATE").word("state", link.state()).toString());
                break;
            case "rest": rest(); break;
            default: throw new IllegalArgumentException("unknown command " + command);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Driver driver = new Driver();
        BufferedReader commands = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] parts = split(line);
            try {
                driver.obey(parts[0], parts[1]);
            } catch (ResockException refused) {
                Lines.print("ERROR " + refused.status());
            }
            Lines.print(".");
            System.out.flush();
        }
        driver.free();
    }
}
