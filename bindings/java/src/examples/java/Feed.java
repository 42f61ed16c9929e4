import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.resock.Disconnect;
import org.resock.Link;
import org.resock.LinkOptions;
import org.resock.Message;
import org.resock.Opened;

/** Subscribes to a feed, says what happens to the connection, takes messages at its own pace. */
public final class Feed implements Link.Handler, Flow.Subscriber<List<Message>> {
    private Flow.Subscription subscription;

    @Override public void onOpen(Link link, Opened event) {
        System.out.println(event);
    }

    @Override public void onDown(Link link, Disconnect record) {
        System.out.println(record.why());
    }

    @Override public void onSubscribe(Flow.Subscription mine) {
        subscription = mine;
        subscription.request(1);
    }

    @Override public void onNext(List<Message> messages) {
        messages.forEach(message -> System.out.println("got " + message.text()));
        subscription.request(1); // until then the server has to wait
    }

    @Override public void onError(Throwable why) {
        System.out.println("ended: " + why.getMessage());
    }

    @Override public void onComplete() {
        System.out.println("ended in order");
    }

    public static void main(String[] arguments) throws Exception {
        LinkOptions options = new LinkOptions().heartbeatInterval(Duration.ofSeconds(5))
                .reconnectMin(Duration.ofMillis(100));
        Feed feed = new Feed();
        try (Link link = Link.connect(arguments[0], options, feed)) {
            link.greet("feed", "subscribe prices"); // first on every connection
            link.batches().subscribe(feed);
            System.in.read(); // until Enter
            link.closeAsync().get(1, TimeUnit.MINUTES); // behind it nothing is called any more
        }
    }
}
