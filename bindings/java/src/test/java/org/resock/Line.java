package org.resock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A line to a server, which can be cut: both sides of all its connections are reset. */
final class Line implements AutoCloseable {
    private final ServerSocket listening;
    private final int port;
    private final List<Socket> open = new ArrayList<>();

    /** to: "ws://127.0.0.1:PORT". */
    Line(String to) throws IOException {
        port = Integer.parseInt(to.replaceFirst(".*:", ""));
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String url() {
        return "ws://127.0.0.1:" + listening.getLocalPort();
    }

    synchronized void cut() throws IOException {
        for (Socket socket : open) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        open.clear();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listening.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            synchronized (this) {
                open.add(near);
                open.add(far);
            }
            start(() -> copy(near, far));
            start(() -> copy(far, near));
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) out.write(buffer, 0, n);
        to.shutdownOutput();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Ends with its sockets. */
    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException cut) {
                // as it is meant to be
            }
        }, "line");
        thread.setDaemon(true);
        thread.start();
    }

    @Override public void close() throws IOException {
        listening.close();
        cut();
    }
}
