#include "hub/event.hpp"

#include <chrono>
#include <optional>

#include "guard.hpp"
#include "hub/json.hpp"

using namespace resock;
using namespace resock::capi;

namespace {

using policy::disconnect_record;

const hub::event* of(const resock_event* event) {
    return reinterpret_cast<const hub::event*>(event);
}

// What `read` tells of the event, 0 or null without one.
template<class Read>
auto from(const resock_event* event, Read read) -> decltype(read(*of(event))) {
    return event ? read(*of(event)) : decltype(read(*of(event)))();
}

// Likewise of the record of DOWN and CLOSED, and of the body of OPEN.
template<class Read>
auto from_record(const resock_event* event, Read read)
    -> decltype(read(std::declval<const disconnect_record&>())) {
    const disconnect_record* record = event ? of(event)->record() : nullptr;
    return record ? read(*record) : decltype(read(*record))();
}
template<class Read>
auto from_open(const resock_event* event, Read read)
    -> decltype(read(std::declval<const hub::open_info&>())) {
    const hub::open_info* info = event ? of(event)->open() : nullptr;
    return info ? read(*info) : decltype(read(*info))();
}

const hub::request_info* request_of(const resock_event* event) {
    return event ? of(event)->request() : nullptr;
}
const wire::field* field_of(const resock_event* event, std::size_t index) {
    const auto* info = request_of(event);
    return info && index < info->request.fields.size() ? &info->request.fields[index] : nullptr;
}

template<class Unit>
std::uint64_t whole(const std::optional<duration>& value) {
    if (!value) return RESOCK_UNKNOWN;
    return static_cast<std::uint64_t>(std::chrono::duration_cast<Unit>(*value).count());
}

using std::chrono::microseconds;
using std::chrono::milliseconds;

} // namespace

uint32_t resock_event_kind(const resock_event* event) {
    return from(event, [](const auto& e) { return static_cast<std::uint32_t>(e.kind); });
}
uint64_t resock_event_link_id(const resock_event* event) {
    return from(event, [](const auto& e) { return e.link_id; });
}
uint64_t resock_event_user(const resock_event* event) {
    return from(event, [](const auto& e) { return e.user; });
}
const char* resock_event_data(const resock_event* event) {
    return from(event, [](const auto& e) { return e.bytes().data(); });
}
size_t resock_event_size(const resock_event* event) {
    return from(event, [](const auto& e) { return e.bytes().size(); });
}
uint32_t resock_event_flags(const resock_event* event) {
    static_assert(RESOCK_MESSAGE_TEXT == hub::event_text);
    static_assert(RESOCK_MESSAGE_REDELIVERED == hub::event_redelivered);
    static_assert(RESOCK_MESSAGE_EXPIRED == hub::event_expired);
    return from(event, [](const auto& e) { return std::uint32_t{e.flags}; });
}
uint64_t resock_event_id(const resock_event* event) {
    return from(event, [](const auto& e) { return e.id(); });
}
uint64_t resock_event_last_id(const resock_event* event) {
    return from(event, [](const auto& e) { return e.last_id(); });
}
uint32_t resock_event_level(const resock_event* event) {
    return from(event, [](const auto& e) { return e.level(); });
}
uint32_t resock_event_reason(const resock_event* event) {
    return from(event, [](const auto& e) { return e.reason(); });
}
uint64_t resock_event_skipped(const resock_event* event) {
    return from(event, [](const auto& e) { return e.skipped(); });
}
const char* resock_event_text(const resock_event* event) {
    return from(event, [](const auto& e) {
        const bool has = e.kind == hub::event_kind::log || e.kind == hub::event_kind::lost;
        return has ? e.text()->c_str() : nullptr;
    });
}

const char* resock_event_address(const resock_event* event) {
    if (const auto* info = request_of(event)) return info->address.c_str();
    return from_open(event, [](const auto& info) { return info.address.c_str(); });
}
const char* resock_event_tls(const resock_event* event) {
    if (const auto* info = request_of(event)) return info->tls.c_str();
    return from_open(event, [](const auto& info) { return info.tls.c_str(); });
}
const char* resock_event_subprotocol(const resock_event* event) {
    return from_open(event, [](const auto& info) { return info.subprotocol.c_str(); });
}
uint64_t resock_event_downtime_ms(const resock_event* event) {
    return from_open(event, [](const auto& info) { return info.downtime_ms; });
}
uint64_t resock_event_attempt(const resock_event* event) {
    return from(event, [](const auto& e) -> std::uint64_t {
        if (e.open()) return e.open()->attempt;
        if (e.record()) return e.record()->attempt;
        return e.credentials() ? e.credentials()->attempt : 0;
    });
}

uint64_t resock_event_listener_id(const resock_event* event) {
    return from(event, [](const auto& e) { return e.listener_id(); });
}
const char* resock_event_method(const resock_event* event) {
    const auto* info = request_of(event);
    return info ? info->request.method.c_str() : nullptr;
}
const char* resock_event_target(const resock_event* event) {
    const auto* info = request_of(event);
    return info ? info->request.target.c_str() : nullptr;
}
const char* resock_event_field(const resock_event* event, const char* name) {
    const auto* info = request_of(event);
    if (!info || !name) return nullptr;
    const std::string* value = wire::find_field(info->request.fields, name);
    return value ? value->c_str() : nullptr;
}
size_t resock_event_field_count(const resock_event* event) {
    const auto* info = request_of(event);
    return info ? info->request.fields.size() : 0;
}
const char* resock_event_field_name(const resock_event* event, size_t index) {
    const wire::field* field = field_of(event, index);
    return field ? field->name.c_str() : nullptr;
}
const char* resock_event_field_value(const resock_event* event, size_t index) {
    const wire::field* field = field_of(event, index);
    return field ? field->value.c_str() : nullptr;
}
resock_link* resock_event_take_link(resock_event* event) {
    hub::accepted_info* accepted = event ? of(event)->accepted() : nullptr;
    return accepted ? reinterpret_cast<resock_link*>(accepted->link.take()) : nullptr;
}

int32_t resock_event_was_open(const resock_event* event) {
    return from(event, [](const auto& e) { return std::int32_t{e.was_open()}; });
}
uint32_t resock_event_layer(const resock_event* event) {
    static_assert(RESOCK_LAYER_LOCAL == static_cast<int>(policy::layer::local));
    return from_record(event, [](const auto& r) { return static_cast<std::uint32_t>(r.layer); });
}
uint32_t resock_event_culprit(const resock_event* event) {
    static_assert(RESOCK_CULPRIT_PROXY == static_cast<int>(policy::culprit::proxy));
    return from_record(event, [](const auto& r) { return static_cast<std::uint32_t>(r.culprit); });
}
uint32_t resock_event_cause(const resock_event* event) {
    static_assert(RESOCK_CAUSE_LOCAL == static_cast<int>(policy::cause::local));
    return from_record(event, [](const auto& r) { return static_cast<std::uint32_t>(r.cause); });
}
uint32_t resock_event_verdict(const resock_event* event) {
    static_assert(RESOCK_VERDICT_STOP == static_cast<int>(policy::verdict::stop));
    return from_record(event, [](const auto& r) { return static_cast<std::uint32_t>(r.verdict); });
}
uint32_t resock_event_close_code(const resock_event* event) {
    return from(event, [](const auto& e) -> std::uint32_t {
        if (e.record()) return e.record()->close_code;
        return e.credentials() ? e.credentials()->close_code : 0;
    });
}
const char* resock_event_close_reason(const resock_event* event) {
    return from_record(event, [](const auto& r) { return r.close_reason.c_str(); });
}
int32_t resock_event_closed_by_us(const resock_event* event) {
    return from_record(event, [](const auto& r) { return std::int32_t{r.closed_by_us}; });
}
uint32_t resock_event_http_status(const resock_event* event) {
    return from(event, [](const auto& e) -> std::uint32_t {
        if (e.record()) return static_cast<std::uint32_t>(e.record()->http_status);
        return e.credentials() ? static_cast<std::uint32_t>(e.credentials()->http_status) : 0;
    });
}
int32_t resock_event_errno(const resock_event* event) {
    return from_record(event, [](const auto& r) { return std::int32_t{r.sys_errno}; });
}
const char* resock_event_detail(const resock_event* event) {
    return from_record(event, [](const auto& r) { return r.detail.c_str(); });
}
const char* resock_event_host(const resock_event* event) {
    return from_record(event, [](const auto& r) { return r.host.c_str(); });
}
uint64_t resock_event_delay_ms(const resock_event* event) {
    return from_record(event, [](const auto& r) { return whole<milliseconds>(r.delay); });
}
uint64_t resock_event_up_ms(const resock_event* event) {
    return from_record(event, [](const auto& r) { return whole<milliseconds>(r.up); });
}
uint64_t resock_event_rtt_us(const resock_event* event) {
    return from_record(event, [](const auto& r) { return whole<microseconds>(r.rtt); });
}
uint64_t resock_event_silence_ms(const resock_event* event) {
    return from_record(event, [](const auto& r) { return whole<milliseconds>(r.since_last_byte); });
}
uint64_t resock_event_message_id(const resock_event* event) {
    return from_record(event, [](const auto& r) { return r.message_id.value_or(RESOCK_UNKNOWN); });
}
int32_t resock_event_limits_reached(const resock_event* event) {
    return from_record(event, [](const auto& r) { return std::int32_t{r.limits_reached}; });
}
const char* resock_event_why(const resock_event* event) {
    return from_record(event, [](const auto& r) { return r.why.c_str(); });
}

int32_t resock_event_json(const resock_event* event, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(hub::event_json(*of(required(event, "event"))));
    });
}

void resock_event_free(resock_event* event) {
    delete reinterpret_cast<hub::event*>(event);
}
