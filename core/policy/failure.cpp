#include "policy/failure.hpp"

#include <array>

namespace resock::policy {

namespace {

// In the order of the enumerations.
constexpr std::array layer_names{"dns",       "tcp",     "proxy",     "tls",  "http",
                                 "websocket", "session", "heartbeat", "local"};
constexpr std::array culprit_names{"us", "peer", "network", "proxy"};
constexpr std::array verdict_texts{"now", "backoff", "slow", "spread", "follow", "auth", "stop"};
constexpr std::array cause_names{"",
                                 "dns-temporary",
                                 "dns-unknown",
                                 "tcp-refused",
                                 "tcp-reset",
                                 "tcp-unreachable",
                                 "tcp-timeout",
                                 "proxy",
                                 "tls-expired",
                                 "tls-not-yet-valid",
                                 "tls-host",
                                 "tls-issuer",
                                 "tls-pin",
                                 "tls-client-cert",
                                 "tls-version",
                                 "tls-cut",
                                 "tls-timeout",
                                 "open-timeout",
                                 "not-websocket",
                                 "subprotocol",
                                 "redirect",
                                 "protocol",
                                 "silence",
                                 "local"};

static_assert(layer_names.size() == static_cast<std::size_t>(layer::local) + 1);
static_assert(culprit_names.size() == static_cast<std::size_t>(culprit::proxy) + 1);
static_assert(verdict_texts.size() == static_cast<std::size_t>(verdict::stop) + 1);
static_assert(cause_names.size() == static_cast<std::size_t>(cause::local) + 1);

} // namespace

const char* to_string(layer value) {
    return layer_names[static_cast<std::size_t>(value)];
}
const char* to_string(culprit value) {
    return culprit_names[static_cast<std::size_t>(value)];
}
const char* to_string(verdict value) {
    return verdict_texts[static_cast<std::size_t>(value)];
}
const char* to_string(cause value) {
    return cause_names[static_cast<std::size_t>(value)];
}

std::optional<verdict> parse_verdict(std::string_view text) {
    for (std::size_t i = 0; i < verdict_texts.size(); ++i) {
        if (verdict_texts[i] == text) return static_cast<verdict>(i);
    }
    return std::nullopt;
}

std::vector<std::string_view> verdict_names() {
    return {verdict_texts.begin(), verdict_texts.end()};
}

std::vector<std::string_view> verdict_causes() {
    // Neither `none` nor `local`: what we end ourselves is not judged.
    return {cause_names.begin() + 1, cause_names.end() - 1};
}

} // namespace resock::policy
