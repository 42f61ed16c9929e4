package org.resock;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that opens one connection and never says anything on it. */
final class Peer implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    /** The first byte of each frame that it has read. */
    final BlockingQueue<Integer> frames = new LinkedBlockingQueue<>();
    private final ServerSocket listening =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile Socket open;

    Peer() throws IOException {
        Thread thread = new Thread(this::serve, "peer");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "ws://127.0.0.1:" + listening.getLocalPort();
    }

    private void serve() {
        try {
            open = listening.accept();
            InputStream in = open.getInputStream();
            String key = "";
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.toLowerCase().startsWith("sec-websocket-key:")) key = line.substring(18);
            }
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key.trim() + GUID).getBytes(StandardCharsets.US_ASCII));
            open.getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\n"
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n").getBytes());
            for (int first = in.read(); first >= 0; first = in.read()) {
                frames.add(first);
                in.readNBytes((in.read() & 0x7F) + 4); // short ones, with a mask
            }
        } catch (Exception closed) {
            // as it is meant to be
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) line.append((char) c);
        return line.toString().trim();
    }

    @Override public void close() throws IOException {
        listening.close();
        if (open != null) open.close();
    }
}
