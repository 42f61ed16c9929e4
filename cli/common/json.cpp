#include "common/json.hpp"

#ifndef RESOCK_CLI_JSON_OF_LIBRARY
#include <boost/json/src.hpp> // compiled here, once for the program
#endif

namespace cli {

boost::json::array json_array(const std::string& text) {
    return boost::json::parse(text).as_array();
}

boost::json::object json_object(const std::string& text) {
    return boost::json::parse(text).as_object();
}

std::string text_of(const boost::json::object& from, const char* field) {
    const boost::json::value* found = from.if_contains(field);
    return found && found->is_string() ? std::string(found->get_string()) : "";
}

bool is_true(const boost::json::object& from, const char* field) {
    const boost::json::value* found = from.if_contains(field);
    return found && found->is_bool() && found->get_bool();
}

} // namespace cli
