// What a close code, an HTTP status, a cause or a code of resock.v1 means, for people who look it
// up. Everything comes from the tables that the library judges by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/failure.hpp"

namespace resock::policy {

enum class subject {
    close_code,
    http_status,
    cause,
    session_close_code, // of resock.v1
    session_reject,     // of resock.v1
    socket_error,       // errno; made by hub/explain, as all below
    lookup_error,       // of a host name
    tls_error,          // OpenSSL's
};

struct explanation {
    policy::subject subject = subject::close_code;
    std::string name;  // "1006", "3001-3999", "tls-expired", "reject-3", "ECONNREFUSED"
    int number = 0;    // 0: it has none, or stands for a range
    std::string words; // the system's, OpenSSL's or HTTP's for it, "Connection refused"; or ""
    policy::layer layer = layer::local;
    policy::culprit culprit = culprit::us;
    policy::cause cause = cause::none; // with which the record tells it
    policy::verdict verdict = verdict::backoff;
    std::string meaning;
    std::string does;   // what resock does then, in words
    std::string option; // that changes it, "verdict.1006"; "" for none
    std::string remedy; // what a person can do
    std::string note;   // a reservation: "where resock itself closes with it"; or ""
};

// The rows of the tables, in their order; a range of more than two numbers is one entry, named
// "first-last".
std::vector<explanation> explain_tables();

// 1000-4999; where resock itself closes with the code, what that means stands second; a code of
// resock.v1 comes before what it is to a plain link.
std::vector<explanation> explain_close_code(int code);
// 100-599 but 101.
explanation explain_http_status(int status);
explanation explain_cause(cause);

// "close-code", "http-status", "cause", "session-close-code", "session-reject", "socket-error" ...
const char* to_string(subject);

} // namespace resock::policy
