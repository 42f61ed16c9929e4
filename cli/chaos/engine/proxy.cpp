#include "chaos/engine/proxy.hpp"

#include <utility>

#include "chaos/engine/engine.hpp"

namespace chaos {

proxy::proxy(const settings& faults, observer told)
    : engine_(std::make_unique<engine>(faults, std::move(told))) {
}

proxy::~proxy() = default;

address proxy::listening_on() const {
    const tcp::endpoint at = engine_->endpoint();
    return {at.address().to_string(), at.port()};
}

void proxy::run(int stop_fd) {
    engine_->run(stop_fd);
}

void proxy::start() {
    engine_->start();
}

void proxy::stop() {
    engine_->stop();
}

void proxy::join() {
    engine_->join();
}

counts proxy::counted() const {
    return engine_->counted();
}

} // namespace chaos
