package org.resock;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What {@link Child} runs. */
final class Programs {
    private Programs() {}

    /** Prints the library's version, or twice what is wrong. */
    static final class Version {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    System.out.println(Resock.version() + " of " + Native.resock_library_path());
                    return;
                } catch (LibraryException error) {
                    System.out.println(error.getMessage());
                }
            }
            System.exit(3);
        }
    }

    /**
     * Ends in the way that is named, with links open, messages on the way and code being called.
     */
    static final class Ends {
        public static void main(String[] arguments) throws Exception {
            Listener server = Support.echo();
            CountDownLatch busy = new CountDownLatch(100);
            Link link = Link.connect(server.address());
            for (Link each : List.of(link, Link.connect("echo:"), Link.connect(Support.nobody()))) {
                each.onMessage(message -> {
                    busy.countDown();
                    each.send(message.bytes());
                });
                each.sendMany(Support.numbered(1000));
            }
            busy.await();
            switch (arguments[0]) {
                case "exit": System.exit(7); break;
                case "halt": Runtime.getRuntime().halt(7); break;
                case "hook":
                    Runtime.getRuntime().addShutdownHook(new Thread(link::close));
                    System.exit(7);
                    break;
                case "callback":
                    link.onMessage(message -> {}).cancel();
                    Link.connect("echo:", new LinkOptions(), new Link.Handler() {
                        @Override public void onOpen(Link opened, Opened event) {
                            System.exit(7);
                        }
                    });
                    Thread.sleep(Long.MAX_VALUE);
                    break;
                default: break; // the end of main: only daemon threads are left
            }
        }
    }
}
