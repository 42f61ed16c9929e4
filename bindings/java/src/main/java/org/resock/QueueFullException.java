package org.resock;

/**
 * A message was not accepted: what waits to be confirmed has reached queue.bytes or queue.messages.
 * {@link Link.Handler#onWritable} tells when half of it is free again.
 */
public final class QueueFullException extends ResockException {
    private static final long serialVersionUID = 1;

    QueueFullException(String message) {
        super(Status.QUEUE_FULL, message);
    }
}
