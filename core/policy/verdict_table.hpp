// The one table of close codes, HTTP statuses and causes (failures.md): verdict.hpp judges by it,
// explanation.hpp shows it.
#pragma once

#include <span>

#include "policy/failure.hpp"

namespace resock::policy {

// What may change a row's verdict by the situation.
enum class rule {
    plain,
    opening, // a stop that holds only while the link was never open (or with verdict.strict)
    search,  // stop unless the doubtful message can be searched for
    repeat,  // stop once it came `max_protocol_row` times in a row
};

inline constexpr unsigned max_protocol_row = 3;

struct row {
    policy::layer layer;
    policy::culprit culprit;
    policy::verdict verdict;
    policy::rule rule;
    const char* meaning;
    const char* remedy;      // what a person can do, for the record; "" where nothing is needed
    const char* advice = ""; // without a remedy: what one who looks it up can do
};

struct numbered {
    int first;
    int last;
    policy::row row;
};

struct caused {
    policy::cause cause;
    policy::row row;
};

// The first that fits counts: single codes stand before the ranges that hold them.
std::span<const numbered> close_code_rows();
std::span<const numbered> http_status_rows();
std::span<const caused> cause_rows(); // every cause but `none`

// What the tables do not have.
extern const row unknown_code;
extern const row unknown_status;
extern const row unknown_end;
// We close with 1009: within RFC 6455, only more than we were told to take.
extern const row too_large;

const row& close_code_row(int code);
const row& http_status_row(int status);
const row& cause_row(cause);

// Causes that, where an open connection broke, stand beside the code 1006: then the verdict is now.
bool breaks_while_open(cause);

} // namespace resock::policy
