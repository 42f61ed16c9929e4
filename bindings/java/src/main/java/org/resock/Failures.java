package org.resock;

/** The exceptions of statuses. Native code calls it by name. */
final class Failures {
    private Failures() {}

    static ResockException of(int number, byte[] text) {
        String message = Texts.of(text);
        Status status = Status.of(number);
        switch (status) {
            case QUEUE_FULL: return new QueueFullException(message);
            case TOO_BIG: return new TooBigException(message);
            case TIMEOUT: return new TimedOutException(message);
            case OPTION: return new OptionException(message);
            // A freed handle: whoever still uses the object has closed it.
            case HANDLE:
            case CLOSED: return new ClosedException(message, null);
            default: return new ResockException(status, message);
        }
    }
}
