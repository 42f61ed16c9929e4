#include "policy/verdict.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

namespace resock::policy {

namespace {

// What may change a row's verdict by the situation.
enum class rule {
    plain,
    opening, // a stop that holds only while the link was never open (or with verdict.strict)
    search,  // stop unless the doubtful message can be searched for
    repeat,  // stop once it came `max_protocol_row` times in a row
};

constexpr unsigned max_protocol_row = 3;

struct row {
    policy::layer layer;
    policy::culprit culprit;
    policy::verdict verdict;
    policy::rule rule;
    const char* meaning;
    const char* remedy;
};

struct numbered {
    int first;
    int last;
    policy::row row;
};

struct caused {
    policy::cause cause;
    policy::row row;
};

using l = layer;
using c = culprit;
using v = verdict;
using r = rule;

// A row of failures.md stays a row here.
// clang-format off
// The first that fits counts: single codes stand before the ranges that hold them.
constexpr auto close_codes = std::to_array<numbered>({
    {1000, 1000, {l::websocket, c::peer, v::stop, r::plain,
      "normal closure", "set verdict.1000=backoff to reconnect after it"}},
    {1001, 1001, {l::websocket, c::peer, v::now, r::plain,
      "going away: the server is shutting down or the page was left", ""}},
    {1002, 1002, {l::websocket, c::us, v::backoff, r::repeat,
      "protocol error: the peer says that we broke RFC 6455",
      "look for a proxy that alters the stream, then report it with the log"}},
    {1003, 1003, {l::websocket, c::us, v::backoff, r::search,
      "unsupported data: the peer does not take a message of this kind",
      "send text instead of binary or the reverse, as the server expects"}},
    {1005, 1005, {l::websocket, c::peer, v::backoff, r::plain, "closed without a status", ""}},
    {1006, 1006, {l::websocket, c::network, v::now, r::plain,
      "broken without a closing handshake: the network or a crash", ""}},
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
    {1011, 1011, {l::websocket, c::peer, v::backoff, r::plain, "internal error of the server", ""}},
    {1012, 1012, {l::websocket, c::peer, v::spread, r::plain, "the server restarts", ""}},
    {1013, 1013, {l::websocket, c::peer, v::slow, r::plain,
      "try again later: the server is overloaded", ""}},
    {1014, 1014, {l::websocket, c::proxy, v::backoff, r::plain,
      "bad gateway: a gateway could not reach the server behind it", ""}},
    {1015, 1015, {l::tls, c::network, v::backoff, r::plain, "the TLS handshake failed", ""}},
    {3000, 3000, {l::websocket, c::us, v::auth, r::plain,
      "unauthorized: credentials are missing or expired",
      "check the credentials in http.header or the URL, or set credentials.when=refused"}},
    {3003, 3003, {l::websocket, c::us, v::stop, r::plain,
      "forbidden: these credentials lack the right",
      "use other credentials or have the right granted at the server"}},
    {3008, 3008, {l::websocket, c::us, v::backoff, r::plain,
      "timeout: we were too slow for the server", ""}},
    {1004, 2999, {l::websocket, c::peer, v::backoff, r::plain,
      "a code reserved for the protocol and its extensions", ""}},
    {3001, 3999, {l::websocket, c::peer, v::backoff, r::plain,
      "a code registered by a library", ""}},
    {4000, 4999, {l::websocket, c::peer, v::backoff, r::plain,
      "a private code of the application; its documentation says what it means", ""}},
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
    {408, 408, {l::http, c::peer, v::backoff, r::opening, "the server waited too long for us", ""}},
    {410, 410, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {425, 425, {l::http, c::peer, v::backoff, r::opening, "too early, ask again", ""}},
    {426, 426, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {429, 429, {l::http, c::us, v::backoff, r::opening,
      "too many requests", "connect less often or raise the limit of the server"}},
    {500, 500, {l::http, c::peer, v::backoff, r::opening, "internal error of the server", ""}},
    {501, 501, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {502, 502, {l::http, c::proxy, v::backoff, r::opening,
      "bad gateway: a gateway could not reach the server behind it", ""}},
    {503, 503, {l::http, c::peer, v::backoff, r::opening,
      "service unavailable: overloaded or restarting", ""}},
    {504, 504, {l::http, c::proxy, v::backoff, r::opening,
      "gateway timeout: the server behind a gateway did not answer", ""}},
    {505, 505, {l::http, c::peer, v::stop, r::opening, no_websocket_here, check_the_url}},
    {500, 599, {l::http, c::peer, v::backoff, r::opening, "error of the server", ""}},
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
      "the connection was reset by the peer or something between", ""}},
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
      "the connection was cut off inside TLS", ""}},
    {cause::tls_timeout, {l::tls, c::network, v::backoff, r::plain,
      "the TLS handshake was not finished in time", ""}},
    {cause::open_timeout, {l::http, c::peer, v::backoff, r::plain,
      "the opening handshake was not finished in time", ""}},
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
      "no answer to the heartbeat", ""}},
    {cause::local, {l::local, c::us, v::stop, r::plain, "ended by us", ""}},
});
// clang-format on

// We close with 1009: within RFC 6455, only more than we were told to take.
constexpr row too_large{l::websocket,
                        c::peer,
                        v::backoff,
                        r::plain,
                        "a message larger than message.max",
                        "raise message.max, or let the peer send smaller messages"};
constexpr row unknown_code{
    l::websocket, c::peer, v::backoff, r::plain, "a close code without a meaning", ""};
constexpr row unknown_status{l::http,    c::peer,           v::stop,
                             r::opening, no_websocket_here, check_the_url};
constexpr row unknown_end{l::local, c::network, v::backoff, r::plain, "for an unknown reason", ""};

template<std::size_t N>
row find_number(const std::array<numbered, N>& table, int number, const row& otherwise) {
    for (const numbered& each : table) {
        if (number >= each.first && number <= each.last) return each.row;
    }
    return otherwise;
}

// A broken socket on an open connection: 1006, with what the system said of it.
bool broke_while_open(const failure& f) {
    if (f.close_code != 1006) return false;
    return f.cause == cause::tcp_reset || f.cause == cause::tcp_unreachable ||
           f.cause == cause::tcp_timeout || f.cause == cause::tls_cut;
}

row find_row(const failure& f) {
    if (f.cause == cause::none || (f.cause == cause::proxy && f.http_status != 0)) {
        if (f.http_status != 0) return find_number(http_statuses, f.http_status, unknown_status);
        return f.close_code ? find_number(close_codes, f.close_code, unknown_code) : unknown_end;
    }
    if (f.cause == cause::protocol && f.close_code == 1009) return too_large;
    const auto* found = std::find_if(causes.begin(), causes.end(),
                                     [&](const caused& each) { return each.cause == f.cause; });
    row made = found == causes.end() ? unknown_end : found->row;
    if (broke_while_open(f)) made.verdict = verdict::now;
    return made;
}

std::optional<verdict> find_override(const failure& f, const verdict_options& options) {
    if (f.cause == cause::local) return std::nullopt;
    const auto look = [&](const std::string& key) -> std::optional<verdict> {
        const auto at = options.overrides.find(key);
        if (key.empty() || at == options.overrides.end()) return std::nullopt;
        return at->second;
    };
    auto found = look(to_string(f.cause));
    if (!found && f.http_status != 0) found = look(std::to_string(f.http_status));
    const bool by_code = f.cause == cause::none || broke_while_open(f);
    if (!found && by_code && f.close_code != 0) found = look(std::to_string(f.close_code));
    return found;
}

bool is_dns(const failure& f) {
    return f.cause == cause::dns_temporary || f.cause == cause::dns_unknown;
}

// auth and follow only where they can be done.
verdict possible(verdict wanted, const situation& now) {
    if (wanted == verdict::auth && (!now.refresh_set || now.auth_tried)) return verdict::stop;
    if (wanted == verdict::follow && !now.can_follow) return verdict::stop;
    return wanted;
}

verdict decide(const failure& f, const row& from, const verdict_options& options,
               const situation& now) {
    const auto override = find_override(f, options);
    verdict made = possible(override.value_or(from.verdict), now);
    // A stop that was asked for is one; a stop because nothing can be asked or followed is not.
    const bool asked_for = override == verdict::stop && !is_dns(f);
    if (!override) {
        if (from.rule == rule::search && !(now.doubtful > 0 && now.can_search)) {
            made = verdict::stop;
        }
        if (from.rule == rule::repeat && now.protocol_row >= max_protocol_row) {
            made = verdict::stop;
        }
    }
    const bool may_pass = from.rule == rule::opening && now.was_open && !options.strict;
    return made == verdict::stop && may_pass && !asked_for ? verdict::slow : made;
}

// The row as this failure has it: who answered, who closed.
row adapted(row made, const failure& f) {
    if (f.cause == cause::proxy && f.http_status != 0) {
        made.layer = layer::proxy;
        if (made.culprit == culprit::peer) made.culprit = culprit::proxy;
        // A proxy answers CONNECT itself: where it sends us is not the server.
        if (made.verdict == verdict::follow) made.verdict = verdict::stop;
    }
    if (f.cause == cause::none && f.closed_by_us && f.http_status == 0) made.culprit = culprit::us;
    return made;
}

} // namespace

bool is_verdict_key(std::string_view key) {
    const auto tokens = verdict_causes();
    if (std::find(tokens.begin(), tokens.end(), key) != tokens.end()) return true;
    int number = 0;
    const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (failed != std::errc() || end != key.data() + key.size() || key.front() == '0') return false;
    return (number >= 1000 && number <= 4999) || (number >= 100 && number <= 599 && number != 101);
}

judgement judge(const failure& f, const verdict_options& options, const situation& now) {
    const row from = adapted(find_row(f), f);
    judgement made;
    made.layer = from.layer;
    made.culprit = from.culprit;
    made.verdict = decide(f, from, options, now);
    made.meaning = from.meaning;
    made.remedy = from.remedy;
    const bool refused_again = from.verdict == verdict::auth && now.auth_tried;
    if (refused_again) made.remedy = "the new credentials were refused too; check them";
    if (made.verdict == verdict::auth || made.verdict == verdict::follow) made.remedy.clear();
    return made;
}

bool blames_message(const failure& f) {
    if (f.cause != cause::none || f.closed_by_us || f.http_status != 0) return false;
    return f.close_code == 1003 || f.close_code == 1007 || f.close_code == 1009;
}

} // namespace resock::policy
