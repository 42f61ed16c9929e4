// One reactor and what its links share. All of it is used on the reactor's thread only.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/block.hpp"
#include "base/time.hpp"

namespace resock::net {

class driver;

struct io_worker {
    // Large reads cost fewer system calls; shared, so that an idle link holds no read buffer.
    static constexpr std::size_t read_size = 128u << 10;

    // Shared: a name lookup that outlives the hub may still hold it.
    std::shared_ptr<boost::asio::io_context> io = std::make_shared<boost::asio::io_context>(1);
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work =
        boost::asio::make_work_guard(*io);
    std::unique_ptr<char[]> read_buffer = std::make_unique_for_overwrite<char[]>(read_size);
    bool driven = false; // by its users' own calls, not by a thread
    // Driven: links whose reading waits to be armed until nothing else is to be done.
    std::vector<std::weak_ptr<driver>> unarmed;
    block_source event_blocks;  // of the events that its links make
    block_source own_blocks{0}; // where each stands alone
    bool wake_posted = false;   // the hub's: its poller is woken at the end of this turn
};

inline time_point steady_now() {
    return time_point(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace resock::net
