// Names and texts of addresses.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "chaos/engine/listener.hpp"
#include "chaos/engine/settings.hpp"
#include "chaos/engine/sockets.hpp"

namespace chaos {

// All addresses of the server, in the resolver's order, each once. Throws setup_error.
std::vector<tcp::endpoint> resolve_target(boost::asio::io_context& loop, const address& to);

// Throws setup_error.
std::unique_ptr<listener> listen_at(boost::asio::io_context& loop, const address& at,
                                    bool is_narrow);

std::string text_of(const tcp::endpoint& endpoint);

} // namespace chaos
