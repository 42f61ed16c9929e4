#include "hub/json.hpp"

#include <boost/json/src.hpp> // compiled here, once for the library
#include <chrono>
#include <openssl/evp.h>
#include <optional>

#include "base/ascii.hpp"
#include "wire/utf8.hpp"

namespace resock::hub {

namespace {

namespace json = boost::json;

std::string shown(std::string_view text) {
    // A replaced byte becomes three.
    return wire::is_utf8(text) ? std::string(text) : wire::shown_utf8(text, text.size() * 3);
}

template<class Unit>
json::value time(const std::optional<duration>& value) {
    if (!value) return nullptr;
    return static_cast<std::int64_t>(std::chrono::duration_cast<Unit>(*value).count());
}

// 0 means that there is none.
json::value nonzero(std::int64_t value) {
    return value ? json::value(value) : json::value(nullptr);
}

json::object object_of(const policy::disconnect_record& record) {
    using namespace std::chrono;
    json::object made;
    made["layer"] = policy::to_string(record.layer);
    made["caused_by"] = policy::to_string(record.culprit);
    made["cause"] = record.cause == policy::cause::none
                        ? json::value(nullptr)
                        : json::value(policy::to_string(record.cause));
    made["close_code"] = nonzero(record.close_code);
    made["close_reason"] = shown(record.close_reason);
    made["closed_by_us"] = record.closed_by_us;
    made["http_status"] = nonzero(record.http_status);
    made["errno"] = nonzero(record.sys_errno);
    made["detail"] = shown(record.detail);
    made["host"] = shown(record.host);
    made["up_ms"] = time<milliseconds>(record.up);
    made["rtt_us"] = time<microseconds>(record.rtt);
    made["silent_ms"] = time<milliseconds>(record.since_last_byte);
    made["verdict"] = policy::to_string(record.verdict);
    made["delay_ms"] = time<milliseconds>(record.delay);
    made["attempt"] = record.attempt;
    made["connection"] = record.connection;
    made["limits_reached"] = record.limits_reached;
    made["message_id"] = record.message_id ? json::value(*record.message_id) : json::value(nullptr);
    made["why"] = shown(record.why);
    return made;
}

std::string base64(std::string_view bytes) {
    // EVP_EncodeBlock counts in int; whole groups of three make parts that can be joined.
    constexpr std::size_t part = std::size_t{3} << 20;
    std::string made;
    for (std::size_t at = 0; at < bytes.size(); at += part) {
        const std::string_view some = bytes.substr(at, part);
        const std::size_t begin = made.size();
        made.resize(begin + (some.size() + 2) / 3 * 4 + 1); // and its terminator
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(made.data() + begin),
                        reinterpret_cast<const unsigned char*>(some.data()),
                        static_cast<int>(some.size()));
        made.pop_back();
    }
    return made;
}

const char* name_of(link::level level) {
    switch (level) {
    case link::level::stored:
        return "stored";
    case link::level::written:
        return "written";
    case link::level::received:
        return "received";
    case link::level::processed:
        return "processed";
    }
    return "unknown";
}

const char* name_of(link::fail_reason reason) {
    switch (reason) {
    case link::fail_reason::expired:
        return "expired";
    case link::fail_reason::dropped:
        return "dropped";
    case link::fail_reason::refused:
        return "refused";
    case link::fail_reason::not_sent:
        return "not_sent";
    case link::fail_reason::in_doubt:
        return "in_doubt";
    }
    return "unknown";
}

const char* name_of(link::log_level level) {
    switch (level) {
    case link::log_level::error:
        return "error";
    case link::log_level::warning:
        return "warning";
    case link::log_level::info:
        return "info";
    case link::log_level::debug:
        return "debug";
    }
    return "unknown";
}

// REJECT reasons of the protocol.
std::string name_of_loss(std::uint32_t reason) {
    using enum session::reject_reason;
    switch (static_cast<session::reject_reason>(reason)) {
    case unknown_session:
        return "unknown_session";
    case forbidden:
        return "forbidden";
    case stale_epoch:
        return "stale_epoch";
    case state_mismatch:
        return "state_mismatch";
    case ended:
        return "ended";
    case expired:
        return "expired";
    case unsupported:
        return "unsupported";
    case overloaded:
        return "overloaded";
    case former_owner_busy:
        return "former_owner_busy";
    case authentication_needed:
        return "authentication_needed";
    }
    return "reject_" + std::to_string(reason); // of a later version
}

// What stands in these fields belongs in no log.
bool is_secret(std::string_view name) {
    const std::string known = lower(name);
    return known == "authorization" || known == "cookie" || known == "proxy-authorization";
}

// Its query may hold a token.
std::string shown_target(std::string_view target) {
    const std::size_t query = target.find('?');
    const std::string made = shown(target.substr(0, query));
    return query == target.npos ? made : made + "?…";
}

// The fields of each body.
struct field_writer {
    json::object& to;
    const event& from;

    void operator()(const body::writable&) const {}
    void operator()(const body::message& message) const {
        if (from.has_receipt) {
            to["number"] = from.id();
            to["redelivered"] = (from.flags & event_redelivered) != 0;
            to["expired"] = (from.flags & event_expired) != 0;
        }
        to["bytes"] = message.bytes.size();
        if ((from.flags & event_text) != 0) {
            to["text"] = shown(message.bytes);
        } else {
            to["base64"] = base64(message.bytes);
        }
    }
    void operator()(const body::confirmed& confirmed) const {
        to["level"] = name_of(confirmed.level);
        to["through"] = confirmed.through;
    }
    void operator()(const body::failed& failed) const {
        to["first"] = failed.first;
        to["last"] = failed.last;
        to["reason"] = name_of(failed.reason);
    }
    void operator()(const body::open& opened) const {
        to["address"] = shown(opened.info->address);
        to["tls"] = shown(opened.info->tls);
        to["subprotocol"] = shown(opened.info->subprotocol);
        to["connection"] = opened.info->connection;
        to["attempt"] = opened.info->attempt;
        to["downtime_ms"] = opened.info->downtime_ms;
        to["resumed"] = opened.info->resumed;
        to["skipped"] = opened.skipped;
    }
    void operator()(const body::down& down) const {
        if (from.kind == event_kind::down) {
            to["was_open"] = down.was_open;
            to["skipped"] = down.skipped;
        }
        to["record"] = object_of(*down.record);
    }
    void operator()(const body::credentials& asked) const {
        to["request_id"] = asked.info->request_id;
        to["attempt"] = asked.info->attempt;
        to["http_status"] = nonzero(asked.info->http_status);
        to["close_code"] = nonzero(asked.info->close_code);
    }
    void operator()(const body::request& wanted) const {
        const request_info& info = *wanted.info;
        to["listener"] = info.listener_id;
        to["request_id"] = info.request_id;
        to["method"] = shown(info.request.method);
        to["target"] = shown_target(info.request.target);
        json::array fields;
        for (const wire::field& each : info.request.fields)
            fields.push_back(json::array{
                shown(each.name), is_secret(each.name) ? std::string("***") : shown(each.value)});
        to["fields"] = std::move(fields);
        to["address"] = shown(info.address);
        to["tls"] = info.tls;
        to["token"] = info.token ? json::value("***") : json::value(nullptr);
    }
    void operator()(const body::lost& gone) const {
        to["reason"] = name_of_loss(gone.info->reason);
        to["text"] = shown(gone.info->text);
        to["begun_anew"] = gone.info->begun_anew;
        to["skipped"] = gone.info->skipped;
    }
    void operator()(const body::accepted& made) const {
        to["listener"] = made.info->listener_id;
        to["request_id"] = nonzero(static_cast<std::int64_t>(made.info->request_id));
    }
    void operator()(const body::listener_closed& closed) const {
        to["listener"] = from.listener_id();
        to["record"] = object_of(*closed.record);
    }
    void operator()(const body::log& log) const {
        to["level"] = name_of(log.level);
        to["text"] = shown(*log.text);
        to["dropped"] = log.dropped;
    }
};

} // namespace

std::string record_json(const policy::disconnect_record& record) {
    return json::serialize(object_of(record));
}

std::string history_json(std::span<const policy::disconnect_record> records) {
    json::array made;
    for (const policy::disconnect_record& record : records)
        made.push_back(object_of(record));
    return json::serialize(made);
}

std::string event_json(const event& from) {
    json::object made;
    made["event"] = to_string(from.kind);
    made["link"] = from.link_id;
    made["user"] = from.user;
    std::visit(field_writer{made, from}, from.body);
    return json::serialize(made);
}

} // namespace resock::hub
