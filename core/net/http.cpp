#include "net/http.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>

namespace resock::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t shown_bytes = 48;
constexpr std::string_view start_of_response = "HTTP/";

std::string printable(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\"";
    for (const char c : bytes) {
        if (c >= ' ' && c <= '~') {
            text += c;
        } else if (c == '\r' || c == '\n') {
            text += c == '\r' ? "\\r" : "\\n";
        } else {
            const auto value = static_cast<unsigned char>(c);
            text += "\\x";
            text += digits[value >> 4];
            text += digits[value & 15];
        }
    }
    return text + "\"";
}

// A TLS record (alert or handshake) in answer to plain text.
bool looks_like_tls(std::string_view bytes) {
    return bytes.size() >= 2 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 0x03;
}

bool may_be_http(std::string_view bytes) {
    const auto size = std::min(bytes.size(), start_of_response.size());
    return bytes.substr(0, size) == start_of_response.substr(0, size);
}

} // namespace

std::string request_text(const wire::upgrade_request& request) {
    std::string text = "GET " + request.target + " HTTP/1.1\r\n";
    for (const wire::field& field : request.fields)
        text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n";
}

void response_reader::begin() {
    parser_.emplace();
    parser_->header_limit(max_header);
    parser_->skip(true); // no body: its length is of no interest
}

response_reader::progress response_reader::feed(std::string_view bytes) {
    if (first_.size() < shown_bytes) first_ += bytes.substr(0, shown_bytes - first_.size());
    if (!may_be_http(first_)) {
        if (looks_like_tls(first_))
            return fail("the peer speaks TLS on this port (is it wss:// ?)");
        return fail("the answer is not HTTP");
    }
    input_ += bytes;
    progress state = progress::more;
    do {
        state = parse();
    } while (state == progress::more && !parser_ && !input_.empty());
    return state;
}

// One response at most. `more` without a parser: an interim response was skipped.
response_reader::progress response_reader::parse() {
    if (!parser_) begin();
    boost::system::error_code error;
    const std::size_t used = parser_->put(boost::asio::buffer(input_), error);
    input_.erase(0, used);
    if (error == http::error::header_limit)
        return fail("the answer has a header larger than 16 KiB");
    if (error && error != http::error::need_more)
        return fail("the answer is not valid HTTP (" + error.message() + ")");
    if (!parser_->is_header_done()) return progress::more;
    const unsigned status = parser_->get().result_int();
    if (status == 101 || status < 100 || status >= 200) return progress::done;
    if (++interim_ > max_interim) return fail("the peer sends interim answers (1xx) without end");
    parser_.reset();
    return progress::more;
}

response_reader::progress response_reader::fail(const std::string& words) {
    failure_.cause = policy::cause::not_websocket;
    failure_.detail = words + "; it begins with " + printable(first_);
    return progress::failed;
}

wire::upgrade_response response_reader::response() const {
    wire::upgrade_response answer;
    const auto& header = parser_->get();
    answer.status = static_cast<int>(header.result_int());
    answer.reason = std::string(header.reason());
    for (const auto& field : header)
        answer.fields.push_back({std::string(field.name_string()), std::string(field.value())});
    return answer;
}

} // namespace resock::net
