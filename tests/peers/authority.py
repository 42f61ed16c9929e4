"""A certificate authority that lives as long as a test, and a certificate for this machine."""

import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """Makes files in `folder`: ca.pem; for a server key.pem and chain.pem, which ends with ca.pem."""

    def __init__(self, folder):
        self.ca, self.chain, self.key = (folder / name for name in
                                         ["ca.pem", "chain.pem", "key.pem"])
        ca_key, request, certificate, extensions = (
            folder / name for name in ["ca-key.pem", "request.pem", "server.pem", "extensions"])
        # Options that OpenSSL 3.0 has; the names are those that clients on loopback look for.
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", self.ca, "-days", 2,
                "-subj", "/CN=resock test authority",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("req", *new_key, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n"
                              "basicConstraints=CA:FALSE\n"
                              "keyUsage=critical,digitalSignature\n"
                              "extendedKeyUsage=serverAuth\n"
                              "authorityKeyIdentifier=keyid\n")
        openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key,
                "-CAcreateserial", "-days", 2, "-extfile", extensions, "-out", certificate)
        self.chain.write_text(certificate.read_text() + self.ca.read_text())
