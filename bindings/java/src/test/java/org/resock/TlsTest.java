package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.resock.Support.LONG;
import static org.resock.Support.await;
import static org.resock.Support.failureOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir Path folder;

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }

    /** cert.pem and key.pem for 127.0.0.1, by the keytool of this JDK. */
    private void makeCertificate() throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "server", "-keyalg", "EC", "-keysize", "256", "-dname",
                "CN=test",
                "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", "secret",
                "-keystore", store.toString()).inheritIO().start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        Files.writeString(folder.resolve("cert.pem"),
                pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.writeString(folder.resolve("key.pem"),
                pem("PRIVATE KEY", keys.getKey("server", "secret".toCharArray()).getEncoded()));
    }

    @Test void overTls() throws Exception {
        makeCertificate();
        String certificate = folder.resolve("cert.pem").toString();
        ListenerOptions options = new ListenerOptions().tlsCertFile(certificate)
                .tlsKeyFile(folder.resolve("key.pem").toString());
        try (Listener server = Listener.open("wss://127.0.0.1:0", options, link -> {
            link.onMessage(message -> link.send(message.bytes()));
            return null;
        }); Link link = Link.connect(server.address(), new LinkOptions().tlsCaFile(certificate));
                Link distrustful = Link.connect(server.address())) {
            assertTrue(await(link.opened()).tls().startsWith("TLSv1"));
            link.send("secret");
            assertEquals("secret", link.receive(LONG).text());
            server.reload();
            TlsException refused = failureOf(TlsException.class, distrustful.opened());
            assertEquals(Cause.TLS_ISSUER, refused.disconnect().get().cause());
        }
    }
}
