// The opening handshake as HTTP/1.1 text: the request written, the answer's header read.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "policy/failure.hpp"
#include "wire/upgrade.hpp"

namespace resock::net {

// GET with the fields in their order.
std::string request_text(const wire::upgrade_request&);

// Reads a response's header, however its bytes are cut. Interim responses (100–199 but 101, RFC
// 9110 §15.2) are skipped. The body of an answer other than 101 is not waited for.
class response_reader {
  public:
    static constexpr std::uint32_t max_header = 16 * 1024; // bytes of one response
    static constexpr int max_interim = 8;

    enum class progress { more, done, failed };
    progress feed(std::string_view bytes);

    // After done:
    wire::upgrade_response response() const;
    std::string take_leftover() { return std::move(input_); }
    // After failed: cause not_websocket, the words show the first bytes.
    const policy::failure& failure() const { return failure_; }

    bool empty() const { return first_.empty(); } // nothing was received at all

  private:
    using parser = boost::beast::http::response_parser<boost::beast::http::empty_body>;

    void begin();
    progress parse();
    progress fail(const std::string& words);

    std::optional<parser> parser_;
    std::string input_; // received and not yet parsed
    std::string first_; // the first bytes, to be shown
    policy::failure failure_;
    int interim_ = 0;
};

} // namespace resock::net
