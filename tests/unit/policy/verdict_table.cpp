#include "policy/verdict_table.hpp"

#include <string>

#include "support/catch.hpp"

using namespace resock::policy;

namespace {

void check_texts(const row& each) {
    const std::string meaning = each.meaning;
    CHECK_FALSE(meaning.empty());
    CHECK(meaning.back() != '.'); // more follows in a sentence
    // One or the other: the record shows the remedy, who looks it up is shown either.
    CHECK(std::string(each.remedy).empty() != std::string(each.advice).empty());
}

void check_numbers(std::span<const numbered> rows, int least, int most) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(rows[i].first, rows[i].last);
        CHECK(rows[i].first >= least);
        CHECK(rows[i].last <= most);
        CHECK(rows[i].first <= rows[i].last);
        check_texts(rows[i].row);
        // A row behind one that holds all of it would never be found.
        for (std::size_t before = 0; before < i; ++before) {
            CHECK_FALSE((rows[before].first <= rows[i].first && rows[before].last >= rows[i].last));
        }
    }
}

} // namespace

TEST_CASE("each row of numbers can be found and says what it means and what to do") {
    check_numbers(close_code_rows(), 1000, 4999);
    check_numbers(http_status_rows(), 100, 599);
}

TEST_CASE("every number from first to last has a row") {
    for (int code = 1000; code <= 4999; ++code) {
        if (&close_code_row(code) == &unknown_code) FAIL(code);
    }
    for (int status = 100; status <= 599; ++status) {
        if (&http_status_row(status) == &unknown_status) FAIL(status);
    }
    CHECK(&close_code_row(999) == &unknown_code);
    CHECK(&http_status_row(600) == &unknown_status);
}

TEST_CASE("each cause but none has one row") {
    CHECK(cause_rows().size() == static_cast<std::size_t>(cause::local));
    for (int i = 1; i <= static_cast<int>(cause::local); ++i) {
        const auto value = static_cast<cause>(i);
        INFO(to_string(value));
        const row& found = cause_row(value);
        CHECK(&found != &unknown_end);
        check_texts(found);
    }
    CHECK(&cause_row(cause::none) == &unknown_end);
}

TEST_CASE("what breaks an open connection is of the transport") {
    for (const caused& each : cause_rows()) {
        if (breaks_while_open(each.cause))
            CHECK((each.row.layer == layer::tcp || each.row.layer == layer::tls));
    }
    CHECK(breaks_while_open(cause::tcp_reset));
    CHECK_FALSE(breaks_while_open(cause::tcp_refused));
}
