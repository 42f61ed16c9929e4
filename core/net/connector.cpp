#include "net/connector.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netdb.h>
#include <optional>
#include <utility>

#include "base/units.hpp"
#include "net/echo_stream.hpp"
#include "net/http.hpp"
#include "net/tcp_connect.hpp"
#include "net/tcp_error.hpp"
#include "net/tls_stream.hpp"

namespace resock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t read_size = 4096;

clock_time later(clock_time start, duration length) {
    return length > clock_time::max() - start ? clock_time::max() : start + length;
}

policy::failure failure_of(policy::cause cause, std::string detail) {
    policy::failure made;
    made.cause = cause;
    made.detail = std::move(detail);
    return made;
}

policy::failure lookup_failure(const resolved& answer) {
    auto made = failure_of(lookup_cause(answer.error),
                           answer.detail.empty() ? ::gai_strerror(answer.error) : answer.detail);
    made.sys_errno = answer.sys_errno;
    return made;
}

// Completion handlers hold it weakly: dropping it ends the attempt as cancel() does.
class attempt final : public connector, public std::enable_shared_from_this<attempt> {
  public:
    attempt(std::shared_ptr<asio::io_context> io, connect_request request,
            std::function<void(connect_result)> handler)
        : io_(std::move(io))
        , request_(std::move(request))
        , handler_(std::move(handler))
        , timer_(*io_) {}

    void start(resolver& names);
    void cancel() override;

  private:
    enum class phase { dns, tcp, tls, http };

    void looked_up(const resolved& answer);
    void tcp_connected(tcp_connect::result);
    void shake_hands();
    void send_request();
    void read_response();
    void closed_early();

    void wait(readiness, void (attempt::*next)());
    void enter(phase, clock_time deadline);
    void timed_out();
    void fail(policy::failure);
    void finish(connect_result);
    void post_result(std::function<connect_result()> make);

    std::shared_ptr<asio::io_context> io_;
    connect_request request_;
    std::function<void(connect_result)> handler_; // empty: ended
    asio::steady_timer timer_;
    clock_time begun_ = std::chrono::steady_clock::now();
    phase phase_ = phase::dns;
    tls_context context_;
    std::shared_ptr<void> question_;
    std::shared_ptr<tcp_connect> connecting_;
    std::unique_ptr<tls_stream> shaking_;
    std::unique_ptr<resock::net::stream> stream_;
    std::string output_; // of the request, not yet written
    std::optional<policy::failure> write_failure_;
    response_reader reader_;
};

void attempt::start(resolver& names) {
    if (request_.url.scheme == url::scheme::echo) {
        post_result([this] {
            connected made;
            made.stream = std::make_unique<echo_stream>(*io_);
            made.response = echo_response(request_.upgrade);
            return connect_result(std::move(made));
        });
        return;
    }
    if (request_.url.secure()) {
        auto context = tls_context_for(request_.tls);
        if (auto* refused = std::get_if<policy::failure>(&context)) {
            refused->host = request_.url.authority();
            post_result([failure = *refused] { return connect_result(failure); });
            return;
        }
        context_ = std::get<tls_context>(std::move(context));
    }
    enter(phase::dns, later(begun_, std::min(request_.connect_timeout, request_.open_timeout)));
    question_ = names.resolve(io_, request_.url.host, request_.url.port,
                              [weak = weak_from_this()](resolved answer) {
                                  if (const auto self = weak.lock()) self->looked_up(answer);
                              });
}

void attempt::post_result(std::function<connect_result()> make) {
    asio::post(*io_, [weak = weak_from_this(), make = std::move(make)] {
        const auto self = weak.lock();
        if (self && self->handler_) self->finish(make());
    });
}

void attempt::cancel() {
    handler_ = nullptr;
    timer_.cancel();
    question_.reset();
    connecting_.reset();
    shaking_.reset();
    stream_.reset();
}

void attempt::finish(connect_result result) {
    const auto handler = std::exchange(handler_, nullptr);
    cancel();
    handler(std::move(result));
}

void attempt::fail(policy::failure failure) {
    failure.host = request_.url.authority();
    finish(std::move(failure));
}

void attempt::enter(phase next, clock_time deadline) {
    phase_ = next;
    timer_.cancel();
    if (deadline == clock_time::max()) return;
    timer_.expires_at(deadline);
    timer_.async_wait([weak = weak_from_this(), next](const error_code& error) {
        const auto self = weak.lock();
        if (!error && self && self->handler_ && self->phase_ == next) self->timed_out();
    });
}

void attempt::timed_out() {
    const std::string spent = spoken_duration(std::chrono::steady_clock::now() - begun_);
    switch (phase_) {
    case phase::dns:
        return fail(failure_of(policy::cause::dns_temporary, "no answer to the name lookup of " +
                                                                 request_.url.host + " within " +
                                                                 spent));
    case phase::tcp: // tcp_connect keeps its own time
    case phase::tls:
        return fail(failure_of(policy::cause::tls_timeout,
                               "the TLS handshake was not done within " + spent));
    case phase::http:
        return fail(failure_of(policy::cause::open_timeout,
                               "the upgrade was not answered within " + spent));
    }
}

void attempt::looked_up(const resolved& answer) {
    if (!handler_) return;
    if (answer.endpoints.empty()) return fail(lookup_failure(answer));
    enter(phase::tcp, clock_time::max());
    const auto limit = std::min(request_.connect_timeout, request_.open_timeout);
    connecting_ =
        std::make_shared<tcp_connect>(*io_, answer.endpoints, later(begun_, limit),
                                      [weak = weak_from_this()](tcp_connect::result result) {
                                          if (const auto self = weak.lock())
                                              self->tcp_connected(std::move(result));
                                      });
    const auto kept = connecting_; // its handler drops ours
    kept->start();
}

void attempt::tcp_connected(tcp_connect::result result) {
    if (!handler_) return;
    connecting_.reset();
    if (auto* failure = std::get_if<policy::failure>(&result)) return fail(std::move(*failure));
    auto socket = std::get<asio::ip::tcp::socket>(std::move(result));
    const std::string authority = request_.url.authority();
    if (!request_.url.secure()) {
        stream_ = std::make_unique<tcp_stream>(std::move(socket), authority);
        output_ = request_text(request_.upgrade);
        enter(phase::http, later(begun_, request_.open_timeout));
        return send_request();
    }
    enter(phase::tls, later(begun_, std::min(request_.connect_timeout, request_.open_timeout)));
    shaking_ =
        std::make_unique<tls_stream>(std::move(socket), context_, request_.url.host, authority);
    shake_hands();
}

void attempt::shake_hands() {
    io_result step = shaking_->handshake();
    if (step.failure) return fail(*std::move(step.failure));
    if (step.wait_for) {
        shaking_->async_wait(*step.wait_for, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && self->shaking_) self->shake_hands();
        });
        return;
    }
    stream_ = std::move(shaking_);
    output_ = request_text(request_.upgrade);
    enter(phase::http, later(begun_, request_.open_timeout));
    send_request();
}

void attempt::wait(readiness direction, void (attempt::*next)()) {
    stream_->async_wait(direction, [weak = weak_from_this(), next] {
        const auto self = weak.lock();
        if (self && self->stream_) (self.get()->*next)();
    });
}

void attempt::send_request() {
    while (!output_.empty()) {
        io_result step = stream_->write_some(output_);
        if (step.wait_for) return wait(*step.wait_for, &attempt::send_request);
        if (step.failure) {
            // A server that refuses early has said why before it closed.
            write_failure_ = std::move(step.failure);
            break;
        }
        output_.erase(0, step.bytes);
    }
    read_response();
}

void attempt::read_response() {
    std::array<char, read_size> bytes;
    for (;;) {
        io_result step = stream_->read_some(bytes.data(), bytes.size());
        if (step.failure) {
            const bool tells_more = step.failure->cause != policy::cause::tls_cut;
            return fail(write_failure_ && !tells_more ? *write_failure_ : *step.failure);
        }
        if (step.end) return closed_early();
        if (step.wait_for) {
            if (write_failure_) return fail(*write_failure_);
            return wait(*step.wait_for, &attempt::read_response);
        }
        switch (reader_.feed({bytes.data(), step.bytes})) {
        case response_reader::progress::more:
            break;
        case response_reader::progress::failed:
            return fail(reader_.failure());
        case response_reader::progress::done:
            connected made;
            made.stream = std::move(stream_);
            made.response = reader_.response();
            made.leftover = reader_.take_leftover();
            return finish(std::move(made));
        }
    }
}

void attempt::closed_early() {
    if (write_failure_) return fail(*write_failure_);
    fail(failure_of(policy::cause::tcp_reset, reader_.empty()
                                                  ? "closed before it answered the upgrade"
                                                  : "closed inside its answer to the upgrade"));
}

} // namespace

std::shared_ptr<connector> start_connect(std::shared_ptr<asio::io_context> io, resolver& names,
                                         connect_request request,
                                         std::function<void(connect_result)> handler) {
    auto made = std::make_shared<attempt>(std::move(io), std::move(request), std::move(handler));
    made->start(names);
    return made;
}

} // namespace resock::net
