#include "policy/explanation.hpp"

#include <array>

#include "policy/session_table.hpp"
#include "policy/verdict.hpp"
#include "policy/verdict_table.hpp"

namespace resock::policy {

namespace {

constexpr std::array subject_names{"close-code",         "http-status",    "cause",
                                   "session-close-code", "session-reject", "socket-error",
                                   "lookup-error",       "tls-error"};
static_assert(subject_names.size() == static_cast<std::size_t>(subject::tls_error) + 1);

constexpr const char* growing =
    "a random interval that grows with each attempt (reconnect.min to reconnect.max)";
constexpr const char* sessions_only =
    "of sessions (delivery=exactly-once); on a plain link a close code of 4000-4999 is the "
    "application's own";

std::string does_verdict(verdict value) {
    switch (value) {
    case verdict::now:
        return "connects again at once, after a random time of at most reconnect.min; where that "
               "fails, after " +
               std::string(growing);
    case verdict::backoff:
        return "connects again after " + std::string(growing);
    case verdict::slow:
        return "connects again after a random interval that grows with each attempt, from 5s on";
    case verdict::spread:
        return "connects again after a random time of up to 5s, so that not all clients come at "
               "once; then after " +
               std::string(growing);
    case verdict::follow:
        return "stops: this release does not follow redirects";
    case verdict::auth:
        return "with credentials.when=refused or always: asks the application for new credentials "
               "and tries once more; else, or where these are refused too, stops";
    case verdict::stop:
        return "stops: does not connect again";
    }
    return "";
}

bool may_stop(const row& from) {
    return from.verdict == verdict::stop || from.verdict == verdict::auth ||
           from.verdict == verdict::follow;
}

std::string does_row(const row& from) {
    const std::string usual = does_verdict(from.verdict);
    switch (from.rule) {
    case rule::plain:
        return usual;
    case rule::opening:
        if (!may_stop(from)) return usual;
        return usual + ". A link that has been open before goes on instead: it " +
               does_verdict(verdict::slow) + " (verdict.strict=true: it stops, too)";
    case rule::search:
        return "with kept messages in doubt (and confirm=pong or heartbeat): " + usual +
               ", and sends these one at a time until the culprit is found, which has FAILED "
               "(refused); else stops";
    case rule::repeat:
        return usual + "; stops when it comes " + std::to_string(max_protocol_row) +
               " times in a row";
    }
    return usual;
}

explanation made_of(subject what, std::string name, const row& from) {
    explanation made;
    made.subject = what;
    made.name = std::move(name);
    made.layer = from.layer;
    made.culprit = from.culprit;
    made.verdict = from.verdict;
    made.meaning = from.meaning;
    made.does = does_row(from);
    made.remedy = *from.remedy ? from.remedy : from.advice;
    return made;
}

explanation of_number(subject what, int first, int last, const row& from) {
    const std::string name = std::to_string(first);
    explanation made =
        made_of(what, first == last ? name : name + "-" + std::to_string(last), from);
    if (first == last) made.number = first;
    made.option = "verdict." + (first == last ? name : "<" + made.name + ">");
    if (what == subject::http_status && (first == 429 || first == 503))
        made.does += "; never before the time in Retry-After (at most 10min)";
    return made;
}

// Two neighbours, as 404 and 405, are told apart; more are a range.
void add_numbered(std::vector<explanation>& to, subject what, std::span<const numbered> rows) {
    for (const numbered& each : rows) {
        if (each.last - each.first > 1) {
            to.push_back(of_number(what, each.first, each.last, each.row));
            continue;
        }
        for (int number = each.first; number <= each.last; ++number)
            to.push_back(of_number(what, number, number, each.row));
    }
}

explanation of_session(subject what, const session_row& from) {
    const bool reject = what == subject::session_reject;
    explanation made =
        made_of(what, (reject ? "reject-" : "") + std::to_string(from.number), from.row);
    made.number = from.number;
    made.does = from.does;
    made.note = sessions_only;
    return made;
}

// What it means where we are the end that closes with `code`; empty where we never do.
std::vector<explanation> closed_by_us(int code) {
    if (code != 1002 && code != 1007 && code != 1009) return {};
    explanation made = made_of(subject::close_code, std::to_string(code),
                               code == 1009 ? too_large : cause_row(cause::protocol));
    made.number = code;
    made.cause = cause::protocol;
    made.option = std::string("verdict.") + to_string(cause::protocol);
    made.note = "where resock itself closes with it; the record then has the cause 'protocol'";
    return {made};
}

} // namespace

std::vector<explanation> explain_close_code(int code) {
    std::vector<explanation> made;
    for (const session_row& each : session_close_codes()) {
        if (each.number == code) made.push_back(of_session(subject::session_close_code, each));
    }
    made.push_back(of_number(subject::close_code, code, code, close_code_row(code)));
    for (explanation& each : closed_by_us(code))
        made.push_back(std::move(each));
    return made;
}

explanation explain_http_status(int status) {
    return of_number(subject::http_status, status, status, http_status_row(status));
}

explanation explain_cause(cause value) {
    explanation made = made_of(subject::cause, to_string(value), cause_row(value));
    made.cause = value;
    if (is_verdict_key(made.name)) made.option = "verdict." + made.name;
    if (breaks_while_open(value))
        made.does += ". Where it breaks an open connection: " + does_verdict(verdict::now);
    if (value == cause::local) made.does = "ends the link, as it was asked to";
    return made;
}

std::vector<explanation> explain_tables() {
    std::vector<explanation> made;
    add_numbered(made, subject::close_code, close_code_rows());
    add_numbered(made, subject::http_status, http_status_rows());
    for (const caused& each : cause_rows())
        made.push_back(explain_cause(each.cause));
    for (const session_row& each : session_close_codes())
        made.push_back(of_session(subject::session_close_code, each));
    for (const session_row& each : session_rejects())
        made.push_back(of_session(subject::session_reject, each));
    return made;
}

const char* to_string(subject value) {
    return subject_names[static_cast<std::size_t>(value)];
}

} // namespace resock::policy
