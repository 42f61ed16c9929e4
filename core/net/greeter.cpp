#include "net/greeter.hpp"

#include <array>
#include <utility>

#include "base/units.hpp"
#include "net/farewell.hpp"
#include "session/opening.hpp"
#include "wire/close.hpp"

namespace resock::net {

namespace {

constexpr std::size_t read_size = 4096;
// Reads in one turn, so that a flood leaves time for the links of this thread.
constexpr int reads_per_turn = 8;
constexpr std::uint16_t protocol_error = 4400;
constexpr std::uint16_t silence = 4408;
constexpr std::uint16_t too_big = 1009; // of wire::receiver

} // namespace

greeter::greeter(boost::asio::io_context& io, std::shared_ptr<greeter_events> events,
                 std::shared_ptr<void> slot, duration limit)
    : io_(io)
    , timer_(io)
    , limit_(limit)
    , events_(std::move(events))
    , slot_(std::move(slot))
    , receiver_(wire::role::server, {.max_message = session::max_control, .check_text = false}) {
}

void greeter::opened(std::unique_ptr<stream> made, std::string behind) {
    if (over_) return;
    stream_ = std::move(made);
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit_));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled) self->expired();
    });
    const auto self = shared_from_this(); // the owner lets go of one that is over
    if (take(behind)) go_on();
}

void greeter::failed(policy::failure why) {
    tell(0, why.detail);
}

void greeter::cancel() {
    over_ = true;
    timer_.cancel();
    stream_.reset();
    slot_.reset();
}

void greeter::end(std::uint16_t code, std::string reason) {
    if (!stream_) return tell(code, reason); // its 101 is still on the way: nothing can be said
    say_close(code, reason, reason);
}

// At most one handler waits: who does not take our pongs is not read either.
void greeter::wait(readiness direction) {
    stream_->async_wait(direction, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && !self->over_) self->go_on();
    });
}

void greeter::go_on() {
    const auto self = shared_from_this();
    if (!settle()) return;
    std::array<char, read_size> bytes;
    for (int turn = 0; turn < reads_per_turn; ++turn) {
        const io_result step = stream_->read_some(bytes.data(), bytes.size());
        if (step.failure) return tell(0, "before its HELLO: " + step.failure->detail);
        if (step.end) return tell(0, "the client closed before its HELLO");
        if (step.wait_for) return wait(*step.wait_for);
        if (!take({bytes.data(), step.bytes}) || !settle()) return;
    }
    wait(readiness::read);
}

// False where it is over.
bool greeter::take(std::string_view bytes) {
    receiver_.feed(bytes);
    while (hello_.empty()) {
        const wire::received item = receiver_.next();
        switch (item.kind) {
        case wire::received::kind::none:
            return true;
        case wire::received::kind::ping:
            pong_ = item.bytes;
            break;
        case wire::received::kind::pong:
            break;
        case wire::received::kind::close:
            say_close(item.code, {},
                      "the client closed with " + std::to_string(item.code) + " before its HELLO");
            return false;
        case wire::received::kind::error: {
            const bool large = item.code == too_big;
            const std::string why = large ? "R10 first message: more than the " +
                                                std::to_string(session::max_control) +
                                                " bytes of a HELLO"
                                          : std::string(item.bytes);
            say_close(large ? protocol_error : item.code, why, why);
            return false;
        }
        case wire::received::kind::message:
            if (!take_message(item)) return false;
        }
    }
    return true;
}

bool greeter::take_message(const wire::received& message) {
    const auto first = session::first_frame(message.text, message.bytes);
    if (const auto* wrong = std::get_if<session::frame_error>(&first)) {
        const std::string why(wrong->reason());
        say_close(protocol_error, why, why);
        return false;
    }
    hello_ = message.bytes;
    leftover_ = receiver_.rest();
    return true;
}

// True where reading goes on.
bool greeter::settle() {
    if (!flush()) return false;
    if (hello_.empty()) return true;
    hand_over();
    return false;
}

// True where everything was written; else it waits or is over.
bool greeter::flush() {
    for (;;) {
        if (output_.empty() && pong_) {
            wire::append_frame(output_, wire::opcode::pong, true, *pong_, {});
            pong_.reset();
        }
        if (output_.empty()) return true;
        const io_result step = stream_->write_some(output_.view());
        if (step.wait_for) {
            wait(*step.wait_for);
            return false;
        }
        if (step.bytes == 0) {
            tell(0, "before its HELLO was judged: " +
                        (step.failure ? step.failure->detail : "the client closed"));
            return false;
        }
        output_.consume(step.bytes);
    }
}

void greeter::hand_over() {
    over_ = true;
    timer_.cancel();
    greeting made{std::move(stream_), std::move(hello_), std::move(leftover_), std::move(slot_)};
    if (const auto events = events_.lock()) events->greeted(*this, std::move(made));
}

void greeter::expired() {
    if (over_) return;
    const std::string within = spoken_duration(limit_);
    const std::string why = hello_.empty() ? "R13 no HELLO within " + within
                                           : "R13 our pong was not taken within " + within;
    say_close(silence, why, why);
}

void greeter::say_close(std::uint16_t code, std::string reason, std::string why) {
    if (over_) return;
    wire::append_frame(output_, wire::opcode::close, true, wire::close_payload(code, reason), {});
    say_last(io_, std::move(stream_), std::move(output_), std::move(slot_));
    tell(code, why);
}

// Nothing more is done with the connection, if it is still here.
void greeter::tell(std::uint16_t code, const std::string& why) {
    if (over_) return;
    const auto self = shared_from_this(); // the owner lets go
    cancel();
    if (const auto events = events_.lock()) events->ungreeted(*this, code, why);
}

} // namespace resock::net
