// An application that listens, with its peers in the same program: links of the same hub, and raw
// sockets. One poll serves all of them, so that a hub without threads works too.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/link_support/application.hpp"
#include "net/link_support/raw_client.hpp"

namespace resock::test {

// What stands as user in events: of the listener and what it accepts, and of clients.
inline constexpr std::uint64_t of_listener = 1;
inline constexpr std::uint64_t of_client = 2;

inline hub::options listener_options(const settings& wanted = {},
                                     const std::string& url = "ws://127.0.0.1:0") {
    hub::options given(hub::option_scope::listener);
    if (!url.empty()) given.set("listen.url", url);
    for (const setting& each : wanted)
        given.set(each.name, each.value);
    return given;
}

class listening {
  public:
    explicit listening(unsigned threads, const settings& wanted = {},
                       const std::string& url = "ws://127.0.0.1:0")
        : listening(threads, listener_options(wanted, url)) {}
    listening(unsigned threads, const hub::options& given)
        : app(threads)
        , door_(app.hub().listen(given)) {
        door_->set_user(of_listener);
    }
    ~listening() {
        for (const hub::handle_key each : taken_)
            hub::free_link(each);
        for (const auto& each : clients_)
            app.hub().release(each);
        free();
    }
    listening(const listening&) = delete;
    listening& operator=(const listening&) = delete;

    hub::listener& door() { return *door_; }
    std::string address(std::size_t index = 0) { return door_->address(index); }
    void free() {
        if (door_) app.hub().release(std::exchange(door_, nullptr));
    }

    // ---- peers ----
    hub::hub_link& connect(const settings& wanted = {}, const std::string& target = "/chat") {
        clients_.push_back(app.hub().open(link_settings_of(address() + target, wanted), of_client));
        return *clients_.back();
    }
    std::unique_ptr<raw_client> raw(std::size_t index = 0) {
        return std::make_unique<raw_client>(address(index));
    }
    // Its opening sent.
    std::unique_ptr<raw_client> raw_open(std::string_view fields = {}) {
        auto made = raw();
        made->open("/chat", fields);
        return made;
    }
    // The status that a raw client gets.
    int await_status(raw_client& from) {
        app.until([&] { return from.status() != 0; });
        return from.status();
    }
    void await_end(raw_client& of) {
        app.until([&] { return of.ended(); });
    }

    // ---- events ----
    // The first that was or will be polled of this kind and of whom `is` holds.
    template<class Is>
    const hub::event& first(hub::event_kind kind, Is is) {
        const hub::event* found = nullptr;
        const auto holds = [&](const auto& each) { return each->kind == kind && is(*each); };
        app.until([&] {
            const auto at = std::find_if(app.seen().begin(), app.seen().end(), holds);
            if (at != app.seen().end()) found = at->get();
            return found != nullptr;
        });
        return *found;
    }
    const hub::event& first(hub::event_kind kind, const hub::hub_link& of) {
        return first(kind, [&](const hub::event& each) { return each.link_id == of.id(); });
    }
    // CLOSED of the listener.
    const hub::event& await_over() {
        return first(hub::event_kind::closed,
                     [](const hub::event& each) { return each.listener_id() != 0; });
    }
    std::size_t index_of(const hub::event& what) const {
        const auto at = std::find_if(app.seen().begin(), app.seen().end(),
                                     [&](const auto& each) { return each.get() == &what; });
        return static_cast<std::size_t>(at - app.seen().begin());
    }
    // The link of the next ACCEPTED, taken over.
    std::shared_ptr<hub::hub_link> accepted() {
        const hub::event& told = app.await(hub::event_kind::accepted);
        taken_.push_back(told.accepted()->link.take());
        return hub::all_links.pin(taken_.back());
    }
    // The next REQUEST.
    std::uint64_t requested() { return app.await(hub::event_kind::request).id(); }
    // Answered with 101; freed at the end.
    std::shared_ptr<hub::hub_link> accept(std::uint64_t request,
                                          const hub::options* given = nullptr) {
        clients_.push_back(door_->accept(request, given, of_listener));
        return clients_.back();
    }

    boost::json::value stats() { return boost::json::parse(door_->stats_json()); }
    std::int64_t number(const char* name) { return stats().at(name).to_number<std::int64_t>(); }
    boost::json::array history() { return boost::json::parse(door_->history_json()).as_array(); }

    application app;

  private:
    std::shared_ptr<hub::listener> door_;
    std::vector<hub::handle_key> taken_;
    std::vector<std::shared_ptr<hub::hub_link>> clients_;
};

inline std::uint64_t send_text(hub::hub_link& over, std::string_view text) {
    hub::outgoing message;
    message.bytes = text;
    message.text = true;
    return over.send(message);
}

} // namespace resock::test
