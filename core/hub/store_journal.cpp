#include "hub/store_journal.hpp"

#include <boost/asio/post.hpp>
#include <openssl/rand.h>
#include <utility>

#include "base/error.hpp"
#include "hub/hub_link.hpp"

namespace resock::hub {

namespace {

class store_journal final : public session_journal {
  public:
    void open(net::session_store& store, const session::sid_bytes& sid,
              const std::shared_ptr<hub_link>& link) {
        const auto io = link->worker()->io;
        const std::weak_ptr<hub_link> weak = link;
        net::store_callbacks told;
        told.stored = [io, weak](std::uint64_t through) {
            boost::asio::post(*io, [weak, through] {
                if (const auto self = weak.lock()) self->stored(through);
            });
        };
        told.failed = [io, weak](const std::string& text, bool for_good) {
            boost::asio::post(*io, [weak, text, for_good] {
                if (const auto self = weak.lock()) self->store_failed(text, for_good);
            });
        };
        channel_ = store.open_channel(sid, std::move(told));
    }
    void append(session::records records) override { channel_->append(std::move(records)); }

  private:
    std::unique_ptr<net::session_store::channel> channel_;
};

void fill(std::array<std::uint8_t, 16>& bytes) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw error(status::internal, "OpenSSL's random generator failed: no session can be made");
}

void count(opened_outbox& made) {
    for (const auto& each : made.start.saved->queue) {
        if (each.content != session::content::data) continue;
        ++made.messages;
        made.bytes += each.data.size();
    }
}

// What the application keeps must be of the session that the file holds.
void take_position(opened_outbox& made, const std::string& bytes, const std::string& path) {
    const auto at = session::position_of(bytes);
    if (!at)
        throw error(status::option, "session.position has " + std::to_string(bytes.size()) +
                                        " bytes that are no position: hand back the bytes of "
                                        "resock_event_position as they were");
    const bool fits = made.start.saved && made.start.saved->identity.sid == at->sid &&
                      made.start.saved->terms.born == at->born;
    if (!fits)
        throw error(status::option,
                    "session.position is of another session than the one in '" + path +
                        "': the two were not kept together. To begin a new session, leave the "
                        "position empty and name a new file");
    made.start.position = *at;
}

} // namespace

net::store_sync sync_of(outbox_sync from) {
    switch (from) {
    case outbox_sync::full:
        return net::store_sync::full;
    case outbox_sync::normal:
        return net::store_sync::normal;
    case outbox_sync::off:
        return net::store_sync::off;
    }
    return net::store_sync::full;
}

std::shared_ptr<session_journal> make_store_journal(net::session_store& store,
                                                    const session::sid_bytes& sid,
                                                    const std::shared_ptr<hub_link>& link) {
    auto made = std::make_shared<store_journal>();
    made->open(store, sid, link);
    return made;
}

opened_outbox open_outbox(const session_settings& settings) {
    net::store_options options;
    options.path = settings.outbox_path;
    options.sync = sync_of(settings.sync);
    options.purpose = net::store_purpose::outbox;
    opened_outbox made;
    made.store = net::session_store::open(options);
    auto loaded = made.store->load();
    if (!loaded.sessions.empty()) {
        made.start.saved = std::make_unique<session::saved>(std::move(loaded.sessions.back()));
        made.start.identity = made.start.saved->identity;
        count(made);
    } else {
        fill(made.start.identity.sid);
        fill(made.start.identity.secret);
    }
    if (settings.position && settings.position->empty() && made.start.saved &&
        made.start.saved->done > 0)
        throw error(status::option,
                    "session.position is empty, but messages of the session in '" +
                        settings.outbox_path +
                        "' were done already: hand back the position that was kept with them, or "
                        "name a new file");
    if (settings.position && !settings.position->empty())
        take_position(made, *settings.position, settings.outbox_path);
    return made;
}

} // namespace resock::hub
