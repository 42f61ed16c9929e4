package org.resock;

/** Messages that were accepted have ended without being confirmed: {@link Failure} says why. */
public final class FailedException extends ResockException {
    private static final long serialVersionUID = 1;
    private final transient Failure failure;

    FailedException(Failure failure) {
        super(Status.CLOSED, failure.toString());
        this.failure = failure;
    }

    /** Which messages, and why. */
    public Failure failure() {
        return failure;
    }
}
