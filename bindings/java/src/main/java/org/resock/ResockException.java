package org.resock;

/**
 * What a call of resock could not do, in a sentence that says what is allowed and what would help.
 * Unchecked, as all of its kind: most callers cannot mend it where it happens.
 */
public class ResockException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Status status;
    private int accepted;

    ResockException(Status status, String message) {
        super(message);
        this.status = status;
    }

    /** The status of the C interface that it stands for. */
    public final Status status() {
        return status;
    }

    /**
     * Of {@link Link#sendMany}: how many messages were accepted before the one that it is about.
     * They go their way; else 0.
     */
    public final int accepted() {
        return accepted;
    }

    final ResockException withAccepted(int count) {
        accepted = count;
        return this;
    }
}
