package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static String methodOf(String option) {
        Matcher word = Pattern.compile("[._]([a-z])").matcher(option.replace(".*", ""));
        return word.replaceAll(match -> match.group(1).toUpperCase());
    }

    /** The table of the library that is loaded is the only list. */
    @Test void everyOptionHasItsMethod() {
        int options = 0;
        for (Options each : List.of(new LinkOptions(), new ListenerOptions(), new HubOptions())) {
            Set<String> methods = Arrays.stream(each.getClass().getDeclaredMethods())
                    .map(method -> method.getName()).collect(Collectors.toSet());
            String table = each.use(Native::resock_options_describe);
            Matcher name = Pattern.compile("\\{\"name\":\"([^\"]+)\"").matcher(table);
            while (name.find()) {
                assertTrue(methods.contains(methodOf(name.group(1))), name.group(1));
                options++;
            }
        }
        assertTrue(options > 100, options + " options");
    }

    @Test void valuesArriveAsTheyWereSet() {
        LinkOptions options = new LinkOptions().heartbeatInterval(Duration.ofMillis(1500))
                .queueBytes(65536).queueMessages(5).reconnectFactor(1.5).tlsVerify(false)
                .confirm(Confirm.APP).tlsMinVersion(TlsMinVersion.V1_3).messageTtlUnlimited()
                .verdict("1006", Verdict.STOP).delivery(Delivery.AT_MOST_ONCE);
        assertEquals("1500ms", options.get("heartbeat.interval"));
        assertEquals("65536", options.get("queue.bytes"));
        assertEquals("5", options.get("queue.messages"));
        assertEquals("1.5", options.get("reconnect.factor"));
        assertEquals("false", options.get("tls.verify"));
        assertEquals("app", options.get("confirm"));
        assertEquals("1.3", options.get("tls.min_version"));
        assertEquals("unlimited", options.get("message.ttl"));
        assertEquals("stop", options.get("verdict.1006"));
        assertEquals("at-most-once", options.get("delivery"));
        assertEquals("10s", options.get("heartbeat.timeout")); // the default
    }

    @Test void whatIsNotAllowedIsToldWhenItIsSet() {
        LinkOptions options = new LinkOptions();
        OptionException error = assertThrows(OptionException.class,
                () -> options.heartbeatInterval(Duration.ofHours(25)));
        assertTrue(error.getMessage().contains("24h"), error.getMessage());
        assertThrows(OptionException.class, () -> options.heartbeatInterval(Duration.ofNanos(1)));
        assertThrows(OptionException.class, () -> options.queueMessages(-1));
        assertThrows(OptionException.class, () -> options.set("heartbeat.intervall", "5s"));
        assertThrows(OptionException.class, () -> options.set("io.threads", "1"));
        assertThrows(OptionException.class, () -> options.get("io.threads"));
        assertThrows(OptionException.class, () -> options.verdict("1006", Verdict.UNKNOWN));
        assertThrows(OptionException.class, () -> options.sessionPosition(new byte[40]));
        assertEquals("", options.toString());
    }

    @Test void secretsAreNotShown() {
        String text = new LinkOptions().httpHeader("Authorization", "Bearer abc")
                .sessionToken("def").url("ws://user:ghi@127.0.0.1/?token=jkl").toString();
        for (String secret : List.of("abc", "def", "ghi", "jkl")) {
            assertFalse(text.contains(secret), text);
        }
        assertTrue(text.contains("session.token="), text);
    }

    @Test void optionsAreCopiedWhenTheyAreUsed() {
        LinkOptions options = new LinkOptions();
        try (Link first = Link.connect("echo:", options);
                Link second = Link.connect("echo:", options.messageMax(1))) {
            first.send("long enough");
            assertThrows(TooBigException.class, () -> second.send("too long"));
        }
    }

    @Test void durationsAreReadAsTheLibraryDoes() {
        assertEquals(30_000_000_000L, SendPolicy.parse("30s"));
        assertEquals(5_400_000_000_000L, SendPolicy.parse("1h30min"));
        assertEquals(1_500_000L, SendPolicy.parse("1.5ms"));
        assertEquals(0, SendPolicy.parse("0"));
    }

    @Test void numbersOfALaterReleaseAreUnknown() {
        assertEquals(Level.UNKNOWN, Level.of(99));
        assertEquals(Level.RECEIVED, Level.of(3));
        assertEquals(Cause.TLS_NOT_YET_VALID, Cause.of(9));
        assertEquals(Status.QUEUE_FULL, Status.of(-6));
    }

    @Test void theLibraryTellsAboutItself() {
        assertEquals(System.getProperty("resock.version"), Resock.version(), "pom.xml and VERSION");
        assertTrue(Resock.versionJson().contains("\"abi\":"));
        assertTrue(Resock.explain("1006").contains("\"close-code\""));
        ResockException error = assertThrows(ResockException.class,
                () -> Resock.explain("nonsense!"));
        assertEquals(Status.INVALID, error.status());
    }
}
