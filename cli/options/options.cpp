#include "options/options.hpp"

#include <algorithm>
#include <resock/resock.hpp>

#include "common/json.hpp"
#include "common/nearest.hpp"
#include "common/option_list.hpp"
#include "common/print.hpp"
#include "common/text.hpp"
#include "common/usage_error.hpp"
#include "options/markdown.hpp"

namespace cli {

namespace {

namespace json = boost::json;
using option_list = std::vector<library_option>;

constexpr std::size_t meaning_indent = 6;
constexpr std::string_view verdicts = "verdict.";

std::string joined(const std::vector<std::string>& words) {
    std::string made;
    for (const std::string& word : words)
        made += (made.empty() ? "" : ", ") + word;
    return made;
}

std::vector<std::string> scopes_of(const option_list& all) {
    std::vector<std::string> made;
    for (const library_option& option : all) {
        for (const std::string& scope : option.scopes) {
            if (std::find(made.begin(), made.end(), scope) == made.end()) made.push_back(scope);
        }
    }
    std::sort(made.begin(), made.end());
    return made;
}

void keep_scope(option_list& all, const std::string& scope) {
    const std::vector<std::string> known = scopes_of(all);
    if (std::find(known.begin(), known.end(), scope) == known.end())
        throw usage_error("--scope " + scope + ": expected one of " + joined(known));
    std::erase_if(all, [&](const library_option& option) {
        return std::find(option.scopes.begin(), option.scopes.end(), scope) == option.scopes.end();
    });
}

// The row that "verdict.1008" belongs to; the library says what is wrong with "verdict.10008".
bool is_a_verdict(const library_option& option, const std::string& name) {
    if (option.name != "verdict.*" || name.rfind(verdicts, 0) != 0) return false;
    resock::options().get(name);
    return true;
}

// One by its name, or all of which `name` is the first part: "heartbeat".
void keep_name(option_list& all, const std::string& name) {
    const auto keep = [&](auto fits) {
        option_list kept;
        std::copy_if(all.begin(), all.end(), std::back_inserter(kept), fits);
        if (!kept.empty()) all = std::move(kept);
        return !all.empty() && fits(all.front());
    };
    if (keep([&](const library_option& option) { return option.name == name; })) return;
    const std::string beginning = name.back() == '.' ? name : name + ".";
    if (keep([&](const library_option& option) { return option.name.rfind(beginning, 0) == 0; }))
        return;
    if (keep([&](const library_option& option) { return is_a_verdict(option, name); })) return;
    std::vector<std::string> known;
    for (const library_option& option : all)
        known.push_back(option.name);
    const std::string meant = nearest(name, known);
    throw usage_error(
        "unknown option '" + name + "'" +
        (meant.empty() ? "; `resock options` lists all" : "; did you mean '" + meant + "'?"));
}

struct widths {
    std::size_t name = 0;
    std::size_t type = 0;
    std::size_t default_value = 0;
    std::size_t range = 0;
    std::size_t scope = 0;
};

widths widths_of(const option_list& all) {
    widths made{4, 4, 7, 5, 5}; // of the headings
    for (const library_option& option : all) {
        made.name = std::max(made.name, option.name.size());
        made.type = std::max(made.type, option.type.size());
        made.default_value = std::max(made.default_value, shown_default(option).size());
        made.range = std::max(made.range, option.range.size());
        made.scope = std::max(made.scope, joined(option.scopes).size());
    }
    return made;
}

std::string line(const widths& as, const std::string& name, const std::string& type,
                 const std::string& default_value, const std::string& range,
                 const std::string& scope, const std::string& flags) {
    std::string made = "  " + padded(name, as.name) + "  " + padded(type, as.type) + "  " +
                       padded(default_value, as.default_value) + "  " + padded(range, as.range) +
                       "  " + padded(scope, as.scope) + "  " + flags;
    made.erase(made.find_last_not_of(' ') + 1);
    return made + "\n";
}

std::string table(const option_list& all) {
    const widths as = widths_of(all);
    std::string made = line(as, "NAME", "TYPE", "DEFAULT", "RANGE", "SCOPE", "");
    std::string section;
    for (const library_option& option : all) {
        if (option.section != section) {
            section = option.section;
            made += "\n" + section + "\n";
        }
        made += line(as, option.name, option.type, shown_default(option),
                     option.range.empty() ? "-" : option.range, joined(option.scopes),
                     shown_flags(option));
        made += wrapped("", option.meaning, meaning_indent, columns());
    }
    return made;
}

// The objects of the library's own JSON that were kept.
std::string as_json(const option_list& kept) {
    json::array made;
    for (const json::value& each : json_array(resock::options::describe_all())) {
        const std::string name = text_of(each.as_object(), "name");
        const auto is_it = [&](const library_option& option) { return option.name == name; };
        if (std::any_of(kept.begin(), kept.end(), is_it)) made.push_back(each);
    }
    return json::serialize(made) + "\n";
}

} // namespace

const char* options_command::footer() const {
    return R"(The options of the library, which --set of the other commands takes and which programs set by the
same names. Durations are 500ms, 10s, 5min, 2h; sizes 64KiB, 8MiB; bool is true or false. Scope says
what an option belongs to; a changeable one may be set on a link that is open; a repeatable one
gains a value with each setting; a secret one is masked where it is shown.

NAME is one of them, or what several names begin with: heartbeat.

Examples:
  resock options
  resock options heartbeat
  resock options reconnect.max
  resock options --scope listener         # what --set of resock serve takes, besides hub
  resock options --json
  resock options --markdown               # the page docs/options.md

Exit codes:
  0    shown
  1    standard output cannot be written
  2    there is no such option or scope, or wrong usage)";
}

void options_command::add_options(CLI::App& app) {
    app.add_option("NAME", name_, "Only this one, or those that begin so")->type_name("");
    app.add_option("--scope", scope_, "Only those of this scope: hub, link or listener")
        ->type_name("SCOPE");
    auto* json = app.add_flag("--json", json_, "As a JSON array of objects");
    app.add_flag("--markdown", markdown_, "As a page in Markdown")->excludes(json);
}

std::vector<std::string> options_command::values_of(const std::string& option) const {
    const option_list all = library_options();
    if (option == "--scope") return scopes_of(all);
    if (option != "NAME") return {};
    std::vector<std::string> made;
    for (const library_option& each : all)
        made.push_back(each.name == "verdict.*" ? std::string(verdicts) : each.name);
    return made;
}

int options_command::run() {
    option_list all = library_options();
    if (!scope_.empty()) keep_scope(all, scope_);
    if (!name_.empty()) keep_name(all, name_);
    if (markdown_) return print(options_page(all));
    return print(json_ ? as_json(all) : table(all));
}

} // namespace cli
