#include "hub/packed.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstring>
#include <limits>
#include <string>

#include "base/error.hpp"

namespace resock::hub {

namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t send_header_size = 16;
constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

constexpr std::size_t padded(std::size_t size) {
    return (size + 7) / 8 * 8;
}

// Where a record goes: counts bytes, and writes them where there is room.
class sink {
  public:
    explicit sink(char* out)
        : out_(out) {}

    template<std::unsigned_integral T>
    void put(T value) {
        if (out_) {
            for (std::size_t i = 0; i < sizeof(T); ++i)
                out_[size_ + i] = static_cast<char>(value >> (8 * i));
        }
        size_ += sizeof(T);
    }
    template<class T>
    void put_u32(T value) {
        put(static_cast<std::uint32_t>(value));
    }
    template<class Unit>
    void put_time(const std::optional<duration>& value) {
        put(value ? static_cast<std::uint64_t>(std::chrono::duration_cast<Unit>(*value).count())
                  : unknown);
    }
    void put_bytes(std::string_view bytes) {
        if (out_ && !bytes.empty()) std::memcpy(out_ + size_, bytes.data(), bytes.size());
        size_ += bytes.size();
    }
    void pad() {
        const std::size_t end = padded(size_);
        if (out_) std::memset(out_ + size_, 0, end - size_);
        size_ = end;
    }
    std::size_t size() const { return size_; }

  private:
    char* out_;
    std::size_t size_ = 0;
};

void put_strings(sink& to, std::initializer_list<std::string_view> strings) {
    for (const std::string_view each : strings)
        to.put_u32(each.size());
    // Keeps the strings, and so a message, at a multiple of 8.
    to.pad();
    for (const std::string_view each : strings)
        to.put_bytes(each);
}

// The position stands behind the message, whose place so is the same in every record.
void put_message(sink& to, const event& from) {
    to.put_u32(from.position_size());
    put_strings(to, {from.bytes()});
    if (from.position_size() > 0) to.put_bytes(from.position());
}

void put_open(sink& to, const event& from) {
    const open_info& info = *from.open();
    to.put(info.attempt);
    to.put(info.downtime_ms);
    to.put(from.skipped());
    put_strings(to, {info.address, info.tls, info.subprotocol});
}

void put_record(sink& to, const event& from) {
    using namespace std::chrono;
    const policy::disconnect_record& record = *from.record();
    to.put(record.attempt);
    to.put(from.skipped());
    to.put_time<milliseconds>(record.up);
    to.put_time<milliseconds>(record.delay);
    to.put_time<microseconds>(record.rtt);
    to.put_time<milliseconds>(record.since_last_byte);
    to.put(record.message_id.value_or(unknown));
    to.put_u32(record.layer);
    to.put_u32(record.culprit);
    to.put_u32(record.cause);
    to.put_u32(record.verdict);
    to.put_u32(record.close_code);
    to.put_u32(record.http_status);
    to.put_u32(record.sys_errno);
    to.put_u32((record.closed_by_us ? 1 : 0) | (record.limits_reached ? 2 : 0));
    put_strings(to, {record.close_reason, record.detail, record.host, record.why});
}

void put_credentials(sink& to, const credentials_info& info) {
    to.put(info.attempt);
    to.put_u32(info.http_status);
    to.put_u32(info.close_code);
}

void put_request(sink& to, const request_info& info) {
    std::string fields;
    for (const wire::field& each : info.request.fields)
        fields += each.name + ": " + each.value + "\n";
    to.put(info.listener_id);
    put_strings(to, {info.request.method, info.request.target, info.address, info.tls, fields,
                     info.token.value_or("")});
}

void put_lost(sink& to, const lost_info& info) {
    to.put(info.skipped);
    to.put(info.reason);
    put_strings(to, {info.text});
}

void put_body(sink& to, const event& from) {
    switch (from.kind) {
    case event_kind::open:
        return put_open(to, from);
    case event_kind::message:
        return put_message(to, from);
    case event_kind::confirmed:
        to.put(from.level());
        return to.put_u32(0);
    case event_kind::failed:
        to.put(from.last_id());
        to.put(from.reason());
        return to.put_u32(0);
    case event_kind::down:
    case event_kind::closed:
        return put_record(to, from);
    case event_kind::credentials:
        return put_credentials(to, *from.credentials());
    case event_kind::log:
        to.put(from.skipped());
        to.put(from.level());
        return put_strings(to, {*from.text()});
    case event_kind::request:
        return put_request(to, *from.request());
    case event_kind::accepted:
        to.put(from.listener_id());
        return to.put(std::uint64_t{from.accepted()->link.key()});
    case event_kind::lost:
        return put_lost(to, *from.lost());
    case event_kind::writable:
        return;
    }
}

std::uint16_t flags_of(const event& from) {
    if (from.kind == event_kind::down) return std::uint16_t{from.was_open()};
    if (const open_info* opened = from.open()) return std::uint16_t{opened->resumed};
    if (const lost_info* gone = from.lost()) return std::uint16_t{gone->begun_anew};
    return from.flags;
}

void put_event(sink& to, const event& from, std::size_t size) {
    to.put_u32(size);
    to.put(static_cast<std::uint16_t>(from.kind));
    to.put(flags_of(from));
    to.put(from.link_id);
    to.put(from.user);
    to.put(from.id());
    put_body(to, from);
    to.pad();
}

std::uint32_t u32_at(std::string_view bytes, std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
    return value;
}

} // namespace

std::size_t packed_size(const event& from) {
    // The kind that comes in masses, without a walk.
    if (from.kind == event_kind::message)
        return padded(header_size + 8 + from.bytes().size() + from.position_size());
    sink counted(nullptr);
    put_event(counted, from, 0);
    return counted.size();
}

std::size_t write_packed(const event& from, std::span<char> out) {
    const std::size_t size = packed_size(from);
    if (size > out.size()) return 0;
    sink written(out.data());
    put_event(written, from, size);
    return size;
}

std::optional<packed_message> packed_reader::next() {
    const std::string_view rest = buffer_.substr(offset_);
    if (rest.empty()) return {};
    const auto refuse = [&](const std::string& why) {
        throw error(status::invalid,
                    "packed messages, record at offset " + std::to_string(offset_) + ": " + why);
    };
    if (rest.size() < send_header_size) {
        refuse("only " + std::to_string(rest.size()) + " bytes are left; its header has " +
               std::to_string(send_header_size));
    }
    const std::uint32_t size = u32_at(rest, 0);
    const std::uint32_t length = u32_at(rest, 12);
    if (size % 8 != 0) refuse("size " + std::to_string(size) + " is no multiple of 8");
    if (size > rest.size()) {
        refuse("size " + std::to_string(size) + " is more than the " + std::to_string(rest.size()) +
               " bytes that are left");
    }
    if (size < send_header_size || size - send_header_size < length) {
        refuse("size " + std::to_string(size) + " is too small for the header (" +
               std::to_string(send_header_size) + ") and length " + std::to_string(length));
    }
    packed_message made{u32_at(rest, 4), u32_at(rest, 8), rest.substr(send_header_size, length)};
    offset_ += size;
    return made;
}

} // namespace resock::hub
