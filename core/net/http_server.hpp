// The opening handshake as HTTP/1.1 text, the server's side: the request's header read, the answer
// written.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wire/accept.hpp"

namespace resock::net {

struct request_limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t header_count = 100;
};

// Reads one request's header, however its bytes are cut. Memory: header_bytes and one read.
class request_reader {
  public:
    explicit request_reader(const request_limits& limits);

    enum class progress { more, done, refused };
    progress feed(std::string_view bytes);

    // After done:
    wire::client_request take_request();
    std::string take_leftover() { return std::move(input_); }
    // After refused: what is wrong, to be answered. 400 what is no HTTP, 431 a header that is too
    // large or has too many fields, 505 another version than HTTP/1.x.
    const wire::refusal& refusal() const { return refusal_; }
    // After refused: the peer does not speak HTTP at all, so that there is nobody to answer.
    bool is_foreign() const { return foreign_; }
    bool empty() const { return !begun_; } // nothing was received at all

  private:
    progress refuse(int status, std::string why);

    request_limits limits_;
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser_;
    std::string input_;      // received and not yet parsed
    std::size_t parsed_ = 0; // of the header
    wire::refusal refusal_;
    bool foreign_ = false;
    bool begun_ = false;
};

// "HTTP/1.1 101 Switching Protocols" and the fields.
std::string response_text(const wire::upgrade_response&);
// A whole answer that ends the connection: Connection and Content-Length are
// added, and Date and Content-Type where they are not among the fields. Without a body for HEAD.
std::string final_response_text(int status, const wire::fields&, std::string_view body,
                                bool head = false);

} // namespace resock::net
