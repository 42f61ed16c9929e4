// One accepted socket on its way to being a link: TLS, the request read, its answer written.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "net/http_server.hpp"
#include "net/listen_socket.hpp"
#include "net/stream.hpp"
#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"

namespace resock::net {

struct opening_limits {
    request_limits request;
    duration timeout = std::chrono::seconds(20); // from the accept to the request's last byte
};

class opening;

// What the owner of an opening is told. On the I/O thread.
class opening_events {
  public:
    // The request has been read; answer with accept() or refuse(), now or later. At most once.
    virtual void requested(const std::shared_ptr<opening>&) = 0;
    // It will not become a request: refused as `status` says (0: nothing was answered), or the
    // peer has gone. `why` in words.
    virtual void failed(const opening&, int status, const std::string& why) = 0;
    // The application's time, given to await_answer(), is over.
    virtual void unanswered(const std::shared_ptr<opening>&) = 0;
    // Its socket is closed or handed over: nothing follows.
    virtual void over(const opening&) = 0;

  protected:
    ~opening_events() = default;
};

// Who gets the connection once the 101 was written.
class opening_result {
  public:
    virtual void opened(std::unique_ptr<stream>, std::string leftover) = 0;
    virtual void failed(policy::failure) = 0;

  protected:
    ~opening_result() = default;
};

// I/O thread only. Its owner keeps it until it is over().
class opening : public std::enable_shared_from_this<opening> {
  public:
    // `slot` is held as long as the socket is open.
    opening(boost::asio::io_context&, accepted_socket, const opening_limits&, tls_context,
            std::shared_ptr<opening_events>, std::shared_ptr<void> slot);

    void start();
    // Closes the socket without a word.
    void cancel();
    // The time that is left for the request is not longer than this.
    void hurry(duration limit);

    // ---- after requested() ----
    const wire::client_request& request() const { return request_; }
    void await_answer(duration limit);
    // Writes the 101, then hands the connection over.
    void accept(const wire::upgrade_response&, std::shared_ptr<opening_result>);
    // Writes the answer, the sentence as its body, and closes.
    void refuse(const wire::refusal&);
    // Likewise, any answer.
    void answer(int status, const wire::fields&, std::string_view body);

    const std::string& address() const { return address_; }
    const std::string& ip() const { return ip_; }
    std::string tls() const { return tls_; }
    std::shared_ptr<void> slot() const { return slot_; }
    // More connections than allowed: it may have its answer, which is a refusal.
    std::optional<wire::refusal> excess;
    std::uint64_t request_id = 0; // the owner's

  private:
    enum class phase { tls, reading, deciding, answering, over };

    void shake_hands();
    void read();
    void write();
    void written();
    void reject(int status, std::string why);
    void fail(std::string why);
    void fail(policy::failure);
    void wait(readiness, void (opening::*next)());
    void arm(duration);
    void disarm();
    void expired();
    void close();

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::uint64_t limit_number_ = 0; // of the time that counts
    opening_limits limits_;
    std::weak_ptr<opening_events> events_;
    std::shared_ptr<void> slot_;
    std::string address_;
    std::string ip_;
    std::string tls_;
    phase phase_ = phase::reading;
    std::unique_ptr<tls_stream> shaking_;
    std::unique_ptr<stream> stream_;
    std::unique_ptr<request_reader> reader_; // gone once the request is known
    wire::client_request request_;
    std::string leftover_;
    std::string output_;
    std::shared_ptr<opening_result> result_; // set: the answer is a 101
};

} // namespace resock::net
