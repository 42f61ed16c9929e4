// JSON of the library, read.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace cli {

// Throws boost::system::system_error; the library makes no other than valid JSON.
boost::json::array json_array(const std::string& text);
boost::json::object json_object(const std::string& text);

// A text field; "" for null or none.
std::string text_of(const boost::json::object& from, const char* field);
// A field of true or false; false for none.
bool is_true(const boost::json::object& from, const char* field);

} // namespace cli
