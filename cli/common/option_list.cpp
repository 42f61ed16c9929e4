#include "common/option_list.hpp"

#include <resock/resock.hpp>

#include "common/json.hpp"

namespace cli {

namespace {

namespace json = boost::json;

std::vector<std::string> texts_of(const json::object& from, const char* field) {
    std::vector<std::string> made;
    const json::value* found = from.if_contains(field);
    if (!found || !found->is_array()) return made;
    for (const json::value& each : found->get_array())
        made.emplace_back(each.as_string());
    return made;
}

std::string range_of(const json::object& from, const std::vector<std::string>& allowed) {
    std::string made;
    for (const std::string& word : allowed)
        made += (made.empty() ? "" : ", ") + word;
    const json::value* range = from.if_contains("range");
    if (range && range->is_object()) {
        const json::object& bounds = range->get_object();
        const std::string type = text_of(from, "type");
        // Of a text the bounds are those of its length.
        const bool of_value =
            type == "duration" || type == "size" || type == "count" || type == "number";
        made = of_value ? text_of(bounds, "min") + " to " + text_of(bounds, "max")
                        : "up to " + text_of(bounds, "max");
    }
    if (is_true(from, "unlimited")) made += (made.empty() ? "" : ", ") + std::string("unlimited");
    return made;
}

library_option option_of(const json::object& from) {
    library_option made;
    made.name = text_of(from, "name");
    made.section = text_of(from, "section");
    made.type = text_of(from, "type");
    made.scopes = texts_of(from, "scope");
    made.default_value = text_of(from, "default");
    made.words = texts_of(from, "allowed");
    made.range = range_of(from, made.words);
    if (made.type == "bool") made.words = {"true", "false"};
    if (is_true(from, "unlimited")) made.words.emplace_back("unlimited");
    made.repeatable = is_true(from, "repeatable");
    made.changeable = is_true(from, "changeable");
    made.secret = is_true(from, "secret");
    made.meaning = text_of(from, "meaning");
    return made;
}

} // namespace

std::vector<library_option> library_options() {
    std::vector<library_option> made;
    for (const json::value& each : json_array(resock::options::describe_all()))
        made.push_back(option_of(each.as_object()));
    return made;
}

std::string shown_default(const library_option& option) {
    return option.default_value.empty() ? "-" : option.default_value;
}

std::string shown_flags(const library_option& option) {
    std::string made;
    const auto add = [&](bool has, const char* word) {
        if (has) made += (made.empty() ? "" : ", ") + std::string(word);
    };
    add(option.changeable, "changeable");
    add(option.repeatable, "repeatable");
    add(option.secret, "secret");
    return made;
}

} // namespace cli
