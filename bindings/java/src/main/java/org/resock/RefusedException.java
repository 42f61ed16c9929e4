package org.resock;

/** The link has ended because the server answered the opening with an HTTP status of its own. */
public final class RefusedException extends ClosedException {
    private static final long serialVersionUID = 1;
    private final int httpStatus;

    RefusedException(Disconnect disconnect) {
        super(disconnect.why(), disconnect);
        httpStatus = disconnect.httpStatus().orElse(0);
    }

    /** 401, 403, 503 ... */
    public int httpStatus() {
        return httpStatus;
    }
}
