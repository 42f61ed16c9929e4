// What we ask of each TCP socket, and what the kernel tells of it.
#pragma once

#include "policy/heartbeat.hpp"

namespace resock::net {

// Bytes not yet transmitted above which the socket does not count as writable: what is written
// ahead of a heartbeat's question delays it (TCP_NOTSENT_LOWAT).
inline constexpr int unsent_low_water = 128 * 1024;

// A TCP socket of `family` (AF_INET, AF_INET6), close-on-exec from the first moment, so that a
// program started meanwhile never inherits it. −1 and errno where there is none.
int open_tcp_socket(int family);

// TCP_NODELAY and TCP_NOTSENT_LOWAT. Failing is no error: the connection only works less well.
void set_link_options(int fd);

// Linux: SIOCOUTQNSD, SIOCOUTQ, TCP_INFO. Elsewhere the defaults: the heartbeat then counts only
// bytes received as life. The kernel counts the SYN as one byte acknowledged.
policy::transport_state transport_state_of(int fd);

} // namespace resock::net
