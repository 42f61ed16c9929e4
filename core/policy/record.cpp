#include "policy/record.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/units.hpp"

namespace resock::policy {

namespace {

// Text of the peer or the system on one line.
std::string one_line(std::string_view text) {
    std::string made(text);
    std::replace_if(made.begin(), made.end(), is_control, ' ');
    return made;
}

std::string in_brackets(const std::string& text) {
    return text.empty() ? "" : " (" + one_line(text) + ")";
}

std::string host_of(const disconnect_record& record, const char* otherwise) {
    return record.host.empty() ? otherwise : one_line(record.host);
}

// "2026-10-01", so that it can follow "expired on".
bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    return std::count_if(text.begin(), text.end(), is_digit) == 8;
}

std::string dated(const std::string& sentence, const char* preposition, const std::string& detail) {
    return is_date(detail) ? sentence + preposition + detail : sentence + in_brackets(detail);
}

std::string told_by_code(const disconnect_record& record, const judgement& judged) {
    const std::string code = std::to_string(record.close_code);
    if (record.close_code == 1005 || record.close_code == 1006 || record.close_code == 1015) {
        return "connection to " + host_of(record, "the peer") + " " + judged.meaning + " (" + code +
               (record.detail.empty() ? "" : ": " + one_line(record.detail)) + ")";
    }
    const std::string who = record.closed_by_us ? "we" : host_of(record, "the peer");
    const std::string whom =
        record.closed_by_us ? "the connection to " + host_of(record, "the peer") : "the connection";
    std::string made = who + " closed " + whom + " with " + code + " (" + judged.meaning + ")";
    if (!record.close_reason.empty()) {
        made += ", reason \"" + one_line(record.close_reason) + "\"";
    }
    if (record.message_id) made += ", because of message " + std::to_string(*record.message_id);
    return made;
}

std::string told_by_status(const disconnect_record& record, const judgement& judged) {
    const std::string who = record.cause == cause::proxy
                                ? "the proxy on the way to " + host_of(record, "the server")
                                : host_of(record, "the server");
    return who + " answered HTTP " + std::to_string(record.http_status) + " (" + judged.meaning +
           ")" + (record.detail.empty() ? "" : ": " + one_line(record.detail));
}

std::string silent(const disconnect_record& record) {
    const bool known = record.since_last_byte.has_value() || record.up > duration::zero();
    const duration length = record.since_last_byte.value_or(record.up);
    return "peer silent" + (known ? " for " + spoken_duration(length) : "") +
           " (no answer to the heartbeat)";
}

std::string told_by_cause(const disconnect_record& record, const judgement& judged) {
    const std::string host = host_of(record, "the server");
    switch (record.cause) {
    case cause::silence:
        return silent(record);
    case cause::tls_expired:
        return dated("certificate of " + host + " expired", " on ", record.detail);
    case cause::tls_not_yet_valid:
        return dated("certificate of " + host + " is not yet valid, or our clock is wrong",
                     "; it begins on ", record.detail);
    case cause::protocol:
        return host +
               (record.close_code == 1009 ? " sent a message larger than message.max"
                                          : " broke RFC 6455") +
               in_brackets(record.detail) + ", closed by us with " +
               std::to_string(record.close_code);
    case cause::local:
        return "connection to " + host + " ended by us" + in_brackets(record.detail);
    case cause::subprotocol:
    case cause::not_websocket:
    case cause::redirect:
        return host + " answered" +
               (record.http_status ? " HTTP " + std::to_string(record.http_status) : "") + ": " +
               judged.meaning + in_brackets(record.detail);
    default:
        return (record.up > duration::zero() ? "connection to " : "connecting to ") + host +
               (record.up > duration::zero() ? " broke: " : " failed: ") + judged.meaning +
               in_brackets(record.detail);
    }
}

std::string told(const disconnect_record& record, const judgement& judged) {
    if (record.http_status != 0 && (record.cause == cause::none || record.cause == cause::proxy)) {
        return told_by_status(record, judged);
    }
    if (record.cause == cause::none && record.close_code != 0) return told_by_code(record, judged);
    return told_by_cause(record, judged);
}

std::string planned(const disconnect_record& record) {
    if (record.limits_reached) {
        return "not retried: reconnect.attempts or reconnect.total is used up (attempt " +
               std::to_string(record.attempt) + ")";
    }
    if (record.verdict == verdict::stop || !record.delay) return "not retried";
    const std::string when =
        *record.delay <= duration::zero() ? " at once" : " in " + spoken_duration(*record.delay);
    const std::string what = record.up > duration::zero() ? "reconnecting" : "retried";
    if (record.verdict == verdict::auth) return "asking for new credentials, then " + what + when;
    if (record.verdict == verdict::follow) return "following the redirect";
    return what + when;
}

} // namespace

disconnect_record make_record(const failure& f, const judgement& judged) {
    disconnect_record made;
    made.layer = judged.layer;
    made.culprit = judged.culprit;
    made.verdict = judged.verdict;
    made.cause = f.cause;
    made.close_code = f.close_code;
    made.close_reason = f.close_reason;
    made.closed_by_us = f.closed_by_us;
    made.http_status = f.http_status;
    made.sys_errno = f.sys_errno;
    made.detail = f.detail;
    made.host = f.host;
    return made;
}

std::string explain(const disconnect_record& record, const judgement& judged) {
    const std::string plan = planned(record);
    std::string made = told(record, judged) + (record.accepted ? "" : "; " + plan);
    if (judged.remedy.empty()) return made;
    return made + (plan == "not retried" ? ": " : "; ") + judged.remedy;
}

} // namespace resock::policy
