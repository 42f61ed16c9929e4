#include "printer.hpp"

namespace conformance {

namespace {

constexpr std::size_t most_shown = 32;

std::string hex(std::string_view bytes) {
    std::ostringstream made;
    made << std::hex << std::setfill('0');
    for (const char each : bytes)
        made << std::setw(2) << static_cast<unsigned>(static_cast<unsigned char>(each));
    return made.str();
}

std::string fnv1a(std::string_view bytes) {
    std::uint32_t hash = 2'166'136'261U;
    for (const char each : bytes)
        hash = (hash ^ static_cast<unsigned char>(each)) * 16'777'619U;
    std::ostringstream made;
    made << std::hex << std::setfill('0') << std::setw(8) << hash;
    return made.str();
}

void print_message(const resock::event& event) {
    const std::string_view data = event.data();
    std::ostringstream begin;
    begin << "MESSAGE " << (event.is_text() ? "text" : "binary");
    if (data.size() > most_shown)
        begin << " bytes=" << data.size() << " fnv1a=" << fnv1a(data);
    else
        begin << " \"" << (event.is_text() ? std::string(data) : hex(data)) << '"';
    printer(begin.str()).code("number", event.id());
}

void print_record(printer& line, const resock::event& event) {
    line.choice("layer", event.layer())
        .choice("caused_by", event.culprit())
        .choice("cause", event.cause())
        .code("close_code", event.close_code())
        .text("close_reason", event.close_reason())
        .truth("closed_by_us", event.closed_by_us())
        .code("http_status", event.http_status())
        .code("errno", event.system_error())
        .text("detail", event.detail())
        .text("host", event.host())
        .number("up_ms", event.up().count())
        .time("rtt_us", event.rtt())
        .time("silent_ms", event.silence())
        .choice("verdict", event.verdict())
        .time("delay_ms", event.delay())
        .number("attempt", event.attempt())
        .number("connection", event.id())
        .truth("limits_reached", event.limits_reached())
        .code("message_id", event.message_id().value_or(0))
        .text("why", event.why());
}

} // namespace

void print(const resock::event& event) {
    switch (event.kind()) {
    case resock::event_kind::message:
        print_message(event);
        break;
    case resock::event_kind::open:
        printer("OPEN")
            .text("address", event.address())
            .text("tls", event.tls())
            .text("subprotocol", event.subprotocol())
            .number("connection", event.id())
            .number("attempt", event.attempt())
            .number("downtime_ms", event.downtime().count())
            .truth("resumed", event.resumed());
        break;
    case resock::event_kind::down: {
        printer line("DOWN");
        print_record(line.truth("was_open", event.was_open()), event);
        break;
    }
    case resock::event_kind::closed: {
        printer line("CLOSED");
        print_record(line, event);
        break;
    }
    case resock::event_kind::credentials:
        printer("CREDENTIALS")
            .number("attempt", event.attempt())
            .code("http_status", event.http_status())
            .code("close_code", event.close_code());
        break;
    case resock::event_kind::lost:
        printer("LOST")
            .choice("reason", event.lost_reason())
            .truth("begun_anew", event.begun_anew())
            .text("text", event.text());
        break;
    default:
        throw std::logic_error("an event that no queue has");
    }
}

} // namespace conformance
