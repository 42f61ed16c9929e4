package org.resock;

/** It did not happen within the time given; what was begun goes on. */
public final class TimedOutException extends ResockException {
    private static final long serialVersionUID = 1;

    TimedOutException(String message) {
        super(Status.TIMEOUT, message);
    }
}
