#include "net/farewell.hpp"

#include "net/support/line_end.hpp"
#include "net/support/tls_client.hpp"
#include "net/tls_stream.hpp"
#include "session/encode.hpp"

using namespace resock;
using session::reject_frame;
using session::reject_reason;
using test::close_of;
using test::frame_of;
using test::line_end;
using test::opcode;

namespace {

reject_frame ended() {
    reject_frame made;
    made.reason = reject_reason::ended;
    made.recv = 2;
    made.text = "ended";
    return made;
}

} // namespace

TEST_CASE("a close code and its reason are said, then the end; the slot is held until then") {
    line_end at;
    net::close_with(*at.on.io, std::move(at.stream), 4429, "too many connections", at.slot);
    at.slot.reset();
    CHECK(at.read_to_end() == close_of(4429, "too many connections"));
    CHECK_FALSE(at.released.expired()); // the client may still be sending
    at.say(opcode::close, "");
    at.hang_up();
    at.run_until_released();
}

TEST_CASE("a reason that is too long or no UTF-8 is made one that may be sent") {
    line_end at;
    net::close_with(*at.on.io, std::move(at.stream), 4400, "\xFF" + std::string(200, 'x'));
    CHECK(at.read_to_end() == close_of(4400, "\xEF\xBF\xBD" + std::string(120, 'x')));
}

TEST_CASE("R16: REJECT is said before the close; what still arrives is ignored") {
    line_end at;
    at.say(opcode::binary, "more frames");
    net::reject(*at.on.io, std::move(at.stream), ended(), at.slot);
    const std::string frame("\x72\x05\x02\x00"
                            "ended",
                            9); // protocol §9
    CHECK(at.read_to_end() ==
          frame_of(opcode::binary, frame) + close_of(4404, "R16 REJECT 5: ended"));
    at.send("anything, no frame at all");
    at.hang_up();
    at.run_until_released();
}

TEST_CASE("R16: the code that follows a REJECT tells what to do") {
    struct row {
        int reason;
        bool retry;
        std::uint16_t code;
    };
    const row rows[] = {{1, false, 4404}, {2, false, 4403}, {3, false, 4409}, {8, false, 4404},
                        {8, true, 4503},  {9, true, 4503},  {11, true, 4401}};
    for (const row& each : rows) {
        CAPTURE(each.reason, each.retry);
        reject_frame why;
        why.reason = static_cast<reject_reason>(each.reason);
        why.retry = each.retry;
        why.retry_ms = each.retry ? 1000 : 0;
        line_end at;
        net::reject(*at.on.io, std::move(at.stream), why);
        CHECK(at.read_to_end() ==
              frame_of(opcode::binary, session::encoded(why)) +
                  close_of(each.code, "R16 REJECT " + std::to_string(each.reason)));
    }
}

TEST_CASE("what does not fit into the socket follows when the client has read") {
    line_end at;
    const std::string before = at.fill();
    reject_frame why = ended();
    const std::string text(session::max_text, 't');
    why.text = text;
    net::reject(*at.on.io, std::move(at.stream), why, at.slot);
    CHECK(at.read_to_end() == before + frame_of(opcode::binary, session::encoded(why)) +
                                  close_of(4404, "R16 REJECT 5: " + text.substr(0, 109)));
    at.hang_up();
    at.run_until_released();
}

TEST_CASE("a client that does not read is given up") {
    line_end at;
    at.fill();
    net::close_with(*at.on.io, std::move(at.stream), 4503, "draining", at.slot);
    at.run_until_released();
}

TEST_CASE("a client that has gone is closed at once") {
    line_end at;
    at.hang_up();
    net::close_with(*at.on.io, std::move(at.stream), 4503, "draining", std::move(at.slot));
    CHECK(at.released.expired());
}

TEST_CASE("the I/O context may end before the farewell") {
    std::weak_ptr<void> released;
    {
        line_end at;
        at.fill();
        net::close_with(*at.on.io, std::move(at.stream), 4503, "draining", std::move(at.slot));
        released = at.released;
        CHECK_FALSE(released.expired());
    }
    CHECK(released.expired());
}
