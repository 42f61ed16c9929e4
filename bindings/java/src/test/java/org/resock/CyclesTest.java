package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Thousands of links, and what is left of them, in a heap of fixed size that is there from the
 * start.
 */
class CyclesTest {
    @ParameterizedTest
    @CsvSource({"links, 10000", "sockets, 2000", "hubs, 500"})
    void nothingIsLeft(String of, String cycles) throws Exception {
        Child child = Child.run("-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch",
                "org.resock.CyclesTest$Cycles", of, cycles);
        assertEquals("ended\n", child.output);
        assertEquals(0, child.code);
    }

    static final class Cycles {
        private static final int MAY_GROW_KIB = 12 * 1024;
        private static final int MAY_GROW = 8; // threads of the pool and of the VM

        private interface Cycle {
            void run() throws Exception;
        }

        private static long residentKib() throws Exception {
            System.gc();
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }

        private static int entries(String folder) {
            return new File(folder).list().length;
        }

        private static void useAndClose(Link opened) throws Exception {
            try (Link link = opened) {
                link.send("x");
                assertEquals("x", link.receive(Support.LONG).text());
            }
        }

        private static Cycle cycle(String of) {
            switch (of) {
                case "links": return () -> useAndClose(Link.connect("echo:"));
                case "sockets":
                    String address = Support.echo().address();
                    return () -> useAndClose(Link.connect(address));
                default: return () -> {
                    try (Hub hub = new Hub()) {
                        useAndClose(hub.connect("echo:", new LinkOptions(), null));
                    }
                };
            }
        }

        private static void check(String what, long before, long after, long mayGrow) {
            if (after <= before + mayGrow) return;
            System.out.println(what + ": " + before + ", later " + after);
        }

        public static void main(String[] arguments) throws Exception {
            Cycle cycle = cycle(arguments[0]);
            int cycles = Integer.parseInt(arguments[1]);
            for (int i = 0; i < cycles; i++) cycle.run(); // compiled, pools filled
            long memory = residentKib();
            int descriptors = entries("/proc/self/fd");
            int threads = entries("/proc/self/task");
            for (int i = 0; i < cycles; i++) cycle.run();
            check("KiB", memory, residentKib(), MAY_GROW_KIB);
            check("descriptors", descriptors, entries("/proc/self/fd"), MAY_GROW);
            check("threads", threads, entries("/proc/self/task"), MAY_GROW);
            check("links in the hub", 0, Hub.shared().core().size(), 1);
            System.out.println("ended");
        }
    }
}
