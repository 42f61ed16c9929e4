#include "wire/accept.hpp"

#include <algorithm>

#include <openssl/crypto.h>

#include "base/ascii.hpp"

namespace resock::wire {

namespace {

constexpr std::size_t most_shown = 128;
constexpr std::size_t key_text = 24; // base64 of 16 bytes

std::string quoted(std::string_view text) {
    return '"' + printable(text, most_shown) + '"';
}

std::vector<std::string_view> values_of(const fields& from, std::string_view name) {
    std::vector<std::string_view> found;
    const std::string wanted = lower(name);
    for (const field& each : from)
        if (each.name.size() == wanted.size() && lower(each.name) == wanted)
            found.push_back(each.value);
    return found;
}

bool has_token(const fields& from, std::string_view name, std::string_view token) {
    const auto items = list_field(from, name);
    return std::any_of(items.begin(), items.end(),
                       [&](const std::string& item) { return lower(item) == token; });
}

refusal bad_request(std::string why) {
    return {400, std::move(why), {}};
}

refusal upgrade_required(std::string why) {
    return {426, std::move(why), {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}};
}

// A field that must stand exactly once.
std::optional<refusal> check_once(const client_request& request, const char* name) {
    const std::size_t count = values_of(request.fields, name).size();
    if (count == 1) return {};
    return bad_request(count == 0 ? std::string("the field ") + name + " is missing"
                                  : std::string("the field ") + name + " stands " +
                                        std::to_string(count) + " times; once is allowed");
}

// Base64 of 16 bytes (RFC 6455 §4.1): 22 characters and "==".
bool is_key(std::string_view text) {
    if (text.size() != key_text || text.substr(key_text - 2) != "==") return false;
    return std::all_of(text.begin(), text.end() - 2,
                       [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/'; });
}

std::optional<refusal> check_form(const client_request& request) {
    if (request.minor_version < 1)
        return refusal{505, "HTTP/1.0 cannot be upgraded; HTTP/1.1 is needed", {}};
    if (auto wrong = check_once(request, "Host")) return wrong;
    // RFC 6455 §4.2.1: it contains the server's authority.
    if (values_of(request.fields, "Host").front().empty())
        return bad_request("the field Host is empty");
    const auto length = values_of(request.fields, "Content-Length");
    const bool has_body = !length.empty() && (length.size() > 1 || length[0] != "0");
    if (has_body || !values_of(request.fields, "Transfer-Encoding").empty())
        return bad_request("the request has a body, which an opening may not have");
    if (path_of(request.target).empty())
        return bad_request("the target " + quoted(request.target) + " is no path");
    return {};
}

std::optional<refusal> check_key(const client_request& request) {
    if (auto wrong = check_once(request, "Sec-WebSocket-Key")) return wrong;
    const std::string_view key = values_of(request.fields, "Sec-WebSocket-Key").front();
    if (is_key(key)) return {};
    return bad_request("Sec-WebSocket-Key is " + quoted(key) + ", expected 16 bytes in base64");
}

std::optional<refusal> check_offers(const client_request& request) {
    auto offered = list_field(request.fields, "Sec-WebSocket-Protocol");
    for (const std::string& each : offered)
        if (!is_token(each))
            return bad_request("Sec-WebSocket-Protocol offers " + quoted(each) +
                               ", which is no token (RFC 9110 section 5.6.2)");
    std::sort(offered.begin(), offered.end());
    const auto twice = std::adjacent_find(offered.begin(), offered.end());
    if (twice != offered.end())
        return bad_request("Sec-WebSocket-Protocol offers " + quoted(*twice) +
                           " twice; each may stand once (RFC 6455 section 4.1)");
    return {};
}

// Equal in a time that tells nothing of where they differ.
bool same_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool has_bearer(const client_request& request, const std::string& token) {
    constexpr std::string_view scheme = "bearer ";
    const auto given = values_of(request.fields, "Authorization");
    if (given.size() != 1 || lower(given[0].substr(0, scheme.size())) != scheme) return false;
    std::string_view value = given[0].substr(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return same_secret(value, token);
}

bool serves(const std::vector<std::string>& paths, std::string_view path) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& each) {
        if (!each.ends_with("/*")) return each == path;
        const std::string_view parent = std::string_view(each).substr(0, each.size() - 1);
        return path.starts_with(parent);
    });
}

} // namespace

std::string_view path_of(std::string_view target) {
    if (const std::size_t scheme = target.find("://");
        scheme != target.npos && scheme < target.find_first_of("/?")) {
        target.remove_prefix(scheme + 3);
        target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
        if (target.empty() || target.front() == '?') return "/";
    }
    if (target.empty() || target.front() != '/') return {};
    return target.substr(0, target.find('?'));
}

std::optional<refusal> check_opening(const client_request& request) {
    if (request.method != "GET")
        return refusal{405,
                       "method " + quoted(request.method) + "; a WebSocket is opened with GET",
                       {{"Allow", "GET"}}};
    if (auto wrong = check_form(request)) return wrong;
    if (!has_token(request.fields, "Upgrade", "websocket"))
        return upgrade_required("plain HTTP; this is a WebSocket server: connect with ws:// or "
                                "wss://");
    if (!has_token(request.fields, "Connection", "upgrade"))
        return bad_request("the field Connection does not name Upgrade; a proxy between may have "
                           "removed it");
    if (auto wrong = check_once(request, "Sec-WebSocket-Version")) return wrong;
    const std::string_view version = values_of(request.fields, "Sec-WebSocket-Version").front();
    if (version != "13")
        return upgrade_required("Sec-WebSocket-Version is " + quoted(version) +
                                ", supported is 13 (RFC 6455)");
    if (auto wrong = check_key(request)) return wrong;
    if (values_of(request.fields, "Origin").size() > 1)
        return bad_request("the field Origin stands more than once");
    return check_offers(request);
}

std::optional<refusal> check_rules(const client_request& request, const accept_rules& rules) {
    const std::string_view path = path_of(request.target);
    if (!rules.paths.empty() && !serves(rules.paths, path))
        return refusal{404, "path " + quoted(path) + " is not served here", {}};
    const auto origin = values_of(request.fields, "Origin");
    if (!rules.origins.empty() && !origin.empty() &&
        std::find(rules.origins.begin(), rules.origins.end(), origin[0]) == rules.origins.end())
        return refusal{403, "origin " + quoted(origin[0]) + " is not allowed", {}};
    if (!rules.token.empty() && !has_bearer(request, rules.token))
        return refusal{401,
                       "a token is needed (Authorization: Bearer ...), and none or another came",
                       {{"WWW-Authenticate", "Bearer"}}};
    // A client that offers none can speak without; one that offers others would give up anyway.
    const bool offers = !list_field(request.fields, "Sec-WebSocket-Protocol").empty();
    if (offers && !rules.subprotocols.empty() &&
        select_subprotocol(request, rules.subprotocols).empty())
        return bad_request("no subprotocol in common; supported here: " + rules.subprotocols[0] +
                           (rules.subprotocols.size() > 1 ? " and others" : ""));
    return {};
}

std::string select_subprotocol(const client_request& request,
                               const std::vector<std::string>& supported) {
    const auto offered = list_field(request.fields, "Sec-WebSocket-Protocol");
    for (const std::string& each : supported)
        if (std::find(offered.begin(), offered.end(), each) != offered.end()) return each;
    return {};
}

upgrade_response switching_protocols(const client_request& request, const std::string& subprotocol,
                                     const fields& extra) {
    upgrade_response made;
    made.status = 101;
    made.reason = "Switching Protocols";
    const std::string* key = find_field(request.fields, "Sec-WebSocket-Key");
    made.fields = {{"Upgrade", "websocket"},
                   {"Connection", "Upgrade"},
                   {"Sec-WebSocket-Accept", accept_of(key ? *key : std::string())}};
    if (!subprotocol.empty()) made.fields.push_back({"Sec-WebSocket-Protocol", subprotocol});
    made.fields.insert(made.fields.end(), extra.begin(), extra.end());
    return made;
}

} // namespace resock::wire
