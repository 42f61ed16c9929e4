// When the connections are cut: decided by the seed before anything starts.
#pragma once

#include <string>
#include <vector>

#include "chaos/engine/settings.hpp"
#include "demo/settings.hpp"

namespace demo {

milliseconds stream_time(const settings&);

// So that all cuts happen well before the stream ends.
milliseconds default_cut_every(const settings&);
milliseconds default_time_limit(const settings&);

// What the proxy of either side does.
chaos::settings faults_of(const settings&, const chaos::address& to);

// The ages at which connections 1, 2, 3 … are cut.
std::vector<milliseconds> cut_plan(const settings&);

// Why this would show nothing, in a sentence with the remedy; empty if all is well.
std::string flaw_of(const settings&);

} // namespace demo
