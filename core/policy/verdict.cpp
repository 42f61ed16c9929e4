#include "policy/verdict.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "policy/session_table.hpp"
#include "policy/verdict_table.hpp"

namespace resock::policy {

namespace {

// A broken socket on an open connection: 1006, with what the system said of it.
bool broke_while_open(const failure& f) {
    return f.close_code == 1006 && breaks_while_open(f.cause);
}

// Only END ends a session (R28): a 1000 before that is a cut like others.
constexpr row cut_short{layer::session,
                        culprit::peer,
                        verdict::backoff,
                        rule::plain,
                        "closed although the session had not ended",
                        ""};

std::optional<row> session_row_of(const failure& f) {
    const auto find = [](std::span<const session_row> rows, int number) -> std::optional<row> {
        const auto at = std::find_if(rows.begin(), rows.end(), [&](const session_row& each) {
            return each.number == number;
        });
        return at == rows.end() ? std::nullopt : std::optional(at->row);
    };
    if (f.reject != 0) {
        const row unknown{layer::session,
                          culprit::peer,
                          verdict::stop,
                          rule::plain,
                          "refused for a reason that this release does not know",
                          ""};
        return find(session_rejects(), f.reject).value_or(unknown);
    }
    if (f.cause != cause::none || f.http_status != 0) return std::nullopt;
    if (f.close_code == 1000) return cut_short;
    return find(session_close_codes(), f.close_code);
}

row find_row(const failure& f, bool in_session) {
    if (in_session)
        if (const auto found = session_row_of(f)) return *found;
    if (f.cause == cause::none || (f.cause == cause::proxy && f.http_status != 0)) {
        if (f.http_status != 0) return http_status_row(f.http_status);
        return f.close_code ? close_code_row(f.close_code) : unknown_end;
    }
    if (f.cause == cause::protocol && f.close_code == 1009) return too_large;
    row made = cause_row(f.cause);
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
    const row from = adapted(find_row(f, now.in_session), f);
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
