package org.resock;

/** A message or another value is above its bound. */
public final class TooBigException extends ResockException {
    private static final long serialVersionUID = 1;

    TooBigException(String message) {
        super(Status.TOO_BIG, message);
    }
}
