#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

// Packed records as resock.h describes them, at its end.
namespace bench {

static_assert(std::endian::native == std::endian::little);

// Messages for resock_link_send_packed.
class packed_messages {
  public:
    void append(std::string_view message) {
        const std::size_t size = record_size(message.size());
        const std::size_t at = bytes_.size();
        bytes_.resize(at + size);
        const std::uint32_t head[] = {static_cast<std::uint32_t>(size), 0, 0,
                                      static_cast<std::uint32_t>(message.size())};
        std::memcpy(bytes_.data() + at, head, sizeof head);
        std::memcpy(bytes_.data() + at + sizeof head, message.data(), message.size());
    }

    void remove_front(std::size_t count) {
        std::size_t until = 0;
        for (; count > 0; --count) {
            std::uint32_t size = 0;
            std::memcpy(&size, bytes_.data() + until, sizeof size);
            until += size;
        }
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(until));
    }

    bool empty() const { return bytes_.empty(); }
    std::size_t size() const { return bytes_.size(); }
    const char* data() const { return bytes_.data(); }

  private:
    static std::size_t record_size(std::size_t message) { return (16 + message + 7) / 8 * 8; }

    std::vector<char> bytes_;
};

// The head of a record of resock_hub_poll_packed.
struct packed_event {
    std::uint32_t size;
    std::uint16_t kind;
    std::uint16_t flags;
    const char* at;

    std::string_view message() const {
        std::uint32_t length = 0;
        std::memcpy(&length, at + 36, sizeof length);
        return {at + 40, length};
    }
};

template<class Each>
void packed_events(const void* records, std::size_t bytes, Each each) {
    const char* at = static_cast<const char*>(records);
    for (const char* const end = at + bytes; at < end;) {
        packed_event event{};
        std::memcpy(&event, at, 8);
        event.at = at;
        each(event);
        at += event.size;
    }
}

} // namespace bench
