#include "policy/verdict_table.hpp"

#include <algorithm>
#include <array>

namespace resock::policy {

namespace {

using l = layer;
using c = culprit;
using v = verdict;
using r = rule;

// A row of failures.md stays a row here.
// clang-format off
constexpr auto close_codes = std::to_array<numbered>({
    {1000, 1000, {l::websocket, c::peer, v::stop, r::plain,
      "normal closure", "set verdict.1000=backoff to reconnect after it"}},
    {1001, 1001, {l::websocket, c::peer, v::now, r::plain,
      "going away: the server is shutting down or the page was left", "",
      "nothing: it passes by itself; watch for it only where it comes without a deploy"}},
    {1002, 1002, {l::websocket, c::us, v::backoff, r::repeat,
      "protocol error: the peer says that we broke RFC 6455",
      "look for a proxy that alters the stream, then report it with the log"}},
    {1003, 1003, {l::websocket, c::us, v::backoff, r::search,
      "unsupported data: the peer does not take a message of this kind",
      "send text instead of binary or the reverse, as the server expects"}},
    {1005, 1005, {l::websocket, c::peer, v::backoff, r::plain, "closed without a status", "",
      "ask the maker of the server for a close code, or look into its log"}},
    {1006, 1006, {l::websocket, c::network, v::now, r::plain,
      "broken without a closing handshake: the network or a crash", "",
      "if it comes often, find the part of the way that cuts: an idle limit of a proxy or "
      "load balancer (set heartbeat.interval below it), a network that changes, a server "
      "that crashes (its log)"}},
    {1007, 1007, {l::websocket, c::us, v::backoff, r::search,
      "invalid payload: a message was not what its type promises",
      "check what is sent: text must be UTF-8 and in the server's format"}},
    {1008, 1008, {l::websocket, c::us, v::auth, r::plain,
      "against the server's policy, often missing or expired credentials",
      "check the credentials in http.header or the URL, or set credentials.when=refused"}},
    {1009, 1009, {l::websocket, c::us, v::backoff, r::search,
      "too big: a message exceeds what the peer takes",
      "send smaller messages or raise the limit of the server"}},
    {1010, 1010, {l::websocket, c::peer, v::stop, r::plain,
      "an extension is missing that an end insists on", "enable the extension at the server"}},
    {1011, 1011, {l::websocket, c::peer, v::backoff, r::plain, "internal error of the server", "",
      "look into the log of the server"}},
    {1012, 1012, {l::websocket, c::peer, v::spread, r::plain, "the server restarts", "",
      "nothing: it passes by itself"}},
    {1013, 1013, {l::websocket, c::peer, v::slow, r::plain,
      "try again later: the server is overloaded", "",
      "give the server more room, or let fewer clients connect at a time"}},
    {1014, 1014, {l::websocket, c::proxy, v::backoff, r::plain,
      "bad gateway: a gateway could not reach the server behind it", "",
      "start the server behind the gateway, or check where the gateway forwards to"}},
    {1015, 1015, {l::tls, c::network, v::backoff, r::plain, "the TLS handshake failed", "",
      "look at the record's detail, which names what TLS refused"}},
    {3000, 3000, {l::websocket, c::us, v::auth, r::plain,
      "unauthorized: credentials are missing or expired",
      "check the credentials in http.header or the URL, or set credentials.when=refused"}},
    {3003, 3003, {l::websocket, c::us, v::stop, r::plain,
      "forbidden: these credentials lack the right",
      "use other credentials or have the right granted at the server"}},
    {3008, 3008, {l::websocket, c::us, v::backoff, r::plain,
      "timeout: we were too slow for the server", "",
      "look for what makes us slow: the line, or a program that does not poll its events"}},
    {1004, 2999, {l::websocket, c::peer, v::backoff, r::plain,
      "a code reserved for the protocol and its extensions", "",
      "look up the code in the registry of WebSocket close codes, or update the server"}},
    {3001, 3999, {l::websocket, c::peer, v::backoff, r::plain,
      "a code registered by a library", "",
      "look up the code in the documentation of the server's library"}},
    {4000, 4999, {l::websocket, c::peer, v::backoff, r::plain,
      "a private code of the application; its documentation says what it means", "",
      "look up the code in the documentation of the application; verdict.<code> sets what "
      "to do"}},
});

constexpr const char* no_websocket_here = "not a WebSocket server, or a captive portal";
constexpr const char* check_the_url = "check host, port and path of the URL";

constexpr auto http_statuses = std::to_array<numbered>({
    {301, 302, {l::http, c::peer, v::follow, r::opening,
      "redirected to another address", "use the URL in Location directly"}},
    {307, 308, {l::http, c::peer, v::follow, r::opening,
      "redirected to another address", "use the URL in Location directly"}},
    {400, 400, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {401, 401, {l::http, c::us, v::auth, r::opening,
      "credentials are missing or expired",
      "check the credentials in http.header or the URL, or set credentials.when=refused"}},
    {403, 403, {l::http, c::us, v::auth, r::opening,
      "these credentials lack the right",
      "check credentials, path and Origin in http.header, or set credentials.when=refused"}},
    {404, 405, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {407, 407, {l::proxy, c::us, v::auth, r::opening,
      "the proxy wants credentials",
      "put user and password into proxy.url, or set credentials.when=refused"}},
    {408, 408, {l::http, c::peer, v::backoff, r::opening, "the server waited too long for us", "",
      "look for what makes us slow: the line, or a machine under load"}},
    {410, 410, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {425, 425, {l::http, c::peer, v::backoff, r::opening, "too early, ask again", "",
      "nothing: it passes by itself"}},
    {426, 426, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {429, 429, {l::http, c::us, v::backoff, r::opening,
      "too many requests", "connect less often or raise the limit of the server"}},
    {500, 500, {l::http, c::peer, v::backoff, r::opening, "internal error of the server", "",
      "look into the log of the server"}},
    {501, 501, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {502, 502, {l::http, c::proxy, v::backoff, r::opening,
      "bad gateway: a gateway could not reach the server behind it", "",
      "start the server behind the gateway, or check where the gateway forwards to"}},
    {503, 503, {l::http, c::peer, v::backoff, r::opening,
      "service unavailable: overloaded or restarting", "",
      "wait, or give the server more room; verdict.503=stop ends the link instead"}},
    {504, 504, {l::http, c::proxy, v::backoff, r::opening,
      "gateway timeout: the server behind a gateway did not answer", "",
      "look at the server behind the gateway: it is slow, or cannot be reached"}},
    {505, 505, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {500, 599, {l::http, c::peer, v::backoff, r::opening, "error of the server", "",
      "look into the log of the server, or of what stands before it"}},
    {100, 299, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {300, 399, {l::http, c::peer, v::stop, r::opening,
      "redirected in a way that is not followed", "use the URL in Location directly"}},
    {400, 499, {l::http, c::peer, v::stop, r::opening,
      "the server refuses the request", "check the URL and http.header"}},
});

constexpr auto causes = std::to_array<caused>({
    {cause::dns_temporary, {l::dns, c::network, v::backoff, r::opening,
      "the name server did not answer", "check the network and the name server"}},
    {cause::dns_unknown, {l::dns, c::network, v::backoff, r::opening,
      "the name is not known", "check the spelling of the host and the network"}},
    {cause::tcp_refused, {l::tcp, c::peer, v::backoff, r::plain,
      "nothing listens there, or a firewall refuses",
      "start the server or check host and port of the URL"}},
    {cause::tcp_reset, {l::tcp, c::network, v::backoff, r::plain,
      "the connection was reset by the peer or something between", "",
      "if it comes often, look into the log of the server and at proxies and firewalls "
      "with an idle limit; set heartbeat.interval below it"}},
    {cause::tcp_unreachable, {l::tcp, c::network, v::backoff, r::plain,
      "no way to the network or host", "check the network and its routes"}},
    {cause::tcp_timeout, {l::tcp, c::network, v::backoff, r::plain,
      "no answer to connecting in time", "check the network, host, port and firewalls"}},
    {cause::proxy, {l::proxy, c::proxy, v::backoff, r::plain,
      "the proxy did not connect us", "check proxy.url"}},
    {cause::tls_expired, {l::tls, c::peer, v::stop, r::opening,
      "the certificate of the server has expired", "renew it or set tls.ca_file"}},
    {cause::tls_not_yet_valid, {l::tls, c::peer, v::slow, r::plain,
      "the certificate is not yet valid, or our clock is wrong",
      "check the clock of this machine"}},
    {cause::tls_host, {l::tls, c::peer, v::stop, r::opening,
      "the certificate is for another host",
      "use the name in the certificate, or issue one for this host"}},
    {cause::tls_issuer, {l::tls, c::peer, v::stop, r::opening,
      "the issuer of the certificate is not trusted",
      "set tls.ca_file to the certificate of the issuer"}},
    {cause::tls_pin, {l::tls, c::peer, v::stop, r::opening,
      "the certificate does not match tls.pins",
      "make sure that it is the right server, then update tls.pins"}},
    {cause::tls_client_cert, {l::tls, c::us, v::stop, r::opening,
      "the server refused our certificate", "check tls.cert_file and tls.key_file"}},
    {cause::tls_version, {l::tls, c::peer, v::stop, r::opening,
      "no TLS version or cipher in common; maybe the port does not speak TLS",
      "update the server, lower tls.min_version, or check port and ws:// against wss://"}},
    {cause::tls_cut, {l::tls, c::network, v::backoff, r::plain,
      "the connection was cut off inside TLS", "",
      "if it comes often, look into the log of the server and at middleboxes that inspect "
      "TLS"}},
    {cause::tls_timeout, {l::tls, c::network, v::backoff, r::plain,
      "the TLS handshake was not finished in time", "",
      "check the load of the server and the line, or raise connect.timeout"}},
    {cause::open_timeout, {l::http, c::peer, v::backoff, r::plain,
      "the opening handshake was not finished in time", "",
      "check the load of the server, or raise open.timeout"}},
    {cause::not_websocket, {l::http, c::peer, v::stop, r::opening,
      no_websocket_here, check_the_url}},
    {cause::subprotocol, {l::http, c::peer, v::stop, r::opening,
      "the server does not select a subprotocol that we offered",
      "check http.subprotocols and what the server supports"}},
    {cause::redirect, {l::http, c::peer, v::stop, r::opening,
      "a redirect that is not followed", "use the URL in Location directly"}},
    {cause::protocol, {l::websocket, c::peer, v::backoff, r::plain,
      "the peer broke RFC 6455", "look for a proxy that alters the stream"}},
    {cause::silence, {l::heartbeat, c::network, v::now, r::plain,
      "no answer to the heartbeat", "",
      "check the line and the server, or raise heartbeat.timeout where it is slow"}},
    {cause::local, {l::local, c::us, v::stop, r::plain, "ended by us", "",
      "nothing: the application asked for it; the record's detail says why"}},
});
// clang-format on

const row& find_number(std::span<const numbered> table, int number, const row& otherwise) {
    for (const numbered& each : table) {
        if (number >= each.first && number <= each.last) return each.row;
    }
    return otherwise;
}

} // namespace

// ---- what the tables do not have ----

constinit const row too_large{l::websocket,
                              c::peer,
                              v::backoff,
                              r::plain,
                              "a message larger than message.max",
                              "raise message.max, or let the peer send smaller messages"};
constinit const row unknown_code{
    l::websocket, c::peer, v::backoff, r::plain, "a close code without a meaning", ""};
constinit const row unknown_status{l::http,    c::peer,           v::stop,
                                   r::opening, no_websocket_here, check_the_url};
constinit const row unknown_end{l::local, c::network, v::backoff, r::plain, "for an unknown reason",
                                ""};

std::span<const numbered> close_code_rows() {
    return close_codes;
}
std::span<const numbered> http_status_rows() {
    return http_statuses;
}
std::span<const caused> cause_rows() {
    return causes;
}

const row& close_code_row(int code) {
    return find_number(close_codes, code, unknown_code);
}

const row& http_status_row(int status) {
    return find_number(http_statuses, status, unknown_status);
}

const row& cause_row(cause wanted) {
    const auto* found = std::find_if(causes.begin(), causes.end(),
                                     [&](const caused& each) { return each.cause == wanted; });
    return found == causes.end() ? unknown_end : found->row;
}

bool breaks_while_open(cause value) {
    return value == cause::tcp_reset || value == cause::tcp_unreachable ||
           value == cause::tcp_timeout || value == cause::tls_cut;
}

} // namespace resock::policy
