#include "session/opening.hpp"

#include "session/encode.hpp"
#include "support/catch.hpp"

using namespace resock;
using session::close_code_of;
using session::first_frame;
using session::hello_frame;
using session::judge_features;
using session::reject_frame;
using session::reject_reason;

namespace {

hello_frame hello() {
    hello_frame made;
    made.sid.fill(0x11);
    made.secret.fill(0x22);
    made.epoch = 1;
    made.window = 65536;
    return made;
}

std::string reason_of(bool text, std::string_view message) {
    const auto made = first_frame(text, message);
    if (const auto* wrong = std::get_if<session::frame_error>(&made))
        return std::string(wrong->reason());
    return "HELLO";
}

reject_frame reject(reject_reason reason, bool retry) {
    reject_frame made;
    made.reason = reason;
    made.retry = retry;
    return made;
}

} // namespace

TEST_CASE("the first frame is HELLO") {
    const std::string bytes = session::encoded(hello());
    const auto made = first_frame(false, bytes);
    REQUIRE(std::holds_alternative<hello_frame>(made));
    CHECK(std::get<hello_frame>(made).sid == hello().sid);
    CHECK(std::get<hello_frame>(made).window == 65536);
}

TEST_CASE("R2: text, an empty message and what does not decode are no first frame") {
    const std::string bytes = session::encoded(hello());
    CHECK(reason_of(true, bytes) == "R2 text message: every frame is a binary message");
    CHECK(reason_of(true, "").starts_with("R2 text message"));
    CHECK(reason_of(false, "").starts_with("R2 "));
    CHECK(reason_of(false, "\xF0").starts_with("R2 "));
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(reason_of(false, std::string_view(bytes).substr(0, size)).starts_with("R2 HELLO"));
    }
}

TEST_CASE("R10: HELLO has at most 65536 bytes") {
    const std::size_t bare = session::encoded(hello()).size();
    auto large = hello();
    const std::string token(session::max_control - bare - 4, 't'); // its type 1, its length 3 bytes
    large.token = token;
    const std::string largest = session::encoded(large);
    REQUIRE(largest.size() == session::max_control);
    CHECK(reason_of(false, largest) == "HELLO");
    const std::string one_more = token + 't';
    large.token = one_more;
    CHECK(reason_of(false, session::encoded(large)).starts_with("R10 HELLO"));
}

TEST_CASE("R13: any other frame before HELLO is named") {
    CHECK(reason_of(false, session::encoded(session::void_frame{1})) ==
          "R13 VOID before HELLO: HELLO is the first frame after the upgrade");
    session::data_frame data;
    data.seq = 1;
    CHECK(reason_of(false, session::encoded(data)).starts_with("R13 DATA"));
    session::ack_frame ack;
    ack.ping = true;
    CHECK(reason_of(false, session::encoded(ack)).starts_with("R13 ACK"));
    CHECK(reason_of(false, session::encoded(reject(reject_reason::ended, false)))
              .starts_with("R13 REJECT"));
    session::welcome_frame welcome;
    welcome.born = 1;
    welcome.heartbeat_ms = 10000;
    CHECK(reason_of(false, session::encoded(welcome)).starts_with("R13 WELCOME"));
}

TEST_CASE("R14: another version and an unknown even tlv are unsupported") {
    CHECK_FALSE(judge_features(hello()));

    const auto other = first_frame(false, std::string("\x50\x02 whatever a version 2 has", 27));
    REQUIRE(std::holds_alternative<hello_frame>(other));
    const auto version = judge_features(std::get<hello_frame>(other));
    REQUIRE(version);
    CHECK(version->reason == reject_reason::unsupported);
    CHECK_FALSE(version->retry);
    CHECK(version->text.find("version 1") != std::string_view::npos);

    const std::string bytes = session::encoded(hello());
    for (const std::string& tlv : {std::string("\x04\x00", 2), std::string("\x40\x01x", 3)}) {
        const std::string with = bytes + tlv;
        const auto made = first_frame(false, with);
        REQUIRE(std::holds_alternative<hello_frame>(made));
        const auto feature = judge_features(std::get<hello_frame>(made));
        REQUIRE(feature);
        CHECK(feature->reason == reject_reason::unsupported);
        CHECK(feature->text.find("tlv") != std::string_view::npos);
    }
    const std::string odd = bytes + std::string("\x41\x01x", 3); // R4: ignored
    CHECK_FALSE(judge_features(std::get<hello_frame>(first_frame(false, odd))));
}

TEST_CASE("R14: a session that nobody knows has no history") {
    session::hello_frame first = hello();
    first.epoch = 1;
    first.recv = first.acked = 0;
    CHECK_FALSE(session::judge_new(first));
    const auto refused = [&](auto change) {
        session::hello_frame changed = first;
        change(changed);
        const auto made = session::judge_new(changed);
        REQUIRE(made);
        CHECK_FALSE(made->retry);
        return made->reason;
    };
    CHECK(refused([](auto& h) { h.epoch = 0; }) == reject_reason::stale_epoch);
    CHECK(refused([](auto& h) { h.recv = 1; }) == reject_reason::state_mismatch);
    CHECK(refused([](auto& h) { h.acked = 1; }) == reject_reason::state_mismatch);
}

TEST_CASE("R16: the close code that follows a REJECT") {
    struct row {
        int reason;
        std::uint16_t final;
        std::uint16_t retry;
    };
    const row rows[] = {{1, 4404, 4503}, {2, 4403, 4403}, {3, 4409, 4409}, {4, 4404, 4503},
                        {5, 4404, 4503}, {6, 4404, 4503}, {7, 4404, 4503}, {8, 4404, 4503},
                        {9, 4404, 4503}, {11, 4401, 4401}};
    for (const row& each : rows) {
        CAPTURE(each.reason);
        const auto reason = static_cast<reject_reason>(each.reason);
        CHECK(close_code_of(reject(reason, false)) == each.final);
        CHECK(close_code_of(reject(reason, true)) == each.retry);
    }
}
