#include "explain/explain.hpp"

#include <resock/resock.hpp>

#include "common/exit_code.hpp"
#include "common/json.hpp"
#include "common/print.hpp"
#include "common/text.hpp"

namespace cli {

namespace {

namespace json = boost::json;

constexpr std::size_t label_width = 13;
constexpr std::size_t name_width = 30;
// More meanings than these are listed, not told in full.
constexpr std::size_t most_told = 6;

struct kind_words {
    const char* kind;
    const char* one;
    const char* many;
};
constexpr kind_words kinds[] = {
    {"close-code", "WebSocket close code", "WebSocket close codes"},
    {"http-status", "HTTP status", "HTTP statuses"},
    {"cause", "cause in resock's records", "Causes in resock's records"},
    {"session-close-code", "resock.v1 close code", "resock.v1 close codes"},
    {"session-reject", "resock.v1 REJECT reason", "resock.v1 REJECT reasons"},
    {"socket-error", "socket error", "Socket errors"},
    {"lookup-error", "error of a name lookup", "Errors of name lookups"},
    {"tls-error", "TLS error", "TLS errors"},
};

// A kind that this program does not know yet stands for itself.
kind_words words_of(const std::string& kind) {
    for (const kind_words& each : kinds) {
        if (kind == each.kind) return each;
    }
    return {kind.c_str(), kind.c_str(), kind.c_str()};
}

std::string culprit_in_words(const std::string& caused_by) {
    if (caused_by == "us") return "our side";
    if (caused_by == "peer") return "the peer (the server)";
    if (caused_by == "network") return "the network";
    if (caused_by == "proxy") return "a proxy or gateway on the way";
    return caused_by;
}

// "ECONNREFUSED (111, Connection refused): socket error"
std::string title(const json::object& entry) {
    const std::string name = text_of(entry, "name");
    const std::string words = text_of(entry, "words");
    const json::value& number = entry.at("number");
    std::string more;
    if (number.is_int64() && name.find(std::to_string(number.as_int64())) == std::string::npos)
        more = std::to_string(number.as_int64());
    if (!words.empty()) more += (more.empty() ? "" : ", ") + words;
    const std::string kind = text_of(entry, "kind");
    return name + (more.empty() ? "" : " (" + more + ")") + ": " + words_of(kind).one + "\n";
}

std::string told(const json::object& entry) {
    const std::size_t width = columns();
    const auto line = [&](const char* label, const std::string& text) {
        return text.empty() ? "" : wrapped(label, text, label_width, width);
    };
    const std::string option = text_of(entry, "option");
    return title(entry) + line("  meaning", text_of(entry, "meaning")) +
           line("  caused by", culprit_in_words(text_of(entry, "caused_by"))) +
           line("  resock", text_of(entry, "does")) +
           line("  to change", option.empty() ? "" : "--set " + option + "=VERDICT") +
           line("  you can", text_of(entry, "remedy")) + line("  note", text_of(entry, "note"));
}

std::string listed(const json::array& entries) {
    std::string made;
    std::string kind;
    const std::size_t width = columns();
    for (const json::value& each : entries) {
        const json::object& entry = each.as_object();
        if (text_of(entry, "kind") != kind) {
            kind = text_of(entry, "kind");
            made += (made.empty() ? "" : "\n") + std::string(words_of(kind).many) + "\n";
        }
        const std::string words = text_of(entry, "words");
        const json::value& number = entry.at("number");
        std::string name = "  " + text_of(entry, "name");
        if (kind == "socket-error" && number.is_int64())
            name += " (" + std::to_string(number.as_int64()) + ")";
        made += wrapped(name, words.empty() ? text_of(entry, "meaning") : words, name_width, width);
    }
    return made;
}

std::string joined(const std::vector<std::string>& words) {
    std::string made;
    for (const std::string& word : words)
        made += (made.empty() ? "" : " ") + word;
    return made;
}

std::string in_full(const json::array& entries) {
    std::string made;
    for (const json::value& each : entries)
        made += (made.empty() ? "" : "\n") + told(each.as_object());
    return made;
}

} // namespace

const char* explain_command::footer() const {
    return R"(WHAT is a close code, an HTTP status, the name, number or words of a socket, DNS or TLS error, a
cause as it stands in resock's records, or a close code or REJECT reason of resock.v1. It may have
its kind in front (HTTP 503, errno 111), and a whole line of a log may be given, too. Where a number
has several meanings all are told. Without WHAT there is a list of everything that can be explained.

The verdict (what resock does) is changed with --set verdict.WHAT=VERDICT: now, backoff, slow,
spread, auth or stop.

Examples:
  resock explain 1006
  resock explain HTTP 503
  resock explain ECONNREFUSED
  resock explain certificate has expired
  resock explain 4409                     # a code of resock.v1, and what it is to a plain link
  resock explain tls-issuer --json
  resock explain | less                   # everything

Exit codes:
  0    explained
  1    standard output cannot be written
  2    nothing is known of WHAT, or wrong usage)";
}

void explain_command::add_options(CLI::App& app) {
    app.add_option("WHAT", what_, "1006, 503, ECONNREFUSED, 111, tls-expired, reject-3 ...")
        ->type_name("")
        ->expected(0, -1);
    app.add_flag("--json", json_, "As a JSON array of objects");
}

std::vector<std::string> explain_command::values_of(const std::string& option) const {
    if (option != "WHAT") return {};
    std::vector<std::string> made;
    for (const json::value& each : json_array(resock::explain_all())) {
        const json::object& entry = each.as_object();
        const std::string kind = text_of(entry, "kind");
        const bool is_range =
            (kind == "close-code" || kind == "http-status") && entry.at("number").is_null();
        // Nobody types "verify-20", but pastes its words.
        if (kind != "tls-error" && !is_range) made.push_back(text_of(entry, "name"));
    }
    return made;
}

int explain_command::run() {
    const std::string found =
        what_.empty() ? resock::explain_all() : resock::explain(joined(what_));
    if (json_) return print(found + "\n");
    const json::array entries = json_array(found);
    if (what_.empty()) return print(listed(entries));
    if (entries.size() <= most_told) return print(in_full(entries));
    return print(listed(entries) + "\nThat is said of " + std::to_string(entries.size()) +
                 " things; name one of these.\n");
}

} // namespace cli
