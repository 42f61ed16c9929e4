package org.resock;

/**
 * What a handler is to be told of confirmations. A later one joins those that wait, so that a slow
 * handler does not make them pile up.
 */
final class Confirmations {
    private static final Level[] LEVELS = Level.values();

    private final long[] through = new long[LEVELS.length];
    private boolean told;

    Confirmations(Level level, long id) {
        through[level.ordinal()] = id;
    }

    /** False: too late. */
    synchronized boolean add(Level level, long id) {
        if (!told) through[level.ordinal()] = id;
        return !told;
    }

    private synchronized void startTelling() {
        told = true;
    }

    /** to: null: nobody. */
    void tell(Link.Handler to, Link link) {
        startTelling();
        if (to == null) return;
        for (Level level : LEVELS) {
            long id = through[level.ordinal()];
            if (id > 0) Serial.run(() -> to.onConfirmed(link, level, id));
        }
    }
}
