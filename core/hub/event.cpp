#include "hub/event.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "wire/utf8.hpp"

namespace resock::hub {

namespace {

constexpr std::size_t max_reason_shown = 1024;

std::uint64_t whole_ms(duration value) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
}

event_ptr make(event_kind kind, event_origin origin, body::any body) {
    event_ptr made(new event);
    made->kind = kind;
    made->link_id = origin.link_id;
    made->user = origin.user;
    made->body = std::move(body);
    return made;
}

body::down down_body(policy::disconnect_record&& record, bool was_open) {
    record.close_reason = wire::shown_utf8(record.close_reason, max_reason_shown);
    return {std::make_unique<policy::disconnect_record>(std::move(record)), 0, was_open};
}

} // namespace

const char* to_string(event_kind kind) {
    static constexpr std::array names = {"OPEN",     "MESSAGE",  "CONFIRMED",   "FAILED",
                                         "DOWN",     "WRITABLE", "CREDENTIALS", "REQUEST",
                                         "ACCEPTED", "LOST",     "CLOSED",      "LOG"};
    return names[static_cast<std::size_t>(kind) - 1];
}

std::string_view event::bytes() const {
    const auto* message = std::get_if<body::message>(&body);
    return message ? message->bytes : std::string_view();
}

std::uint64_t event::id() const {
    if (const auto* confirmed = std::get_if<body::confirmed>(&body)) return confirmed->through;
    if (const auto* failed = std::get_if<body::failed>(&body)) return failed->first;
    if (const auto* asked = credentials()) return asked->request_id;
    if (const auto* wanted = request()) return wanted->request_id;
    if (const auto* made = accepted()) return made->request_id;
    if (const auto* opened = open()) return opened->connection;
    if (const auto* ended = record()) return ended->connection;
    if (const auto* of_session = session_receipt()) return of_session->seq;
    return 0;
}

std::string event::position() const {
    const receipt* const mine = session_receipt();
    return mine ? mine->tracker->position_behind(mine->seq, mine->check) : std::string();
}

std::size_t event::position_size() const {
    const receipt* const mine = session_receipt();
    return mine ? mine->tracker->position_size() : 0;
}

std::uint64_t event::last_id() const {
    const auto* failed = std::get_if<body::failed>(&body);
    return failed ? failed->last : 0;
}

std::uint32_t event::level() const {
    if (const auto* log = std::get_if<body::log>(&body)) {
        return static_cast<std::uint32_t>(log->level);
    }
    const auto* confirmed = std::get_if<body::confirmed>(&body);
    return confirmed ? static_cast<std::uint32_t>(confirmed->level) : 0;
}

std::uint32_t event::reason() const {
    if (const auto* gone = lost()) return gone->reason;
    const auto* failed = std::get_if<body::failed>(&body);
    return failed ? static_cast<std::uint32_t>(failed->reason) : 0;
}

std::uint64_t event::skipped() const {
    if (const auto* opened = std::get_if<body::open>(&body)) return opened->skipped;
    if (const auto* down = std::get_if<body::down>(&body)) return down->skipped;
    if (const auto* gone = lost()) return gone->skipped;
    const auto* log = std::get_if<body::log>(&body);
    return log ? log->dropped : 0;
}

const std::string* event::text() const {
    if (const auto* log = std::get_if<body::log>(&body)) return log->text.get();
    if (const auto* gone = lost()) return &gone->text;
    return record() ? &record()->why : nullptr;
}

const policy::disconnect_record* event::record() const {
    if (const auto* down = std::get_if<body::down>(&body)) return down->record.get();
    const auto* closed = std::get_if<body::listener_closed>(&body);
    return closed ? closed->record.get() : nullptr;
}

bool event::was_open() const {
    const auto* down = std::get_if<body::down>(&body);
    return down && down->was_open;
}

const open_info* event::open() const {
    const auto* opened = std::get_if<body::open>(&body);
    return opened ? opened->info.get() : nullptr;
}

const lost_info* event::lost() const {
    const auto* gone = std::get_if<body::lost>(&body);
    return gone ? gone->info.get() : nullptr;
}

const credentials_info* event::credentials() const {
    const auto* asked = std::get_if<body::credentials>(&body);
    return asked ? asked->info.get() : nullptr;
}

const request_info* event::request() const {
    const auto* wanted = std::get_if<body::request>(&body);
    return wanted ? wanted->info.get() : nullptr;
}

accepted_info* event::accepted() const {
    const auto* made = std::get_if<body::accepted>(&body);
    return made ? made->info.get() : nullptr;
}

std::uint64_t event::listener_id() const {
    if (const auto* wanted = request()) return wanted->listener_id;
    if (const auto* made = accepted()) return made->listener_id;
    return std::holds_alternative<body::listener_closed>(body) ? record()->connection : 0;
}

void event::drop_receipt() {
    const receipt* const mine = session_receipt();
    mine->tracker->drop(mine->ticket, mine->polled);
}

namespace {

std::uint64_t unix_ms() {
    using namespace std::chrono;
    const auto since = system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(since).count());
}

std::uint16_t flags_of(const link::out::deliver& from) {
    unsigned flags = from.text ? event_text : 0;
    if (from.redelivered) flags |= event_redelivered;
    if (from.expires_ms != 0 && from.expires_ms <= unix_ms()) flags |= event_expired;
    return static_cast<std::uint16_t>(flags);
}

// `before`: bytes of the tail that stand before the payload.
event_ptr make_message(event_origin origin, link::out::deliver&& from, block_source& source,
                       std::size_t before) {
    const std::size_t size = from.bytes.size();
    const bool take = size >= small_payload && !from.owned.empty();
    event_ptr made(new (before + (take ? 0 : size), source) event);
    made->kind = event_kind::message;
    made->flags = flags_of(from);
    made->link_id = origin.link_id;
    made->user = origin.user;
    auto& message = made->body.emplace<body::message>();
    if (take) {
        message.bytes = from.bytes;
        message.owned = std::move(from.owned);
    } else {
        char* const at = made->tail() + before;
        if (size) std::memcpy(at, from.bytes.data(), size);
        message.bytes = {at, size};
    }
    return made;
}

} // namespace

event_ptr make_event(event_origin origin, link::out::deliver&& from, block_source& source) {
    return make_message(origin, std::move(from), source, 0);
}

event_ptr make_event(event_origin origin, link::out::deliver&& from, block_source& source,
                     done_tracker& of) {
    static_assert(sizeof(receipt) % 8 == 0 && alignof(receipt) <= 8);
    const std::uint64_t seq = from.seq;
    const std::uint32_t check = from.check;
    event_ptr made = make_message(origin, std::move(from), source, sizeof(receipt));
    const done_tracker::ticket ticket = of.hand_over(seq, made->bytes().size());
    new (made->tail()) receipt{&of, ticket, seq, check, false};
    made->has_receipt = true;
    return made;
}

event_ptr make_event(event_origin origin, link::out::opened&& from) {
    auto info = std::make_unique<open_info>();
    info->address = std::move(from.address);
    info->tls = std::move(from.tls);
    info->subprotocol = std::move(from.subprotocol);
    info->connection = from.connection;
    info->attempt = from.attempt;
    info->downtime_ms = whole_ms(from.downtime);
    info->resumed = from.resumed;
    return make(event_kind::open, origin, body::open{std::move(info), 0});
}

event_ptr make_event(event_origin origin, link::out::down&& from) {
    return make(event_kind::down, origin, down_body(std::move(from.record), from.was_open));
}

event_ptr make_event(event_origin origin, link::out::finish&& from) {
    return make(event_kind::closed, origin, down_body(std::move(from.record), false));
}

event_ptr make_event(event_origin origin, const link::out::confirmed& from) {
    return make(event_kind::confirmed, origin, body::confirmed{from.level, from.through});
}

event_ptr make_event(event_origin origin, const link::out::failed& from) {
    const auto messages = static_cast<std::uint32_t>(from.for_room ? 0 : from.messages);
    const std::uint64_t bytes = from.for_room ? 0 : from.bytes;
    return make(event_kind::failed, origin,
                body::failed{from.first, from.last, bytes, messages, from.reason});
}

event_ptr make_event(event_origin origin, const link::out::ask& from) {
    return make(event_kind::credentials, origin,
                body::credentials{std::make_unique<credentials_info>(credentials_info{
                    from.request_id, from.attempt, from.http_status, from.close_code})});
}

event_ptr make_event(event_origin origin, link::out::lost&& from) {
    auto info = std::make_unique<lost_info>();
    const auto number = static_cast<std::uint64_t>(from.reason);
    info->reason = static_cast<std::uint32_t>(std::min<std::uint64_t>(number, UINT32_MAX));
    info->text = wire::shown_utf8(from.why, max_log_text);
    info->begun_anew = from.begun_anew;
    return make(event_kind::lost, origin, body::lost{std::move(info)});
}

event_ptr make_event(event_origin origin, const link::out::log& from) {
    return make(event_kind::log, origin,
                body::log{std::make_unique<std::string>(wire::shown_utf8(from.text, max_log_text)),
                          0, from.level});
}

event_ptr make_writable(event_origin origin) {
    return make(event_kind::writable, origin, body::writable{});
}

event_ptr make_request(event_origin origin, request_info info) {
    auto& request = info.request;
    request.target = wire::shown_utf8(request.target, SIZE_MAX);
    for (wire::field& each : request.fields)
        each.value = wire::shown_utf8(each.value, SIZE_MAX);
    return make(event_kind::request, origin,
                body::request{std::make_unique<request_info>(std::move(info))});
}

event_ptr make_accepted(event_origin origin, accepted_info info) {
    return make(event_kind::accepted, origin,
                body::accepted{std::make_unique<accepted_info>(std::move(info))});
}

event_ptr make_listener_closed(event_origin origin, std::uint64_t listener_id, std::string why) {
    policy::disconnect_record record;
    record.cause = policy::cause::local;
    record.verdict = policy::verdict::stop;
    record.connection = listener_id;
    record.why = std::move(why);
    return make(
        event_kind::closed, origin,
        body::listener_closed{std::make_unique<policy::disconnect_record>(std::move(record))});
}

} // namespace resock::hub
