#include "net/http_server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <ctime>

#include "base/ascii.hpp"

namespace resock::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t shown_bytes = 48;
constexpr std::size_t read_ahead = 64 * 1024;

// A TLS handshake record, where plain HTTP is spoken. No request begins with its first byte.
bool looks_like_tls(std::string_view bytes) {
    return !bytes.empty() && bytes[0] == 0x16 && (bytes.size() == 1 || bytes[1] == 0x03);
}

// RFC 9110 §5.6.7; strftime would follow the locale.
std::string http_date(std::time_t now) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm at{};
    ::gmtime_r(&now, &at);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[at.tm_wday],
                  at.tm_mday, months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min,
                  at.tm_sec);
    return text.data();
}

std::string status_line(int status, std::string_view reason) {
    return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) + "\r\n";
}

} // namespace

request_reader::request_reader(const request_limits& limits)
    : limits_(limits) {
    // Beast's limit is not exact: ours below is, and ends every header first.
    parser_.header_limit(static_cast<std::uint32_t>(2 * limits.header_bytes + read_ahead));
    parser_.skip(true); // a body is refused by its fields, not read
}

request_reader::progress request_reader::refuse(int status, std::string why) {
    refusal_ = {status, std::move(why), {}};
    return progress::refused;
}

request_reader::progress request_reader::feed(std::string_view bytes) {
    if (!begun_ && looks_like_tls(bytes)) {
        foreign_ = true;
        return refuse(400, "the client speaks TLS on this plain port (wss:// instead of ws:// ?)");
    }
    begun_ = true;
    input_ += bytes;
    boost::system::error_code error;
    const std::size_t used = parser_.put(boost::asio::buffer(input_), error);
    if (error == http::error::bad_version) return refuse(505, "only HTTP/1.1 is spoken here");
    if (error && error != http::error::need_more && error != http::error::header_limit)
        return refuse(400, "the request is not valid HTTP (" + error.message() +
                               "); it begins with \"" + printable(input_, shown_bytes) + "\"");
    parsed_ += used;
    input_.erase(0, used);
    const std::size_t size = parsed_ + (parser_.is_header_done() ? 0 : input_.size());
    if (error == http::error::header_limit || size > limits_.header_bytes)
        return refuse(431, "the header is larger than listen.header_bytes (" +
                               std::to_string(limits_.header_bytes) + ")");
    if (!parser_.is_header_done()) return progress::more;
    const auto& header = parser_.get().base();
    const auto count = static_cast<std::size_t>(std::distance(header.begin(), header.end()));
    if (count <= limits_.header_count) return progress::done;
    return refuse(431, "the header has " + std::to_string(count) +
                           " fields, more than listen.header_count (" +
                           std::to_string(limits_.header_count) + ")");
}

wire::client_request request_reader::take_request() {
    wire::client_request made;
    const auto& header = parser_.get();
    made.method = std::string(header.method_string());
    made.target = std::string(header.target());
    made.minor_version = static_cast<int>(header.version() % 10);
    for (const auto& field : header)
        made.fields.push_back({std::string(field.name_string()), std::string(field.value())});
    return made;
}

std::string response_text(const wire::upgrade_response& response) {
    std::string text = status_line(response.status, response.reason);
    for (const wire::field& field : response.fields)
        text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n";
}

std::string final_response_text(int status, const wire::fields& fields, std::string_view body,
                                bool head) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(status));
    std::string text = status_line(status, {reason.data(), reason.size()});
    // RFC 9110 §7.8: with 426 the field Upgrade must be named in Connection.
    text += status == 426 ? "Connection: Upgrade, close\r\n" : "Connection: close\r\n";
    if (!wire::find_field(fields, "Date"))
        text += "Date: " + http_date(std::time(nullptr)) + "\r\n";
    if (!wire::find_field(fields, "Content-Type"))
        text += "Content-Type: text/plain; charset=utf-8\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    for (const wire::field& field : fields)
        text += field.name + ": " + field.value + "\r\n";
    text += "\r\n";
    if (!head) text += body;
    return text;
}

} // namespace resock::net
