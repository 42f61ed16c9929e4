package org.resock;

import java.util.Optional;

/** The link, listener or hub has ended. */
public class ClosedException extends ResockException {
    private static final long serialVersionUID = 1;
    private final transient Disconnect disconnect;

    ClosedException(String message, Disconnect disconnect) {
        super(Status.CLOSED, message);
        this.disconnect = disconnect;
    }

    /** Why the link ended; empty where this program ended it without a record. */
    public final Optional<Disconnect> disconnect() {
        return Optional.ofNullable(disconnect);
    }

    /** One for each thread that it is thrown to: with a stack, and accepted(), of its own. */
    final ClosedException again() {
        ClosedException made = disconnect == null ? new ClosedException(getMessage(), null)
                : of(disconnect);
        if (getCause() != null) made.initCause(getCause());
        return made;
    }

    /** The exception that fits the record best. */
    static ClosedException of(Disconnect disconnect) {
        if (disconnect.layer() == Layer.TLS) return new TlsException(disconnect);
        if (disconnect.httpStatus().isPresent()) return new RefusedException(disconnect);
        return new ClosedException(disconnect.why(), disconnect);
    }
}
