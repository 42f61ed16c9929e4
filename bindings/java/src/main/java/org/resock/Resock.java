package org.resock;

/** The library itself. */
public final class Resock {
    private Resock() {}

    /** "0.1.0", of the native library. */
    public static String version() {
        Library.ensureLoaded();
        return Native.resock_version();
    }

    /** The native library, what it is built of and runs on, as JSON. */
    public static String versionJson() {
        Library.ensureLoaded();
        return Native.resock_version_json();
    }

    /**
     * What a close code, an HTTP status, an error or a cause means and what to do, as JSON.
     *
     * @param what "1006", "503", "tls-expired", "ECONNREFUSED" ..., or a text that has such words
     */
    public static String explain(String what) {
        Library.ensureLoaded();
        return Native.resock_explain(what);
    }
}
