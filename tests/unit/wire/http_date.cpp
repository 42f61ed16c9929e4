#include "wire/http_date.hpp"

#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock::wire;

namespace {

constexpr std::int64_t no_date = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t in_2026 = 1790000000;

} // namespace

TEST_CASE("HTTP dates are read in the three forms of RFC 9110 §5.6.7") {
    struct row {
        std::string text;
        std::int64_t seconds;
    };
    const std::vector<row> rows = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
        {"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
        {"Tue, 30 Jun 2015 23:59:60 GMT", 1435708800},
        {"Friday, 31-Dec-76 23:59:59 GMT", 3376684799}, // 2076: 50 years ahead
        {"Friday, 31-Dec-77 23:59:59 GMT", 252460799},  // 1977
        {"", no_date},
        {"120", no_date},
        {"soon", no_date},
        {"Sun, 06 Nov 1994 08:49:37", no_date},
        {"Sun, 06 Nov 1994 08:49:37 CET", no_date},
        {"Sun, 06 Nov 1994 08:49:37 GMT more", no_date},
        {"Sun, 06 Nov 1994 24:00:00 GMT", no_date},
        {"Sun, 06 Nov 1994 08:60:00 GMT", no_date},
        {"Sun, 06 Nov 1994 08:49:61 GMT", no_date},
        {"Sun, 00 Nov 1994 08:49:37 GMT", no_date},
        {"Sun, 31 Nov 1994 08:49:37 GMT", no_date},
        {"Wed, 29 Feb 2023 12:00:00 GMT", no_date},
        {"Sun, 06 Nox 1994 08:49:37 GMT", no_date},
        {"Sun, 06 Nov 19940 08:49:37 GMT", no_date},
        {"Sun, 06 Nov 994 08:49:37 GMT", no_date},
        {"Sun, 6x Nov 1994 08:49:37 GMT", no_date},
        {"Sun, 06 Nov 1994 08:+9:37 GMT", no_date},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        CHECK(parse_http_date(each.text, in_2026).value_or(no_date) == each.seconds);
    }
}
