// `resock_explain`: from what a person has in hand (a number, a name, a line of a log) to what it
// means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/explanation.hpp"

namespace resock::hub {

// Everything that can be explained: the tables of policy, then errors of sockets, name lookups
// and TLS. Each has the cause that the library makes of it.
std::vector<policy::explanation> explain_all();

// What `what` may mean, the likeliest first, never empty. It may be a name ("1006", "tls-expired",
// "ECONNREFUSED", "reject-3"), with or without its kind ("HTTP 503", "errno 111", "close code
// 4409", "verdict.1006"), or words ("certificate has expired") and a text that holds such words;
// case does not matter. Throws error(status::invalid) naming the nearest name.
std::vector<policy::explanation> explain(std::string_view what);

// JSON array of objects: kind, name, number, words, meaning, layer, caused_by, cause, verdict,
// does, option, remedy, note; null where there is none.
std::string explanations_json(const std::vector<policy::explanation>&);

} // namespace resock::hub
