#include "hub/explain.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <system_error>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "hub/explain_errors.hpp"
#include "hub/option_table.hpp"
#include "policy/verdict.hpp"

namespace resock::hub {

namespace {

namespace json = boost::json;
using policy::explanation;
using policy::subject;
using explanations = std::vector<explanation>;

constexpr std::size_t max_named = 200;          // bytes of an unknown text that an error repeats
constexpr std::size_t least_words = 4;          // letters that a part of a text must have to count
constexpr std::size_t longest_what = 64 * 1024; // more is no line of a log

// The kinds that a word in front of a number asks for: "HTTP 503".
struct prefix {
    std::string_view word;
    std::vector<subject> kinds;
};

const std::vector<prefix>& prefixes() {
    static const std::vector<prefix> made = {
        {"http status", {subject::http_status}},
        {"http", {subject::http_status}},
        {"status", {subject::http_status}},
        {"close code", {subject::close_code, subject::session_close_code}},
        {"close", {subject::close_code, subject::session_close_code}},
        {"code", {subject::close_code, subject::session_close_code}},
        {"websocket", {subject::close_code, subject::session_close_code}},
        {"errno", {subject::socket_error}},
        {"reject reason", {subject::session_reject}},
        {"reject", {subject::session_reject}},
        {"verify code", {subject::tls_error}},
        {"tls", {subject::tls_error}},
    };
    return made;
}

std::string words_of_status(int status) {
    const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
    if (known == boost::beast::http::status::unknown) return "";
    return std::string(boost::beast::http::obsolete_reason(known));
}

explanation status_explained(int status) {
    explanation made = policy::explain_http_status(status);
    made.words = words_of_status(status);
    return made;
}

std::optional<int> number_in(std::string_view text) {
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

// Numbers that stand in a table, and those inside its ranges.
explanations by_number(int number) {
    explanations made;
    if (number == 0) return made;
    if (number >= 1000 && number <= 4999) made = policy::explain_close_code(number);
    const explanations all = explain_all();
    std::copy_if(all.begin(), all.end(), std::back_inserter(made), [&](const explanation& each) {
        return each.number == number && each.subject != subject::close_code &&
               each.subject != subject::session_close_code && each.subject != subject::http_status;
    });
    if (number < 100 || number > 599) return made;
    // 110 is an errno and no status that anybody sends.
    const std::string text = std::to_string(number);
    const bool is_error = policy::is_verdict_key(text);
    if (is_error && (made.empty() || !words_of_status(number).empty())) {
        made.insert(made.begin(), status_explained(number));
    } else if (!made.empty()) {
        made.front().note = is_error ? "taken for an errno: there is no HTTP status " + text
                                     : "taken for an errno: HTTP " + text +
                                           " is no failure, but how a WebSocket opens";
    }
    return made;
}

std::string squeezed(std::string_view text) {
    std::string made;
    for (const char c : lower(text)) {
        const bool blank = c == ' ' || is_control(c);
        if (!blank)
            made += c;
        else if (!made.empty() && made.back() != ' ')
            made += ' ';
    }
    if (!made.empty() && made.back() == ' ') made.pop_back();
    return made;
}

explanations by_kind_and_number(const std::string& what) {
    for (const prefix& each : prefixes()) {
        if (what.rfind(each.word, 0) != 0 || what.size() == each.word.size()) continue;
        const std::size_t begin = what.find_first_not_of(" :=-#", each.word.size());
        const auto number =
            begin == std::string::npos ? std::nullopt : number_in(what.substr(begin));
        if (!number) continue;
        explanations made = by_number(*number);
        if (each.kinds.front() == subject::http_status && *number < 1000 &&
            policy::is_verdict_key(std::to_string(*number)))
            made = {status_explained(*number)};
        std::erase_if(made, [&](const explanation& found) {
            return std::find(each.kinds.begin(), each.kinds.end(), found.subject) ==
                   each.kinds.end();
        });
        if (!made.empty()) return made;
    }
    return {};
}

template<class Fits>
explanations which(const explanations& all, Fits fits) {
    explanations made;
    std::copy_if(all.begin(), all.end(), std::back_inserter(made), fits);
    return made;
}

bool holds(const std::string& text, const std::string& part) {
    return part.size() >= least_words && text.find(part) != std::string::npos;
}

// As a word or words: "reject-1" is not in "reject-10".
bool holds_words(const std::string& text, const std::string& words) {
    if (words.size() < least_words) return false;
    const auto is_part = [&](std::size_t at) {
        return at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '-');
    };
    for (std::size_t at = text.find(words); at != std::string::npos;
         at = text.find(words, at + 1)) {
        if ((at == 0 || !is_part(at - 1)) && !is_part(at + words.size())) return true;
    }
    return false;
}

// Of what a text holds only the longest counts: "certificate has expired", not "expired".
explanations in_text(const explanations& all, const std::string& text) {
    std::size_t longest = 0;
    const auto fit = [&](const explanation& each) {
        std::size_t size = 0;
        for (const std::string& part : {lower(each.name), lower(each.words)}) {
            if (holds_words(text, part)) size = std::max(size, part.size());
        }
        return size;
    };
    for (const explanation& each : all)
        longest = std::max(longest, fit(each));
    if (longest == 0) return {};
    return which(all, [&](const explanation& each) { return fit(each) == longest; });
}

// A sentence of a record that holds no name of its cause, nor its words.
explanations by_sentence(const explanations& all, const std::string& what) {
    constexpr std::pair<std::string_view, std::string_view> said[] = {
        {"peer silent for", "silence"},
        {"peer reads slowly", "silence"},
        {"closed by this side", "local"},
        {"credentials was not answered", "local"},
    };
    for (const auto& [part, cause] : said) {
        if (what.find(part) != std::string::npos)
            return which(all, [&](const explanation& each) { return each.name == cause; });
    }
    return {};
}

explanations by_words(const explanations& all, const std::string& what) {
    auto made = which(all, [&](const explanation& each) {
        return lower(each.name) == what || lower(each.words) == what;
    });
    if (made.empty()) made = in_text(all, what);
    if (made.empty()) {
        made = which(all, [&](const explanation& each) {
            return holds(lower(each.name), what) || holds(lower(each.words), what);
        });
    }
    return made;
}

[[noreturn]] void refuse(const explanations& all, std::string_view what) {
    std::vector<std::string_view> known;
    for (const explanation& each : all) {
        known.push_back(each.name);
        if (!each.words.empty()) known.push_back(each.words);
    }
    const std::string_view near = number_in(what) ? "" : nearest_name(what, known);
    throw error(status::invalid,
                "nothing is known of '" + printable(what, max_named) + "'" +
                    (near.empty() ? "; expected a close code (1006), an HTTP status (503), a "
                                    "cause (tls-expired), the name, number or words of an error "
                                    "(ECONNREFUSED), or reject-1 to reject-11"
                                  : "; did you mean '" + std::string(near) + "'?"));
}

// Options that a text names and links, which explanations are about, do not have yet. A listener
// may have them.
std::string missing_options(std::string_view text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_.";
    std::string made;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_not_of(letters), text.size());
        std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.ends_with('.')) word.remove_suffix(1);
        if (!word.starts_with("tls.") && !word.starts_with("proxy.")) continue;
        const option_row* row = find_option(word);
        if (!row || !in_scope(*row, option_scope::link))
            made += (made.empty() ? "" : ", ") + std::string(word);
    }
    return made;
}

void add_note(explanation& to) {
    const std::string missing = missing_options(to.remedy);
    if (!missing.empty() && to.note.empty())
        to.note = "a later release brings " + missing + " for links";
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object object_of(const explanation& from) {
    json::object made;
    made["kind"] = policy::to_string(from.subject);
    made["name"] = from.name;
    made["number"] = from.number ? json::value(from.number) : json::value(nullptr);
    made["words"] = text_or_null(from.words);
    made["meaning"] = from.meaning;
    made["layer"] = policy::to_string(from.layer);
    made["caused_by"] = policy::to_string(from.culprit);
    made["cause"] = text_or_null(policy::to_string(from.cause));
    made["verdict"] = policy::to_string(from.verdict);
    made["does"] = from.does;
    made["option"] = text_or_null(from.option);
    made["remedy"] = text_or_null(from.remedy);
    made["note"] = text_or_null(from.note);
    return made;
}

} // namespace

explanations explain_all() {
    explanations made = policy::explain_tables();
    for (explanation& each : made) {
        if (each.subject == subject::http_status && each.number != 0)
            each.words = words_of_status(each.number);
    }
    for (explanations& more :
         std::array{explain_socket_errors(), explain_lookup_errors(), explain_tls_errors()}) {
        std::move(more.begin(), more.end(), std::back_inserter(made));
    }
    std::for_each(made.begin(), made.end(), add_note);
    return made;
}

explanations explain(std::string_view what) {
    if (what.size() > longest_what)
        throw error(status::invalid, "a text of " + std::to_string(what.size()) +
                                         " bytes is too long to look up; at most " +
                                         std::to_string(longest_what) + " are allowed");
    std::string wanted = squeezed(what);
    constexpr std::string_view option_prefix = "verdict.";
    if (wanted.rfind(option_prefix, 0) == 0) wanted.erase(0, option_prefix.size());
    const auto number = number_in(wanted);
    const explanations all = explain_all();
    explanations made = number ? by_number(*number) : by_sentence(all, wanted);
    if (made.empty() && !number) made = by_kind_and_number(wanted);
    if (made.empty() && !wanted.empty()) made = by_words(all, wanted);
    if (made.empty()) refuse(all, what);
    std::for_each(made.begin(), made.end(), add_note);
    return made;
}

std::string explanations_json(const explanations& all) {
    json::array made;
    for (const explanation& each : all)
        made.push_back(object_of(each));
    return json::serialize(made);
}

} // namespace resock::hub
