#include "net/opening.hpp"

#include <array>
#include <utility>

#include "base/units.hpp"
#include "net/linger.hpp"

namespace resock::net {

namespace {
constexpr std::size_t read_size = 4096;
// Reads in one turn, so that a flood leaves time for the links of this thread.
constexpr int reads_per_turn = 8;

stream_socket adopt(boost::asio::io_context& io, accepted_socket& from) {
    stream_socket made(io, boost::asio::generic::stream_protocol(from.family, 0), from.fd.get());
    from.fd.release();
    return made;
}
} // namespace

opening::opening(boost::asio::io_context& io, accepted_socket from, const opening_limits& limits,
                 tls_context context, std::shared_ptr<opening_events> events,
                 std::shared_ptr<void> slot)
    : io_(io)
    , timer_(io)
    , limits_(limits)
    , events_(std::move(events))
    , slot_(std::move(slot))
    , address_(from.address)
    , ip_(from.ip)
    , reader_(std::make_unique<request_reader>(limits.request)) {
    if (context) {
        phase_ = phase::tls;
        shaking_ = std::make_unique<tls_stream>(adopt(io, from), context, address_);
    } else {
        stream_ = std::make_unique<tcp_stream>(adopt(io, from), address_);
    }
}

void opening::start() {
    arm(limits_.timeout);
    if (shaking_)
        shake_hands();
    else
        read(); // often the request came with the connection
}

void opening::cancel() {
    close();
}

void opening::hurry(duration limit) {
    if (phase_ != phase::tls && phase_ != phase::reading) return;
    const auto at = std::chrono::steady_clock::now() +
                    std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                        std::min(limit, limits_.timeout));
    if (at < timer_.expiry()) arm(std::min(limit, limits_.timeout));
}

void opening::close() {
    if (phase_ == phase::over) return;
    phase_ = phase::over;
    disarm();
    shaking_.reset();
    stream_.reset();
    slot_.reset();
    const auto self = shared_from_this(); // the owner lets go
    if (const auto events = events_.lock()) events->over(*this);
}

void opening::arm(duration limit) {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
    timer_.async_wait([weak = weak_from_this(),
                       limit_number = ++limit_number_](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->limit_number_ == limit_number) self->expired();
    });
}

// A time that is over already, its handler waiting for its turn, counts no more either.
void opening::disarm() {
    ++limit_number_;
    timer_.cancel();
}

void opening::expired() {
    switch (phase_) {
    case phase::tls:
        return fail("the TLS handshake was not done within listen.open_timeout");
    case phase::reading:
        if (reader_->empty()) return fail("no request came within listen.open_timeout");
        return reject(408, "the request was not complete within listen.open_timeout");
    case phase::deciding: {
        const auto events = events_.lock();
        if (events) return events->unanswered(shared_from_this());
        return close();
    }
    case phase::answering:
        return fail("the peer did not take our answer in time");
    case phase::over:
        return;
    }
}

void opening::wait(readiness direction, void (opening::*next)()) {
    auto& on = shaking_ ? static_cast<stream&>(*shaking_) : *stream_;
    on.async_wait(direction, [weak = weak_from_this(), next] {
        const auto self = weak.lock();
        if (self && self->phase_ != phase::over) (self.get()->*next)();
    });
}

void opening::shake_hands() {
    io_result step = shaking_->handshake();
    if (step.failure) return fail(*std::move(step.failure));
    if (step.wait_for) return wait(*step.wait_for, &opening::shake_hands);
    tls_ = shaking_->tls();
    stream_ = std::move(shaking_);
    phase_ = phase::reading;
    read();
}

void opening::read() {
    std::array<char, read_size> bytes;
    for (int turn = 0; turn < reads_per_turn; ++turn) {
        io_result step = stream_->read_some(bytes.data(), bytes.size());
        if (step.failure) return fail(*std::move(step.failure));
        if (step.end)
            return fail(reader_->empty() ? "closed before it sent a request"
                                         : "closed inside its request");
        if (step.wait_for) return wait(*step.wait_for, &opening::read);
        const auto progress = reader_->feed({bytes.data(), step.bytes});
        if (progress == request_reader::progress::refused) {
            const wire::refusal why = reader_->refusal();
            return reader_->is_foreign() ? fail(why.why) : reject(why.status, why.why);
        }
        if (progress == request_reader::progress::more) continue;
        request_ = reader_->take_request();
        leftover_ = reader_->take_leftover();
        reader_.reset();
        disarm();
        phase_ = phase::deciding;
        const auto self = shared_from_this(); // answers may end it
        if (const auto events = events_.lock()) return events->requested(self);
        return close();
    }
    wait(readiness::read, &opening::read);
}

void opening::await_answer(duration limit) {
    arm(limit);
}

void opening::accept(const wire::upgrade_response& response,
                     std::shared_ptr<opening_result> result) {
    if (phase_ != phase::deciding) {
        policy::failure gone;
        gone.cause = policy::cause::tcp_reset;
        gone.detail = "the peer had gone before its request was answered";
        return result->failed(std::move(gone));
    }
    phase_ = phase::answering;
    result_ = std::move(result);
    output_ = response_text(response);
    write();
}

void opening::answer(int status, const wire::fields& fields, std::string_view body) {
    if (phase_ != phase::deciding) return;
    phase_ = phase::answering;
    output_ = final_response_text(status, fields, body, request_.method == "HEAD");
    write();
}

void opening::refuse(const wire::refusal& why) {
    answer(why.status, why.fields, why.why + "\n");
}

// Answered by ourselves, without asking anybody.
void opening::reject(int status, std::string why) {
    if (const auto events = events_.lock()) events->failed(*this, status, why);
    phase_ = phase::deciding;
    refuse({status, std::move(why), {}});
}

void opening::write() {
    const auto self = shared_from_this();
    while (!output_.empty()) {
        io_result step = stream_->write_some(output_);
        if (step.failure) return fail(*std::move(step.failure));
        if (step.wait_for) {
            arm(limits_.timeout);
            return wait(*step.wait_for, &opening::write);
        }
        output_.erase(0, step.bytes);
    }
    written();
}

void opening::written() {
    disarm();
    auto stream = std::move(stream_);
    if (const auto result = std::move(result_)) {
        result->opened(std::move(stream), std::move(leftover_));
    } else {
        stream->shutdown();
        linger(io_, std::move(stream), slot_);
    }
    close();
}

void opening::fail(std::string why) {
    policy::failure made;
    made.cause = policy::cause::open_timeout;
    made.detail = std::move(why);
    fail(std::move(made));
}

void opening::fail(policy::failure failure) {
    const auto self = shared_from_this();
    if (const auto result = std::move(result_)) {
        result->failed(std::move(failure));
    } else if (phase_ != phase::answering) {
        if (const auto events = events_.lock()) events->failed(*this, 0, failure.detail);
    }
    close();
}

} // namespace resock::net
