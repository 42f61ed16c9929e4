package org.resock;

/** The link has ended because of TLS: a certificate, a version, a handshake. */
public final class TlsException extends ClosedException {
    private static final long serialVersionUID = 1;

    TlsException(Disconnect disconnect) {
        super(disconnect.why(), disconnect);
    }
}
