#include "common/events.hpp"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>

#include "common/time_text.hpp"

namespace cli {

namespace {

using resock::event_kind;

constexpr std::size_t flush_bytes = 64 * 1024;

std::string now_text() {
    return time_text(std::chrono::system_clock::now());
}

std::string of_open(const resock::event& event) {
    std::string text = std::string(event.address()) + ", connection " + std::to_string(event.id());
    if (!event.tls().empty()) text += ", " + std::string(event.tls());
    if (!event.subprotocol().empty()) text += ", subprotocol " + std::string(event.subprotocol());
    if (event.resumed()) text += ", session resumed";
    if (event.id() > 1)
        text += ", was down for " + std::to_string(event.downtime().count()) + " ms";
    return text;
}

std::string of_message(const resock::event& event) {
    std::string text = event.is_text() ? "text, " : "binary, ";
    text += std::to_string(event.data().size()) + " bytes";
    if (event.id() != 0) text += ", number " + std::to_string(event.id());
    if (event.is_redelivered()) text += ", redelivered";
    if (event.is_expired()) text += ", expired";
    return text;
}

std::string of_log(const resock::event& event) {
    switch (event.log_level()) {
    case resock::log_level::error:
        return "error: " + std::string(event.text());
    case resock::log_level::warning:
        return "warning: " + std::string(event.text());
    default:
        return std::string(event.text());
    }
}

std::string of_lost(const resock::event& event) {
    return std::string(event.text()) + (event.begun_anew() ? "; a new session goes on" : "");
}

std::string of_failed(const resock::event& event) {
    std::string ids = std::to_string(event.id());
    if (event.last_id() != event.id()) ids += "-" + std::to_string(event.last_id());
    return ids + " " + std::string(name_of(event.reason()));
}

// CLOSED follows, and the last line of the program says the same; or all is well.
bool is_the_end(const resock::event& event) {
    return event.verdict() == resock::verdict::stop || event.limits_reached();
}

} // namespace

std::string_view name_of(resock::level level) {
    switch (level) {
    case resock::level::stored:
        return "stored";
    case resock::level::written:
        return "written";
    case resock::level::received:
        return "received";
    case resock::level::processed:
        return "processed";
    default:
        return "?";
    }
}

std::string_view name_of(resock::fail_reason reason) {
    switch (reason) {
    case resock::fail_reason::expired:
        return "expired";
    case resock::fail_reason::dropped:
        return "dropped";
    case resock::fail_reason::refused:
        return "refused";
    case resock::fail_reason::not_sent:
        return "not sent";
    case resock::fail_reason::in_doubt:
        return "in doubt";
    default:
        return "?";
    }
}

std::string describe(const resock::event& event) {
    switch (event.kind()) {
    case event_kind::open:
        return "OPEN " + of_open(event);
    case event_kind::message:
        return "MESSAGE " + of_message(event);
    case event_kind::confirmed:
        return "CONFIRMED through " + std::to_string(event.id()) + " at " +
               std::string(name_of(event.level()));
    case event_kind::failed:
        return "FAILED " + of_failed(event);
    case event_kind::down:
        return "DOWN " + std::string(event.why());
    case event_kind::writable:
        return "WRITABLE";
    case event_kind::credentials:
        return "CREDENTIALS asked";
    case event_kind::request:
        return "REQUEST " + std::to_string(event.id()) + " of " + std::string(event.address()) +
               ": " + std::string(event.method()) + " " + std::string(event.target());
    case event_kind::accepted:
        return "ACCEPTED by listener " + std::to_string(event.listener_id());
    case event_kind::lost:
        return "LOST " + of_lost(event);
    case event_kind::closed:
        return "CLOSED " + std::string(event.why());
    case event_kind::log:
        return "LOG " + of_log(event);
    default:
        return "EVENT " + std::to_string(static_cast<unsigned>(event.kind()));
    }
}

void reporter::status_line(const resock::event& event) {
    switch (event.kind()) {
    case event_kind::open:
        lines_ += "open: " + of_open(event) + '\n';
        break;
    case event_kind::down:
        if (is_the_end(event)) break;
        lines_ += "down: " + std::string(event.why()) + '\n';
        break;
    case event_kind::lost:
        // Where none follows, the library's warning and the last line of the program say so.
        if (event.begun_anew()) lines_ += "session lost: " + of_lost(event) + '\n';
        break;
    case event_kind::log:
        lines_ += of_log(event) + '\n';
        break;
    default:
        break;
    }
}

void reporter::event(const resock::event& event) {
    switch (wanted_) {
    case report::quiet:
        return;
    case report::status:
        status_line(event);
        break;
    case report::events:
        lines_ += now_text() + ' ' + describe(event) + '\n';
        break;
    case report::json:
        // One more field in front of those of the object.
        lines_ += "{\"time\":\"" + now_text() + "\"," + event.json().substr(1) + '\n';
        break;
    }
    if (lines_.size() > flush_bytes) flush();
}

void reporter::error(std::string_view sentence) {
    lines_ += "resock: ";
    lines_ += sentence;
    lines_ += '\n';
    flush();
}

void reporter::flush() {
    std::size_t written = 0;
    while (written < lines_.size()) {
        const ssize_t wrote = write(fd_, lines_.data() + written, lines_.size() - written);
        if (wrote >= 0) {
            written += static_cast<std::size_t>(wrote);
        } else if (errno == EAGAIN) {
            pollfd waited = {fd_, POLLOUT, 0};
            poll(&waited, 1, -1);
        } else if (errno != EINTR) {
            break; // nobody reads standard error; there is nowhere to say so
        }
    }
    lines_.clear();
}

} // namespace cli
