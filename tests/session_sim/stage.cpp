#include "session_sim/stage.hpp"

namespace resock::session::sim {

std::unique_ptr<pair::way> stage::way_named(const std::string& name) {
    const auto tell = [this](std::string what) { complain(what); };
    return std::make_unique<pair::way>(pair::way{ledger(name, tell), stream_log(name, tell)});
}

// Whatever a former server had to say is orphaned, and nobody holds this one to it.
void stage::begin_life(pair& of) {
    if (++of.server_life == 1) return;
    of.down.push_back(way_named(of.name + ", server again"));
    of.stores[server_side] = store(broken_on_purpose.of_store());
    of.server_forgot = true;
}

std::shared_ptr<pair> stage::new_pair() {
    auto made = std::make_shared<pair>();
    for (auto& each : made->sid)
        each = static_cast<std::uint8_t>(random.below(256));
    for (auto& each : made->secret)
        each = static_cast<std::uint8_t>(random.below(256));
    made->name = "session " + std::to_string(++sessions);
    made->up = way_named(made->name + ", client");
    made->down.push_back(way_named(made->name + ", server"));
    for (auto& each : made->stores)
        each = store(broken_on_purpose.of_store());
    pairs[made->sid] = made;
    return made;
}

} // namespace resock::session::sim
