"""The keywords verdict_…: what follows a close code, HTTP status or cause.

Written by python/tools/keywords.py: run `./dev docs --update`. Nothing imports it when a program
runs. The library takes every close code from 1000 to 4999 and every HTTP status; for those that do
not stand here type checkers want a ``Dict[str, Any]``: ``more = {"verdict_4711": "stop"}`` and
``connect(url, **more)``.
"""

from __future__ import annotations

from typing import Literal, Optional, TypedDict

Verdict = Optional[Literal["now", "backoff", "slow", "spread", "auth", "stop"]]
"""Connect again at once, after a growing interval, slowly, or spread; ask for credentials; end."""


class Verdicts(TypedDict, total=False):
    """What follows instead of what `resock explain` says."""

    verdict_1000: Verdict
    """normal closure"""
    verdict_1001: Verdict
    """going away: the server is shutting down or the page was left"""
    verdict_1002: Verdict
    """protocol error: the peer says that we broke RFC 6455"""
    verdict_1003: Verdict
    """unsupported data: the peer does not take a message of this kind"""
    verdict_1005: Verdict
    """closed without a status"""
    verdict_1006: Verdict
    """broken without a closing handshake: the network or a crash"""
    verdict_1007: Verdict
    """invalid payload: a message was not what its type promises"""
    verdict_1008: Verdict
    """against the server's policy, often missing or expired credentials"""
    verdict_1009: Verdict
    """too big: a message exceeds what the peer takes"""
    verdict_1010: Verdict
    """an extension is missing that an end insists on"""
    verdict_1011: Verdict
    """internal error of the server"""
    verdict_1012: Verdict
    """the server restarts"""
    verdict_1013: Verdict
    """try again later: the server is overloaded"""
    verdict_1014: Verdict
    """bad gateway: a gateway could not reach the server behind it"""
    verdict_1015: Verdict
    """the TLS handshake failed"""
    verdict_3000: Verdict
    """unauthorized: credentials are missing or expired"""
    verdict_3003: Verdict
    """forbidden: these credentials lack the right"""
    verdict_3008: Verdict
    """timeout: we were too slow for the server"""
    verdict_301: Verdict
    """redirected to another address"""
    verdict_302: Verdict
    """redirected to another address"""
    verdict_307: Verdict
    """redirected to another address"""
    verdict_308: Verdict
    """redirected to another address"""
    verdict_400: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_401: Verdict
    """credentials are missing or expired"""
    verdict_403: Verdict
    """these credentials lack the right"""
    verdict_404: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_405: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_407: Verdict
    """the proxy wants credentials"""
    verdict_408: Verdict
    """the server waited too long for us"""
    verdict_410: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_425: Verdict
    """too early, ask again"""
    verdict_426: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_429: Verdict
    """too many requests"""
    verdict_500: Verdict
    """internal error of the server"""
    verdict_501: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_502: Verdict
    """bad gateway: a gateway could not reach the server behind it"""
    verdict_503: Verdict
    """service unavailable: overloaded or restarting"""
    verdict_504: Verdict
    """gateway timeout: the server behind a gateway did not answer"""
    verdict_505: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_dns_temporary: Verdict
    """the name server did not answer"""
    verdict_dns_unknown: Verdict
    """the name is not known"""
    verdict_tcp_refused: Verdict
    """nothing listens there, or a firewall refuses"""
    verdict_tcp_reset: Verdict
    """the connection was reset by the peer or something between"""
    verdict_tcp_unreachable: Verdict
    """no way to the network or host"""
    verdict_tcp_timeout: Verdict
    """no answer to connecting in time"""
    verdict_proxy: Verdict
    """the proxy did not connect us"""
    verdict_tls_expired: Verdict
    """the certificate of the server has expired"""
    verdict_tls_not_yet_valid: Verdict
    """the certificate is not yet valid, or our clock is wrong"""
    verdict_tls_host: Verdict
    """the certificate is for another host"""
    verdict_tls_issuer: Verdict
    """the issuer of the certificate is not trusted"""
    verdict_tls_pin: Verdict
    """the certificate does not match tls.pins"""
    verdict_tls_client_cert: Verdict
    """the server refused our certificate"""
    verdict_tls_version: Verdict
    """no TLS version or cipher in common; maybe the port does not speak TLS"""
    verdict_tls_cut: Verdict
    """the connection was cut off inside TLS"""
    verdict_tls_timeout: Verdict
    """the TLS handshake was not finished in time"""
    verdict_open_timeout: Verdict
    """the opening handshake was not finished in time"""
    verdict_not_websocket: Verdict
    """not a WebSocket server, or a captive portal"""
    verdict_subprotocol: Verdict
    """the server does not select a subprotocol that we offered"""
    verdict_redirect: Verdict
    """a redirect that is not followed"""
    verdict_protocol: Verdict
    """the peer broke RFC 6455"""
    verdict_silence: Verdict
    """no answer to the heartbeat"""
    # Private codes of applications.
    verdict_4000: Verdict
    verdict_4001: Verdict
    verdict_4002: Verdict
    verdict_4003: Verdict
    verdict_4004: Verdict
    verdict_4005: Verdict
    verdict_4006: Verdict
    verdict_4007: Verdict
    verdict_4008: Verdict
    verdict_4009: Verdict
    verdict_4010: Verdict
    verdict_4011: Verdict
    verdict_4012: Verdict
    verdict_4013: Verdict
    verdict_4014: Verdict
    verdict_4015: Verdict
    verdict_4016: Verdict
    verdict_4017: Verdict
    verdict_4018: Verdict
    verdict_4019: Verdict
    verdict_4020: Verdict
    verdict_4021: Verdict
    verdict_4022: Verdict
    verdict_4023: Verdict
    verdict_4024: Verdict
    verdict_4025: Verdict
    verdict_4026: Verdict
    verdict_4027: Verdict
    verdict_4028: Verdict
    verdict_4029: Verdict
    verdict_4030: Verdict
    verdict_4031: Verdict
    verdict_4032: Verdict
    verdict_4033: Verdict
    verdict_4034: Verdict
    verdict_4035: Verdict
    verdict_4036: Verdict
    verdict_4037: Verdict
    verdict_4038: Verdict
    verdict_4039: Verdict
    verdict_4040: Verdict
    verdict_4041: Verdict
    verdict_4042: Verdict
    verdict_4043: Verdict
    verdict_4044: Verdict
    verdict_4045: Verdict
    verdict_4046: Verdict
    verdict_4047: Verdict
    verdict_4048: Verdict
    verdict_4049: Verdict
    verdict_4050: Verdict
    verdict_4051: Verdict
    verdict_4052: Verdict
    verdict_4053: Verdict
    verdict_4054: Verdict
    verdict_4055: Verdict
    verdict_4056: Verdict
    verdict_4057: Verdict
    verdict_4058: Verdict
    verdict_4059: Verdict
    verdict_4060: Verdict
    verdict_4061: Verdict
    verdict_4062: Verdict
    verdict_4063: Verdict
    verdict_4064: Verdict
    verdict_4065: Verdict
    verdict_4066: Verdict
    verdict_4067: Verdict
    verdict_4068: Verdict
    verdict_4069: Verdict
    verdict_4070: Verdict
    verdict_4071: Verdict
    verdict_4072: Verdict
    verdict_4073: Verdict
    verdict_4074: Verdict
    verdict_4075: Verdict
    verdict_4076: Verdict
    verdict_4077: Verdict
    verdict_4078: Verdict
    verdict_4079: Verdict
    verdict_4080: Verdict
    verdict_4081: Verdict
    verdict_4082: Verdict
    verdict_4083: Verdict
    verdict_4084: Verdict
    verdict_4085: Verdict
    verdict_4086: Verdict
    verdict_4087: Verdict
    verdict_4088: Verdict
    verdict_4089: Verdict
    verdict_4090: Verdict
    verdict_4091: Verdict
    verdict_4092: Verdict
    verdict_4093: Verdict
    verdict_4094: Verdict
    verdict_4095: Verdict
    verdict_4096: Verdict
    verdict_4097: Verdict
    verdict_4098: Verdict
    verdict_4099: Verdict
