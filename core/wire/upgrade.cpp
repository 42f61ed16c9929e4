#include "wire/upgrade.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <openssl/evp.h>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "wire/http_date.hpp"

#ifndef RESOCK_VERSION
#error "RESOCK_VERSION must be defined as a string literal by the build"
#endif

namespace resock::wire {

namespace {

constexpr std::size_t most_shown = 128; // bytes of a value that came, in a failure's detail
constexpr std::int64_t most_retry_after_s = 365 * 24 * 3600;

bool same_name(std::string_view left, std::string_view right) {
    return left.size() == right.size() && lower(left) == lower(right);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view whitespace = " \t";
    const std::size_t begin = text.find_first_not_of(whitespace);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(whitespace) + 1 - begin);
}

std::string base64(std::string_view bytes) {
    // EVP_EncodeBlock writes a zero behind the text.
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names)
        all += (all.empty() ? "" : ", ") + name;
    return all;
}

std::string quoted(std::string_view value) {
    return '"' + printable(value, most_shown) + '"';
}

// All values of `name` as one (RFC 9110 §5.3); empty where the field is missing.
std::optional<std::string> combined(const fields& from, std::string_view name) {
    std::optional<std::string> all;
    for (const field& each : from) {
        if (!same_name(each.name, name)) continue;
        all = all ? *all + ", " : std::string();
        *all += trimmed(each.value);
    }
    return all;
}

std::string what_came(std::string_view name, const std::optional<std::string>& value) {
    return value ? std::string(name) + " is " + quoted(*value)
                 : "the answer has no " + std::string(name);
}

policy::failure failed(policy::cause cause, std::string detail) {
    policy::failure made;
    made.cause = cause;
    made.detail = std::move(detail);
    return made;
}

std::optional<duration> retry_after(const fields& from, std::int64_t unix_now) {
    const std::string* value = find_field(from, "Retry-After");
    if (!value) return {};
    const std::string_view text = trimmed(*value);
    std::int64_t wait_s = 0;
    if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) {
        for (const char digit : text)
            wait_s = std::min(wait_s * 10 + (digit - '0'), most_retry_after_s);
    } else {
        const auto date = parse_http_date(text, unix_now);
        if (!date) return {};
        wait_s = std::clamp<std::int64_t>(*date - unix_now, 0, most_retry_after_s);
    }
    return std::chrono::seconds(wait_s);
}

policy::failure not_switched(const upgrade_response& response, std::int64_t unix_now) {
    policy::failure made;
    made.http_status = response.status;
    made.detail = "HTTP " + std::to_string(response.status);
    const std::string reason = printable(trimmed(response.reason), most_shown);
    if (!reason.empty()) made.detail += ' ' + reason;
    if (response.status == 429 || response.status == 503)
        made.retry_after = retry_after(response.fields, unix_now);
    return made;
}

// RFC 6455 §4.1, client requirements 2 to 5 on the answer.
std::optional<policy::failure> check_handshake(const upgrade_response& response,
                                               const std::string& key) {
    using policy::cause;
    const auto upgrade = combined(response.fields, "Upgrade");
    if (!upgrade || !same_name(*upgrade, "websocket"))
        return failed(cause::not_websocket,
                      what_came("Upgrade", upgrade) + ", expected \"websocket\"");

    const auto options = list_field(response.fields, "Connection");
    if (std::none_of(options.begin(), options.end(),
                     [](const std::string& option) { return same_name(option, "Upgrade"); }))
        return failed(cause::not_websocket,
                      what_came("Connection", combined(response.fields, "Connection")) +
                          ", expected \"Upgrade\" in it");

    const auto accept = combined(response.fields, "Sec-WebSocket-Accept");
    const std::string expected = accept_of(key);
    if (!accept || *accept != expected)
        return failed(cause::not_websocket,
                      what_came("Sec-WebSocket-Accept", accept) + ", expected \"" + expected + '"');

    if (!list_field(response.fields, "Sec-WebSocket-Extensions").empty())
        return failed(cause::not_websocket,
                      what_came("Sec-WebSocket-Extensions",
                                combined(response.fields, "Sec-WebSocket-Extensions")) +
                          ", expected none: no extension was asked for");
    return {};
}

// RFC 6455 §4.1, client requirement 6 on the answer; §11.3.4: the field stands once at most.
upgrade_result check_subprotocol(const upgrade_response& response,
                                 const std::vector<std::string>& subprotocols) {
    upgrade_result result;
    const auto selected = list_field(response.fields, "Sec-WebSocket-Protocol");
    if (selected.empty()) return result;
    const bool asked_for =
        std::find(subprotocols.begin(), subprotocols.end(), selected[0]) != subprotocols.end();
    if (selected.size() == 1 && asked_for) {
        result.subprotocol = selected[0];
        return result;
    }
    const std::string expected = subprotocols.empty() ? "none: no subprotocol was asked for"
                                                      : "one of \"" + joined(subprotocols) + '"';
    result.failure = failed(
        policy::cause::subprotocol,
        what_came("Sec-WebSocket-Protocol", combined(response.fields, "Sec-WebSocket-Protocol")) +
            ", expected " + expected);
    return result;
}

} // namespace

const std::string* find_field(const fields& from, std::string_view name) {
    const auto found = std::find_if(from.begin(), from.end(),
                                    [&](const field& each) { return same_name(each.name, name); });
    return found == from.end() ? nullptr : &found->value;
}

std::vector<std::string> list_field(const fields& from, std::string_view name) {
    std::vector<std::string> items;
    const auto add = [&items](std::string_view item) {
        // Empty elements do not count (RFC 9110 §5.6.1).
        if (!trimmed(item).empty()) items.emplace_back(trimmed(item));
    };
    for (const field& each : from) {
        if (!same_name(each.name, name)) continue;
        const std::string_view value = each.value;
        std::size_t begin = 0;
        bool in_quotes = false;
        for (std::size_t at = 0; at < value.size(); ++at) {
            if (value[at] == '"') in_quotes = !in_quotes;
            if (in_quotes && value[at] == '\\') ++at;
            if (in_quotes || value[at] != ',') continue;
            add(value.substr(begin, at - begin));
            begin = at + 1;
        }
        add(value.substr(begin));
    }
    return items;
}

upgrade_request make_upgrade(const url& to, const std::array<std::uint8_t, 16>& nonce,
                             const std::vector<std::string>& subprotocols, const fields& extra) {
    upgrade_request request;
    request.target = to.target;
    request.key = base64({reinterpret_cast<const char*>(nonce.data()), nonce.size()});
    const std::string* host = find_field(extra, "Host");
    request.fields = {{"Host", host ? *host : to.authority()},
                      {"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Key", request.key},
                      {"Sec-WebSocket-Version", "13"}};
    if (!subprotocols.empty())
        request.fields.push_back({"Sec-WebSocket-Protocol", joined(subprotocols)});
    if (!to.user_info.empty() && !find_field(extra, "Authorization")) {
        // RFC 7617 §2: the colon stands also where there is no password.
        const bool has_colon = to.user_info.find(':') != std::string::npos;
        request.fields.push_back(
            {"Authorization", "Basic " + base64(to.user_info + (has_colon ? "" : ":"))});
    }
    if (!find_field(extra, "User-Agent"))
        request.fields.push_back({"User-Agent", "resock/" RESOCK_VERSION});
    for (const field& each : extra)
        if (!same_name(each.name, "Host")) request.fields.push_back(each);
    return request;
}

bool is_reserved_field(std::string_view name) {
    constexpr std::string_view prefix = "Sec-WebSocket-";
    constexpr std::string_view reserved[] = {"Upgrade", "Connection", "Content-Length",
                                             "Transfer-Encoding"};
    return same_name(name.substr(0, prefix.size()), prefix) ||
           std::any_of(std::begin(reserved), std::end(reserved),
                       [&](std::string_view each) { return same_name(name, each); });
}

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_digit(c) || is_letter(c) || marks.find(c) != marks.npos;
    });
}

bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return is_control(c) && c != '\t'; });
}

upgrade_result check_upgrade(const upgrade_response& response, const upgrade_request& request,
                             const std::vector<std::string>& subprotocols, std::int64_t unix_now) {
    upgrade_result result;
    if (response.status != 101) {
        result.failure = not_switched(response, unix_now);
        return result;
    }
    result.failure = check_handshake(response, request.key);
    return result.failure ? result : check_subprotocol(response, subprotocols);
}

std::string accept_of(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
        throw error(status::internal, "OpenSSL gives no SHA-1, which the WebSocket handshake takes "
                                      "(RFC 6455 §4.1): allow it in the OpenSSL configuration");
    return base64({reinterpret_cast<const char*>(digest.data()), size});
}

} // namespace resock::wire
