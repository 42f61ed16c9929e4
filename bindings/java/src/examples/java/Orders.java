import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import org.resock.Delivery;
import org.resock.Hub;
import org.resock.HubOptions;
import org.resock.Level;
import org.resock.Link;
import org.resock.LinkOptions;
import org.resock.QueueFull;

/** Each line of standard input arrives once, also if this program is killed and started again. */
public final class Orders {
    public static void main(String[] arguments) throws Exception {
        LinkOptions options = new LinkOptions().delivery(Delivery.EXACTLY_ONCE)
                .outboxPath(arguments[1]).queueFull(QueueFull.WAIT);
        try (Hub hub = new Hub(new HubOptions())) {
            Link link = hub.connect(arguments[0], options, null);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                link.send(line);
            }
            link.flush(Level.RECEIVED, Duration.ofMinutes(1));
            System.out.println("all are there");
        } // without link.close(), so that the session goes on the next time
    }
}
