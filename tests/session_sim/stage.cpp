#include "session_sim/stage.hpp"

namespace resock::session::sim {

std::shared_ptr<pair> stage::new_pair() {
    auto made = std::make_shared<pair>();
    for (auto& each : made->sid)
        each = static_cast<std::uint8_t>(random.below(256));
    for (auto& each : made->secret)
        each = static_cast<std::uint8_t>(random.below(256));
    const auto tell = [this](std::string what) { complain(what); };
    const std::string number = "session " + std::to_string(++sessions) + ", ";
    for (const side s : {client_side, server_side}) {
        const std::string name = number + name_of(s);
        made->messages[s] = std::make_unique<ledger>(name, tell);
        made->log[s] = std::make_unique<stream_log>(name, tell);
        made->stores[s] = store(broken_on_purpose.of_store());
    }
    pairs[made->sid] = made;
    return made;
}

} // namespace resock::session::sim
