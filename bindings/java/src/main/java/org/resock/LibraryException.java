package org.resock;

/** The native library is missing, is of another platform or version, or is none of resock. */
public final class LibraryException extends ResockException {
    private static final long serialVersionUID = 1;

    LibraryException(String message, Throwable cause) {
        super(Status.NOT_SUPPORTED, message);
        if (cause != null) initCause(cause);
    }
}
