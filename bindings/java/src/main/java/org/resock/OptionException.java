package org.resock;

/** An option's name or value is not allowed, or options contradict each other. */
public final class OptionException extends ResockException {
    private static final long serialVersionUID = 1;

    OptionException(String message) {
        super(Status.OPTION, message);
    }
}
