#include "hub/hub_link.hpp"

#include "hub/hub.hpp"
#include "hub/packed.hpp"
#include "hub/settings.hpp"
#include "polling.hpp"
#include "tables.hpp"

using namespace resock;
using namespace resock::capi;

namespace {

constexpr std::uint32_t send_flags = RESOCK_SEND_TEXT | RESOCK_SEND_UNKEPT | RESOCK_SEND_FLUSH;

hub::outgoing outgoing_of(std::string_view bytes, std::uint32_t flags, std::uint32_t ttl_ms) {
    check_flags(flags, send_flags);
    return {bytes, (flags & RESOCK_SEND_TEXT) != 0, (flags & RESOCK_SEND_UNKEPT) != 0,
            (flags & RESOCK_SEND_FLUSH) != 0, ttl_ms};
}

// Nothing is sent where one of the records is wrong.
std::size_t count_checked(std::string_view records) {
    hub::packed_reader reader(records);
    std::size_t count = 0;
    while (const auto message = reader.next()) {
        check_flags(message->flags, send_flags);
        ++count;
    }
    return count;
}

link::level level_of(std::uint32_t level) {
    static_assert(RESOCK_LEVEL_STORED == static_cast<int>(link::level::stored));
    static_assert(RESOCK_LEVEL_PROCESSED == static_cast<int>(link::level::processed));
    if (level >= RESOCK_LEVEL_STORED && level <= RESOCK_LEVEL_PROCESSED)
        return static_cast<link::level>(level);
    throw error(status::invalid, "level " + std::to_string(level) +
                                     " is none: RESOCK_LEVEL_STORED (1), "
                                     "WRITTEN (2), RECEIVED (3) or PROCESSED (4)");
}

} // namespace

int32_t resock_link_open(resock_hub* hub, resock_options* options, uint64_t user,
                         resock_link** out_link, char** out_error) {
    return guard(
        [&] {
            auto& out = cleared(out_link, "out_link");
            const auto pinned = pin(hub);
            const auto opened = pinned->open(pin(options)->settings(), user);
            try {
                out = to_handle<resock_link>(all_links.insert(opened));
            } catch (...) {
                pinned->release(opened);
                throw;
            }
        },
        out_error);
}

int32_t resock_link_send(resock_link* link, const void* data, size_t size, uint32_t flags,
                         uint32_t ttl_ms, uint64_t* out_id) {
    return guard([&] {
        if (out_id) *out_id = 0;
        const auto pinned = pin(link);
        const std::uint64_t id =
            pinned->send(outgoing_of(bytes_of(data, size, "data"), flags, ttl_ms));
        if (out_id) *out_id = id;
    });
}

int32_t resock_link_send_packed(resock_link* link, const void* data, size_t size, size_t capacity,
                                uint64_t* out_ids, size_t* out_count) {
    return guard([&] {
        auto& sent = cleared(out_count, "out_count");
        const auto pinned = pin(link);
        const std::string_view records = bytes_of(data, size, "data");
        const std::size_t count = count_checked(records);
        if (out_ids && count > capacity) {
            sent = count;
            throw error(status::too_small, "out_ids has room for " + std::to_string(capacity) +
                                               " ids, the records are " + std::to_string(count) +
                                               "; nothing was sent");
        }
        hub::packed_reader reader(records);
        while (const auto message = reader.next()) {
            const std::uint64_t id =
                pinned->send(outgoing_of(message->bytes, message->flags, message->ttl_ms));
            if (out_ids) out_ids[sent] = id;
            ++sent;
        }
    });
}

int32_t resock_link_confirm(resock_link* link, uint64_t id, int32_t through) {
    return guard([&] { pin(link)->confirm(id, through != 0); });
}

int32_t resock_link_flush(resock_link* link, uint32_t level, uint32_t timeout_ms) {
    return guard([&] {
        const auto pinned = pin(link);
        pinned->flush(level_of(level), timeout_ms);
    });
}

int32_t resock_link_poll(resock_link* link, uint32_t timeout_ms, size_t capacity,
                         resock_event** out_events, size_t* out_count) {
    return guard([&] {
        poll_into(capacity, out_events, out_count, [&](std::span<hub::event_ptr> into) {
            const auto pinned = pin(link);
            return pinned->owner()->poll(*pinned, timeout_ms, into);
        });
    });
}

int32_t resock_link_set(resock_link* link, const char* name, const char* value, char** out_error) {
    return guard(
        [&] {
            const auto pinned = pin(link);
            required(name, "name");
            pinned->set(name, required(value, "value"));
        },
        out_error);
}

int32_t resock_link_retry_now(resock_link* link) {
    return guard([&] { pin(link)->retry_now(); });
}

int32_t resock_link_ready(resock_link* link) {
    return guard([&] { pin(link)->ready(); });
}

int32_t resock_link_done(resock_link* link, uint64_t number) {
    return guard([&] { pin(link)->done(number); });
}

int32_t resock_link_ask_token(resock_link* link, uint32_t deadline_ms) {
    return guard([&] {
        const auto pinned = pin(link);
        if (deadline_ms > session::max_wait_ms)
            throw error(status::invalid, "deadline_ms is " + std::to_string(deadline_ms) +
                                             "; at most 600000 (10 minutes) are allowed");
        pinned->ask_token(std::chrono::milliseconds(deadline_ms));
    });
}

int32_t resock_link_hold(resock_link* link, int32_t on) {
    return guard([&] { pin(link)->hold(on != 0); });
}

int32_t resock_link_id(resock_link* link, uint64_t* out_id) {
    return guard([&] {
        auto& out = cleared(out_id, "out_id");
        const auto pinned = pin(link);
        pinned->check_not_freed();
        out = pinned->id();
    });
}

int32_t resock_link_set_user(resock_link* link, uint64_t user) {
    return guard([&] {
        const auto pinned = pin(link);
        pinned->check_not_freed();
        pinned->set_user(user);
    });
}

int32_t resock_link_greeting_set(resock_link* link, const void* key, size_t key_size,
                                 const void* data, size_t size, uint32_t flags) {
    return guard([&] {
        const auto pinned = pin(link);
        check_flags(flags, RESOCK_SEND_TEXT);
        pinned->greeting_set(bytes_of(key, key_size, "key"), bytes_of(data, size, "data"),
                             (flags & RESOCK_SEND_TEXT) != 0);
    });
}

int32_t resock_link_greeting_remove(resock_link* link, const void* key, size_t key_size) {
    return guard([&] {
        const auto pinned = pin(link);
        pinned->greeting_remove(bytes_of(key, key_size, "key"));
    });
}

int32_t resock_link_credentials(resock_link* link, uint64_t request_id, resock_options* options) {
    return guard([&] {
        const auto pinned = pin(link);
        if (!options) return pinned->credentials(request_id, nullptr);
        const hub::options given = pin(options)->copy();
        pinned->credentials(request_id, &given);
    });
}

int32_t resock_link_close(resock_link* link, uint32_t code, const char* reason,
                          size_t reason_size) {
    return guard([&] {
        const auto pinned = pin(link);
        const std::string_view text = bytes_of(reason, reason_size, "reason");
        // Larger ones are refused by the same rule; they may not become smaller on the way.
        constexpr std::uint32_t largest = UINT16_MAX;
        pinned->close(static_cast<std::uint16_t>(std::min(code, largest)), text);
    });
}

void resock_link_free(resock_link* link) {
    if (!link) return;
    guard([&] {
        if (!hub::free_link(to_key(link))) throw_handle(link, "resock_link");
    });
}
