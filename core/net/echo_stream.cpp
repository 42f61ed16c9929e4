#include "net/echo_stream.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstring>

#include "wire/close.hpp"
#include "wire/frame.hpp"

namespace resock::net {
namespace {

// The application's own bytes come back, so its own limits are enough; the receiver's memory
// grows with bytes received only.
constexpr std::uint64_t max_message = 1u << 30;
// Room for answers that is not given back while a link is busy.
constexpr std::size_t kept_room = 64 * 1024;

} // namespace

wire::upgrade_response echo_response(const wire::upgrade_request& request) {
    wire::upgrade_response response;
    response.status = 101;
    response.reason = "Switching Protocols";
    response.fields = {{"Upgrade", "websocket"},
                       {"Connection", "Upgrade"},
                       {"Sec-WebSocket-Accept", wire::accept_of(request.key)}};
    const auto offered = wire::list_field(request.fields, "Sec-WebSocket-Protocol");
    if (!offered.empty()) response.fields.push_back({"Sec-WebSocket-Protocol", offered.front()});
    return response;
}

echo_stream::echo_stream(boost::asio::io_context& io)
    : io_(&io)
    , receiver_(wire::role::server, wire::receiver_limits{max_message}) {
}

io_result echo_stream::read_some(char* data, std::size_t size) {
    io_result result;
    if (answers_.empty()) {
        if (ended_)
            result.end = true;
        else
            result.wait_for = readiness::read;
        return result;
    }
    result.bytes = std::min(size, answers_.size());
    std::memcpy(data, answers_.view().data(), result.bytes);
    answers_.consume(result.bytes);
    if (answers_.empty() && answers_.capacity() > kept_room) answers_.release();
    if (ready(readiness::write)) wake(readiness::write);
    return result;
}

io_result echo_stream::write_some(std::string_view bytes) {
    io_result result;
    if (!ready(readiness::write)) {
        result.wait_for = readiness::write;
        return result;
    }
    result.bytes = std::min(bytes.size(), max_taken);
    if (!ended_) {
        receiver_.feed(bytes.substr(0, result.bytes));
        for (;;) {
            const wire::received item = receiver_.next();
            if (item.kind == wire::received::kind::none) break;
            answer(item);
        }
    }
    if (ready(readiness::read)) wake(readiness::read);
    return result;
}

void echo_stream::answer(const wire::received& item) {
    using kind = enum wire::received::kind;
    switch (item.kind) {
    case kind::message:
        wire::append_frame(answers_, item.text ? wire::opcode::text : wire::opcode::binary, true,
                           item.bytes, std::nullopt);
        break;
    case kind::ping:
        wire::append_frame(answers_, wire::opcode::pong, true, item.bytes, std::nullopt);
        break;
    case kind::close:
    case kind::error: {
        const bool wrong = item.kind == kind::error;
        const std::string payload =
            wire::close_payload(item.code, wrong ? item.bytes : std::string_view());
        wire::append_frame(answers_, wire::opcode::close, true, payload, std::nullopt);
        ended_ = true;
        break;
    }
    case kind::pong:
    case kind::none:
        break;
    }
}

bool echo_stream::ready(readiness direction) const {
    if (direction == readiness::read) return !answers_.empty() || ended_;
    return answers_.size() <= max_unread || ended_;
}

void echo_stream::async_wait(readiness direction, std::function<void()> handler) {
    if (ready(direction)) return post(std::move(handler));
    (direction == readiness::read ? reader_ : writer_) = std::move(handler);
}

void echo_stream::wake(readiness direction) {
    auto& waiting = direction == readiness::read ? reader_ : writer_;
    if (waiting) post(std::exchange(waiting, nullptr));
}

void echo_stream::post(std::function<void()> handler) {
    boost::asio::post(*io_, [alive = std::weak_ptr<bool>(alive_), handler = std::move(handler)] {
        if (!alive.expired()) handler();
    });
}

void echo_stream::shutdown() {
    ended_ = true;
    wake(readiness::read);
    wake(readiness::write);
}

} // namespace resock::net
