import java.time.Duration;
import org.resock.Link;

public final class First {
    public static void main(String[] arguments) throws Exception {
        String uri = arguments.length > 0 ? arguments[0] : "echo:";
        try (Link link = Link.connect(uri)) {
            link.send("hello"); // kept until it is confirmed, sent again after a break
            System.out.println("arrived: " + link.receive(Duration.ofSeconds(30)).text());
        } // waits until everything is confirmed
    }
}
