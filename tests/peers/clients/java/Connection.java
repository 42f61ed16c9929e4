import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.Protocol;

/** A connection of Java-WebSocket that keeps what arrives until somebody asks for it. */
final class Connection extends WebSocketClient {
    static final class Message {
        final String kind;
        final byte[] data;

        Message(String kind, byte[] data) {
            this.kind = kind;
            this.data = data;
        }
    }

    static final class End {
        final int code;
        final String reason;

        End(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    // An empty entry stands behind the last one of a connection that ended.
    private final BlockingQueue<Optional<Message>> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Optional<byte[]>> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<ServerHandshake> opening = new CompletableFuture<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();

    Connection(URI uri, String ca) throws Exception {
        super(uri, new Draft_6455(List.of(new PerMessageDeflateExtension()),
                List.of(new Protocol("other.v9"), new Protocol("chat.v1"))),
                Map.of("X-Peer", "resock-test"));
        if (ca != null) setSocketFactory(trusting(ca).getSocketFactory());
        connect();
        opening.get();
    }

    String subprotocol() {
        return getProtocol().getProvidedProtocol();
    }

    String extensions() throws Exception {
        return opening.get().getFieldValue("Sec-WebSocket-Extensions");
    }

    Message receive() throws Exception {
        return alive(messages.take());
    }

    byte[] nextPong() throws Exception {
        return alive(pongs.take());
    }

    End end() throws Exception {
        return end.get();
    }

    void ping(String payload) {
        PingFrame frame = new PingFrame();
        frame.setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
        sendFrame(frame);
    }

    private <T> T alive(Optional<T> entry) throws Exception {
        if (entry.isPresent()) return entry.get();
        throw new IllegalStateException("closed with " + end().code);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] data = new byte[buffer.remaining()];
        buffer.duplicate().get(data);
        return data;
    }

    private static SSLContext trusting(String ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = new FileInputStream(ca)) {
            store.setCertificateEntry("ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override public void onOpen(ServerHandshake handshake) {
        opening.complete(handshake);
    }

    @Override public void onMessage(String text) {
        messages.add(Optional.of(new Message("text", text.getBytes(StandardCharsets.UTF_8))));
    }

    @Override public void onMessage(ByteBuffer data) {
        messages.add(Optional.of(new Message("binary", bytes(data))));
    }

    @Override public void onWebsocketPong(WebSocket socket, Framedata frame) {
        pongs.add(Optional.of(bytes(frame.getPayloadData())));
    }

    @Override public void onClose(int code, String reason, boolean remote) {
        opening.completeExceptionally(new IllegalStateException("closed with " + code));
        end.complete(new End(code, reason));
        messages.add(Optional.empty());
        pongs.add(Optional.empty());
    }

    @Override public void onError(Exception error) {
        opening.completeExceptionally(error);
    }
}
