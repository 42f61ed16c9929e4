import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.resock.ListenAccept;
import org.resock.Link;
import org.resock.Listener;
import org.resock.ListenerOptions;
import org.resock.Request;

/** Sends back what it gets, to clients that ask for /echo. */
public final class EchoServer implements Listener.Handler {
    @Override public void onRequest(Request request) {
        if (request.target().equals("/echo")) request.accept();
        else request.refuse(404);
    }

    @Override public Link.Handler onLink(Link link) {
        link.onMessage(message -> link.send(message.bytes()));
        return null; // nobody is told of its events
    }

    public static void main(String[] arguments) throws Exception {
        ListenerOptions options = new ListenerOptions().listenAccept(ListenAccept.ASK);
        try (Listener listener = Listener.open(arguments[0], options, new EchoServer())) {
            System.out.println("listening on " + listener.address());
            System.in.read(); // until Enter
            listener.drain(1001, Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
        }
    }
}
