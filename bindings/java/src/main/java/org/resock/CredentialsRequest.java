package org.resock;

import java.util.OptionalInt;

/** A link asks for credentials before its next attempt, for up to credentials.timeout. */
public final class CredentialsRequest {
    private final LinkCore link;
    private final long id;
    private final long attempt;
    private final int httpStatus;
    private final int closeCode;

    CredentialsRequest(LinkCore link, EventRecord record) {
        this.link = link;
        id = record.id();
        attempt = record.longAt(32);
        httpStatus = record.intAt(40);
        closeCode = record.intAt(44);
    }

    /** Attempts in a row. */
    public long attempt() {
        return attempt;
    }

    /** Of the refusal that was the reason. */
    public OptionalInt httpStatus() {
        return httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
    }

    /** Of the end of the connection that was the reason. */
    public OptionalInt closeCode() {
        return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /**
     * Hands in what replaces url, http.header and session.token: options with one or more of them.
     */
    public void answer(LinkOptions credentials) {
        credentials.use(options -> {
            Native.resock_link_credentials(link.handle(), id, options);
            return null;
        });
    }

    /** There are none to be had: the attempt is given up. */
    public void none() {
        Native.resock_link_credentials(link.handle(), id, 0);
    }
}
