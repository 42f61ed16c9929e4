package org.resock;

import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An opening that waits for an answer, or the fresh token of a session ({@link
 * #isTokenOfSession}). What is not answered within listen.request_timeout is refused with 503.
 */
public final class Request {
    private final ListenerCore listener;
    private final LinkCore session;
    private final long id;
    private final String method;
    private final String target;
    private final String address;
    private final String tls;
    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private final byte[] token;

    Request(ListenerCore listener, EventRecord record, LinkCore session) {
        this.listener = listener;
        this.session = session;
        id = record.id();
        byte[][] strings = record.strings(40, 6);
        method = Texts.of(strings[0]);
        target = Texts.of(strings[1]);
        address = Texts.of(strings[2]);
        tls = Texts.of(strings[3]);
        // Of any bytes above 0x7F that a client may send: RFC 9110 section 5.5.
        new String(strings[4], StandardCharsets.ISO_8859_1).lines().forEach(this::addField);
        token = strings[5];
    }

    private void addField(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) return;
        fields.add(new SimpleImmutableEntry<>(line.substring(0, colon),
                line.substring(colon + 1).trim()));
    }

    /** "GET". */
    public String method() {
        return method;
    }

    /** Path and query as they came. */
    public String target() {
        return target;
    }

    /** The client's: "192.0.2.1:4711". */
    public String address() {
        return address;
    }

    /** Version and cipher of TLS, "" without. */
    public String tls() {
        return tls;
    }

    /** Name and value of each field, in order. */
    public List<Map.Entry<String, String>> fields() {
        return Collections.unmodifiableList(fields);
    }

    /** The value of the first field of that name, in any case. */
    public Optional<String> field(String name) {
        return fields.stream().filter(each -> each.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue).findFirst();
    }

    /** What the client of a session sent to show who it is; empty for none. */
    public byte[] token() {
        return token.clone();
    }

    /** It is about the session of a link that is there already. */
    public boolean isTokenOfSession() {
        return session != null;
    }

    /**
     * Answers with 101. The link goes to {@link Listener.Handler#onLink}, too.
     *
     * @return the link; of a session whose token it was, the one that is there; null if that
     *     was freed
     * @throws ResockException with status STATE if it was answered already, or too late
     */
    public Link accept() {
        return accept(null);
    }

    /** As {@link #accept()}, with options of this link that replace those of the listener. */
    public Link accept(ListenerOptions options) {
        if (session == null) return listener.accept(id, options);
        if (options == null) Native.resock_listener_accept(listener.handle(), id, 0, 0);
        else options.use(set -> Native.resock_listener_accept(listener.handle(), id, set, 0));
        return session.face();
    }

    /** As the one with fields and a body, without them. */
    public void refuse(int status) {
        refuse(status, List.of(), "");
    }

    /**
     * Answers with a refusal.
     *
     * @param status 300 to 599
     * @param fields of the answer, "Name: value"
     * @param body a plain text
     */
    public void refuse(int status, List<String> fields, String body) {
        Native.resock_listener_refuse(listener.handle(), id, status,
                fields.isEmpty() ? null : String.join("\n", fields), Texts.encode(body));
    }

    void refuseIfOpen(int status) {
        try {
            refuse(status);
        } catch (ResockException answered) {
            // by the code that has thrown afterwards, or by the library
        }
    }

    @Override public String toString() {
        return "request " + id + " of " + address + ": " + method + " "
                + target.replaceFirst("\\?.*", "?…");
    }
}
