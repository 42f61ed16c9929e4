"""Keywords of other WebSocket libraries, and what stands for them here.

Nothing is translated silently: the same word may mean something slightly different here.
"""

from __future__ import annotations

from typing import Dict

__all__ = ["INSTEAD", "TLS_INSTEAD"]

TLS_INSTEAD = (
    "TLS is set by options, because the library has a TLS of its own: tls_ca_file (whom to trust), "
    "tls_verify, tls_min_version, and for a server tls_cert_file and tls_key_file"
)

_HEADER = 'use http_header={"Name": "value"}'
_LATER = "this version has no"
_EVENTS = "iterate over the link (messages) and link.events(), or use on_event"

INSTEAD: Dict[str, str] = {
    # websockets
    "additional_headers": _HEADER,
    "compression": f"{_LATER} compression; leave it out",
    "create_connection": "this package has no connection classes; leave it out",
    "create_protocol": "this package has no protocol classes; leave it out",
    "extra_headers": _HEADER,
    "family": "both IPv6 and IPv4 are tried; leave it out",
    "keepalive": "use heartbeat_interval and heartbeat_timeout",
    "legacy_recv": "leave it out",
    "local_addr": "the system chooses the local address; leave it out",
    "logger": 'messages go to logging.getLogger("resock"); leave it out',
    "loop": "the running event loop is used; leave it out",
    "max_queue": "use events_messages and events_bytes",
    "max_size": "use message_max",
    "origin": 'use http_header={"Origin": "https://..."}',
    "origins": "use listen_origins",
    "ping_interval": "use heartbeat_interval",
    "ping_timeout": "use heartbeat_timeout",
    "process_exception": "links connect again by themselves; verdict_... changes when they do not",
    "proxy": f"{_LATER} proxies; leave it out",
    "read_limit": "use events_bytes",
    "select_subprotocol": "use http_subprotocols",
    "server_header": 'use http_header={"Server": "..."}',
    "server_hostname": "the host of the URL is checked; leave it out",
    "sock": "links connect by themselves, again and again; leave it out",
    "subprotocols": "use http_subprotocols",
    "user_agent_header": 'use http_header={"User-Agent": "..."}',
    "write_limit": "use queue_bytes",
    # websocket-client
    "cookie": 'use http_header={"Cookie": "..."}',
    "dispatcher": "use asyncio, or resock.sync in a thread",
    "enable_multithread": "links may be used from every thread; leave it out",
    "header": _HEADER,
    "http_proxy_auth": f"{_LATER} proxies; leave it out",
    "http_proxy_host": f"{_LATER} proxies; leave it out",
    "http_proxy_port": f"{_LATER} proxies; leave it out",
    "keep_running": "links stay up until close()",
    "on_close": _EVENTS,
    "on_data": _EVENTS,
    "on_error": _EVENTS,
    "on_message": _EVENTS,
    "on_open": _EVENTS,
    "on_ping": _EVENTS,
    "on_pong": _EVENTS,
    "on_reconnect": _EVENTS,
    "ping_payload": 'use heartbeat_mode="text" and heartbeat_text',
    "reconnect": "links connect again by themselves: see reconnect_min and reconnect_max",
    "skip_utf8_validation": "text is always checked, at little cost; leave it out",
    "sockopt": "the library sets the options of its sockets; leave it out",
    "suppress_origin": "no Origin is sent unless http_header has one; leave it out",
    "timeout": "use connect_timeout, open_timeout or close_timeout",
    # aiohttp, picows, tornado and others
    "auth": "use http_header, or credentials where it changes",
    "autoping": "pings are answered by the library; leave it out",
    "compress": f"{_LATER} compression; leave it out",
    "connect_args": "leave it out",
    "headers": _HEADER,
    "heartbeat": "use heartbeat_interval",
    "max_message_size": "use message_max",
    "max_msg_size": "use message_max",
    "protocols": "use http_subprotocols",
    "receive_timeout": "use heartbeat_interval and heartbeat_timeout",
}
INSTEAD.update(
    dict.fromkeys(
        ("ssl", "ssl_context", "ssl_options", "sslopt", "tls", "verify_ssl", "cert_reqs"),
        TLS_INSTEAD,
    )
)
