// Frames made at random are decoded as they were encoded; bytes made at random, or frames with
// bytes changed, are a frame or an error and nothing else.

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "samples.hpp"

using namespace resock;
using namespace resock::session;

namespace {

constexpr unsigned seed = 6;
constexpr int rounds = 2000;

class maker {
  public:
    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    bool coin() { return below(2); }
    // Of each size alike, at most `max`.
    std::uint64_t number(std::uint64_t max = max_number) {
        return std::min((random_() & max_number) >> below(53), max);
    }
    std::uint64_t number_from(std::uint64_t min, std::uint64_t max) {
        return std::max(min, number(max));
    }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(max_u32)); }
    std::string_view bytes(std::size_t end) {
        kept_.emplace_back(below(end), '\0');
        for (char& each : kept_.back())
            each = static_cast<char>(random_());
        return kept_.back();
    }
    std::string_view ascii(std::size_t end) {
        bytes(end);
        for (char& each : kept_.back())
            each &= 0x7F;
        return kept_.back();
    }
    // Half of the time there is none.
    template<class Value>
    std::optional<Value> maybe(Value value) {
        return coin() ? std::optional(value) : std::nullopt;
    }

  private:
    std::mt19937_64 random_{seed};
    std::deque<std::string> kept_; // what the views point into
};

template<class Frame>
Frame make(maker&);

template<>
data_frame make(maker& m) {
    data_frame frame{
        m.number_from(1, max_number), m.coin(),    m.coin(), false, m.coin(), m.maybe(m.number()),
        m.maybe(m.bytes(200)),        m.bytes(300)};
    frame.ext = frame.expires_ms || frame.message_id;
    return frame;
}
template<>
end_frame make(maker& m) {
    return {m.number_from(1, max_number), m.u32(), m.bytes(max_text + 1)};
}
template<>
ack_frame make(maker& m) {
    const std::uint64_t recv = m.number();
    return {m.coin(), m.coin(), recv, m.u32(), m.maybe(m.number(recv))};
}
template<>
note_frame make(maker& m) {
    const bool text = m.coin();
    return {text, text ? m.ascii(300) : m.bytes(300)};
}
template<>
hello_frame make(maker& m) {
    hello_frame frame;
    for (std::uint8_t& each : frame.sid)
        each = static_cast<std::uint8_t>(m.below(256));
    for (std::uint8_t& each : frame.secret)
        each = static_cast<std::uint8_t>(m.below(256));
    frame.born = m.number();
    frame.epoch = m.number();
    frame.recv = m.number();
    frame.acked = m.number();
    frame.window = m.u32();
    frame.protocol = m.maybe(m.bytes(30));
    frame.token = m.maybe(m.bytes(3000));
    frame.ttl_s = m.maybe(m.number());
    frame.max_frame =
        m.maybe(static_cast<std::uint32_t>(m.number_from(min_max_frame, max_max_frame)));
    frame.check = m.maybe(m.u32());
    frame.heartbeat_ms =
        m.maybe(static_cast<std::uint32_t>(m.number_from(min_heartbeat_ms, max_heartbeat_ms)));
    frame.max_message = m.maybe(m.u32());
    frame.ack_level = m.maybe(static_cast<std::uint8_t>(m.below(4)));
    return frame;
}
template<>
welcome_frame make(maker& m) {
    welcome_frame frame;
    frame.resumed = m.coin();
    frame.born = m.number_from(1, max_number);
    frame.recv = m.number();
    frame.window = m.u32();
    frame.max_frame = static_cast<std::uint32_t>(m.number_from(min_max_frame, max_max_frame));
    frame.max_message = m.u32();
    frame.heartbeat_ms =
        static_cast<std::uint32_t>(m.number_from(min_heartbeat_ms, max_heartbeat_ms));
    frame.ttl_s = m.number();
    frame.ack_level = static_cast<std::uint8_t>(m.below(4));
    frame.url = m.maybe(m.bytes(200));
    frame.tombstone_ttl_s = m.maybe(m.number());
    frame.check = m.maybe(m.u32());
    return frame;
}
template<>
reject_frame make(maker& m) {
    const bool retry = m.coin();
    return {retry, static_cast<reject_reason>(m.number()), m.maybe(m.number()),
            retry ? static_cast<std::uint32_t>(m.number(max_wait_ms)) : 0, m.bytes(max_text + 1)};
}
template<>
goaway_frame make(maker& m) {
    const std::uint64_t most = m.number(max_wait_ms);
    return {m.coin(), static_cast<std::uint32_t>(m.number(max_wait_ms)),
            static_cast<std::uint32_t>(m.number(most)), static_cast<std::uint32_t>(most),
            m.bytes(200)};
}
template<>
auth_frame make(maker& m) {
    if (m.coin()) return {true, static_cast<std::uint32_t>(m.number(max_wait_ms)), {}};
    return {false, 0, m.bytes(3000)};
}
template<>
void_frame make(maker& m) {
    return {m.number_from(1, max_number)};
}

std::string any_frame(maker& m) {
    switch (m.below(10)) {
    case 0:
        return encoded(make<data_frame>(m));
    case 1:
        return encoded(make<end_frame>(m));
    case 2:
        return encoded(make<ack_frame>(m));
    case 3:
        return encoded(make<note_frame>(m));
    case 4:
        return encoded(make<hello_frame>(m));
    case 5:
        return encoded(make<welcome_frame>(m));
    case 6:
        return encoded(make<reject_frame>(m));
    case 7:
        return encoded(make<goaway_frame>(m));
    case 8:
        return encoded(make<auth_frame>(m));
    default:
        return encoded(make<void_frame>(m));
    }
}

// What was decoded can be encoded, and is then decoded as the same; but for what only a decoder
// writes. An error has a reason that fits into a close.
void check_whatever(const std::string& bytes) {
    const decoded out = decode(bytes);
    std::visit(
        [&](auto frame) {
            using Frame = decltype(frame);
            if constexpr (std::is_same_v<Frame, frame_error>) {
                REQUIRE(frame.reason().size() > 3);
                REQUIRE(frame.reason().front() == 'R');
                REQUIRE(frame.reason().size() <= frame_error::max_reason);
            } else {
                if constexpr (std::is_same_v<Frame, data_frame>)
                    frame.ext = frame.expires_ms || frame.message_id;
                if constexpr (std::is_same_v<Frame, hello_frame>) frame.unknown_even = false;
                const std::string again = encoded(frame);
                REQUIRE(again.size() <= bytes.size() + 64);
                REQUIRE(test::decoded_as<Frame>(again) == frame);
            }
        },
        out);
}

} // namespace

TEMPLATE_TEST_CASE("a frame is decoded as it was encoded", "", data_frame, end_frame, ack_frame,
                   note_frame, hello_frame, welcome_frame, reject_frame, goaway_frame, auth_frame,
                   void_frame) {
    CAPTURE(seed);
    maker m;
    for (int i = 0; i < rounds; ++i) {
        CAPTURE(i);
        const auto frame = make<TestType>(m);
        REQUIRE(test::decoded_as<TestType>(encoded(frame)) == frame);
    }
}

TEST_CASE("a frame with bytes changed, added or taken is a frame or an error") {
    CAPTURE(seed);
    maker m;
    for (int i = 0; i < 10 * rounds; ++i) {
        CAPTURE(i);
        std::string bytes = any_frame(m);
        for (std::uint64_t changes = 1 + m.below(3); changes > 0 && !bytes.empty(); --changes) {
            // Most of what matters stands in front.
            const std::size_t at =
                m.below(m.coin() ? bytes.size() : std::min<std::size_t>(bytes.size(), 12));
            const auto byte = static_cast<char>(m.below(256));
            switch (m.below(3)) {
            case 0:
                bytes[at] = byte;
                break;
            case 1:
                bytes.insert(at, 1, byte);
                break;
            default:
                bytes.erase(at, 1);
            }
        }
        check_whatever(bytes);
    }
}

TEST_CASE("bytes at random are a frame or an error") {
    CAPTURE(seed);
    maker m;
    for (int i = 0; i < 10 * rounds; ++i) {
        CAPTURE(i);
        check_whatever(std::string(m.bytes(60)));
    }
}
