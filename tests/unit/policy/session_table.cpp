#include "policy/session_table.hpp"

#include <map>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace resock::policy;

namespace {

std::map<int, verdict> verdicts_of(std::span<const session_row> rows) {
    std::map<int, verdict> made;
    for (const session_row& each : rows) {
        CAPTURE(each.number);
        CHECK(made.emplace(each.number, each.row.verdict).second);
        CHECK(each.row.layer == layer::session);
        CHECK_FALSE(std::string(each.row.meaning).empty());
        CHECK_FALSE(std::string(each.does).empty());
        CHECK(std::string(each.row.remedy).empty() != std::string(each.row.advice).empty());
    }
    return made;
}

} // namespace

TEST_CASE("the close codes of resock.v1 are those of protocol section 5") {
    using v = verdict;
    const std::map<int, verdict> expected = {
        {4400, v::backoff}, {4401, v::auth},    {4403, v::stop},
        {4404, v::backoff}, {4408, v::now},     {4409, v::stop},
        {4429, v::backoff}, {4500, v::backoff}, {4503, v::backoff},
    };
    CHECK(verdicts_of(session_close_codes()) == expected);
}

TEST_CASE("REJECT reasons: only 8, 9 and 11 come with RETRY") {
    using v = verdict;
    const std::map<int, verdict> expected = {
        {1, v::stop}, {2, v::stop}, {3, v::stop},    {4, v::stop},    {5, v::stop},
        {6, v::stop}, {7, v::stop}, {8, v::backoff}, {9, v::backoff}, {11, v::auth},
    };
    CHECK(verdicts_of(session_rejects()) == expected);
}
