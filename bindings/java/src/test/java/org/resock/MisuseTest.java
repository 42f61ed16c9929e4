package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Wrong calls give an exception, never the end of the virtual machine. */
class MisuseTest {
    @Test void afterClose() {
        Link link = Link.connect("echo:");
        link.close();
        for (Executable call : List.<Executable>of(() -> link.send("x"),
                () -> link.send(new byte[1]), () -> link.send(ByteBuffer.allocateDirect(1)),
                () -> link.sendMany(Support.numbered(2)), () -> link.confirm(1, true),
                () -> link.receive(LONG), () -> link.set("queue.messages", "5"), link::state,
                link::id, link::statsJson, link::historyJson, link::retryNow, link::ready,
                () -> link.greet("key", "x"), () -> link.removeGreeting("key"),
                () -> link.credentials(new LinkOptions().url("ws://127.0.0.1:1")),
                () -> link.askToken(LONG), () -> link.flush(Level.RECEIVED, LONG))) {
            ClosedException error = assertThrows(ClosedException.class, call);
            assertTrue(error.getMessage().contains("closed"), error.getMessage());
        }
        link.close();
        link.abort();
        link.closeAsync();
        link.setHandler(new Link.Handler() {});
        Hub hub = new Hub();
        hub.close();
        hub.close();
        assertThrows(ClosedException.class, () -> hub.connect("echo:", new LinkOptions(), null));
        assertThrows(UnsupportedOperationException.class, () -> Hub.shared().close());
    }

    /** A link after the end of its hub. */
    @Test void afterTheHub() {
        Hub hub = new Hub();
        Link link = hub.connect("echo:", new LinkOptions(), null);
        hub.close();
        assertThrows(ClosedException.class, () -> link.send("x"));
        link.close();
        assertThrows(ClosedException.class, () -> link.send("x"));
    }

    private static final List<String> NULL_IS_FINE = List.of("setHandler", "explain", "accept",
            "Link.connect", "equals");

    @Test void nulls() throws Exception {
        Listener listener = Support.echo();
        Link link = Link.connect("echo:");
        List<Object> targets = List.of(link, listener, new LinkOptions(), new ListenerOptions(),
                new HubOptions(), SendOptions.DEFAULT, Hub.shared(), Resock.class, Link.class,
                Listener.class);
        int calls = 0;
        for (Object target : targets) {
            Class<?> type = target instanceof Class ? (Class<?>) target : target.getClass();
            for (Method method : type.getMethods()) {
                if (method.getDeclaringClass() == Object.class || method.getParameterCount() == 0
                        || Modifier.isStatic(method.getModifiers()) != target instanceof Class) {
                    continue;
                }
                calls += callWithNulls(target, method) ? 1 : 0;
            }
        }
        assertTrue(calls > 80, "only " + calls + " calls");
        link.send("still here");
        assertEquals("still here", link.receive(LONG).text());
        link.close();
        listener.close();
    }

    private static boolean callWithNulls(Object target, Method method) throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        boolean hasNull = false;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == boolean.class) arguments[i] = false;
            else if (types[i] == int.class) arguments[i] = 1001;
            else if (types[i] == long.class) arguments[i] = 1L;
            else if (types[i] == double.class) arguments[i] = 1.0;
            else hasNull = true;
        }
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        if (!hasNull || NULL_IS_FINE.stream().anyMatch(name::endsWith)) return false;
        InvocationTargetException thrown = assertThrows(InvocationTargetException.class,
                () -> method.invoke(target, arguments), method.toString());
        Throwable cause = thrown.getCause();
        assertTrue(cause instanceof NullPointerException || cause instanceof ResockException,
                method + ": " + cause);
        return true;
    }

    @Test void textsWithANulAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Link.connect("echo:\0x"));
        assertThrows(IllegalArgumentException.class, () -> new LinkOptions().set("url\0", "echo:"));
    }

    @Test void noAddressAtAll() {
        OptionException error = assertThrows(OptionException.class, () -> Link.connect("http://x"));
        assertTrue(error.getMessage().contains("ws://"), error.getMessage());
        assertThrows(OptionException.class, () -> Link.connect(""));
        assertThrows(OptionException.class,
                () -> Link.connect("echo:", new LinkOptions().confirm(Confirm.OFF)));
    }

    /** Threads that use links, hubs and each other's handles while these are being closed. */
    @Test void closedByAnotherThread() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 100; round++) {
                Hub hub = new Hub();
                Link link = hub.connect("echo:", new LinkOptions(), null);
                List<Future<?>> users = new ArrayList<>();
                for (Executable use : List.<Executable>of(() -> link.send("x"), link::statsJson,
                        () -> link.sendMany(Support.numbered(100)), () -> link.receive(LONG),
                        () -> link.flush(Level.RECEIVED, LONG))) {
                    users.add(pool.submit(() -> useUntilClosed(use)));
                }
                if (round % 3 == 0) hub.close();
                else if (round % 3 == 1) link.abort();
                else link.close();
                for (Future<?> user : users) Support.await(user);
                hub.close();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void useUntilClosed(Executable use) {
        while (true) {
            try {
                use.execute();
            } catch (ClosedException closed) {
                return;
            } catch (QueueFullException again) {
                // as many as it takes
            } catch (Throwable thrown) {
                throw new AssertionError(thrown);
            }
        }
    }
}
