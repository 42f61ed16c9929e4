// What a call throws, for tables of errors.
#pragma once

#include <string>

#include "base/error.hpp"

namespace resock::test {

struct thrown {
    status code = status::ok; // ok: nothing was thrown
    std::string text;

    bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
};

template<class Call>
thrown error_of(Call&& call) {
    try {
        call();
        return {};
    } catch (const error& wrong) {
        return {wrong.code(), wrong.what()};
    }
}

} // namespace resock::test
