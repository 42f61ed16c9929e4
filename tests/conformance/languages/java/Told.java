import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;

import org.resock.CredentialsRequest;
import org.resock.Disconnect;
import org.resock.Failure;
import org.resock.Level;
import org.resock.Link;
import org.resock.Lost;
import org.resock.Opened;

/** What a link has told, sorted into what the commands ask for. */
final class Told implements Link.Handler {
    private final Queue<String> events = new ArrayDeque<>();
    private final Map<Level, Long> through = new EnumMap<>(Level.class);
    private final List<Failure> failures = new ArrayList<>();
    private CredentialsRequest request;
    private boolean writable;
    private boolean closed;

    private synchronized void put(String line) {
        events.add(line);
        notifyAll();
    }

    @Override public void onOpen(Link link, Opened event) {
        put(Lines.of(event));
    }

    @Override public void onDown(Link link, Disconnect record) {
        put(new Lines("DOWN").put("was_open", record.wasOpen()).record(record).toString());
    }

    @Override public synchronized void onClosed(Link link, Disconnect record) {
        closed = true;
        put(new Lines("CLOSED").record(record).toString());
    }

    @Override public synchronized void onConfirmed(Link link, Level level, long id) {
        through.put(level, id);
        notifyAll();
    }

    @Override public synchronized void onFailed(Link link, Failure failure) {
        failures.add(failure);
        notifyAll();
    }

    @Override public synchronized void onWritable(Link link) {
        writable = true;
        notifyAll();
    }

    @Override public synchronized void onCredentials(Link link, CredentialsRequest asked) {
        request = asked;
        put(Lines.of(asked));
    }

    @Override public void onLost(Link link, Lost lost) {
        put(Lines.of(lost));
    }

    /** What `look` finds, once it finds something; null: CLOSED has come, and it has not. */
    private synchronized String until(Supplier<String> look) throws InterruptedException {
        for (;;) {
            String found = look.get();
            if (found != null || closed) return found;
            wait();
        }
    }

    String nextEvent() throws InterruptedException {
        return until(events::poll);
    }

    String writable() throws InterruptedException {
        return until(() -> {
            if (!writable) return null;
            writable = false;
            return "WRITABLE";
        });
    }

    String outcome(long id, Level level) throws InterruptedException {
        return until(() -> {
            for (Failure each : failures) {
                if (each.firstId() <= id && id <= each.lastId()) {
                    return new Lines("OUTCOME " + id + " failed").word("reason", each.reason())
                            .toString();
                }
            }
            boolean reached = through.entrySet().stream().anyMatch(each ->
                    each.getKey().compareTo(level) >= 0 && each.getValue() >= id);
            return reached ? new Lines("OUTCOME " + id).word("level", level).toString() : null;
        });
    }

    synchronized CredentialsRequest request() {
        return request;
    }
}
