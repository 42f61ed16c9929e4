// A driver without a hub: the test runs its worker and sees what it reports.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include "net/descriptor.hpp"
#include "net/driver.hpp"
#include "net/link_support/web_socket.hpp"
#include "net/support/loop.hpp"
#include "net/tcp_stream.hpp"

namespace resock::test {

// Notes what the machine reports, as the façade would.
struct notes final : net::observer {
    void on(link::out::deliver&& each) override { messages.emplace_back(each.bytes); }
    void on(link::out::opened&& each) override { opened.push_back(std::move(each)); }
    void on(link::out::down&& each) override { downs.push_back(std::move(each.record)); }
    void on(const link::out::confirmed& each) override {
        if (each.level == link::level::received) confirmed = each.through;
    }
    void on(const link::out::failed& each) override { failed += each.messages; }
    void on(const link::out::made_room&) override {}
    void on(const link::out::ask&) override {}
    void on(link::out::log&&) override {}
    void on(link::out::finish&&) override { finished = true; }
    void on(link::out::lost&&) override {}
    void on(link::out::persist&&) override {}
    void on(link::out::token&&) override {}
    void before_tick() override { ++before_ticks; }
    answer burst_ended(const link::machine& machine) override {
        ++bursts;
        state = machine.state();
        return {may_read, std::exchange(give_up, std::nullopt)};
    }

    std::vector<std::string> messages;
    std::vector<link::out::opened> opened;
    std::vector<policy::disconnect_record> downs;
    std::uint64_t confirmed = 0;
    std::uint64_t failed = 0;
    bool finished = false;
    bool may_read = true;
    std::optional<link::in::abandon> give_up;
    int before_ticks = 0;
    int bursts = 0;
    link::state state = link::state::idle;
};

// A driver on a worker that this thread runs.
struct driven {
    std::shared_ptr<net::io_worker> worker = std::make_shared<net::io_worker>();
    std::shared_ptr<net::resolver> names = std::make_shared<net::resolver>();
    notes told;
    std::shared_ptr<net::driver> driver;

    explicit driven(const std::string& url, net::driver_options options = {}) {
        link::config config;
        config.url = parse_url(url);
        config.reconnect.min = duration::zero();
        config.reconnect.max = std::chrono::milliseconds(5);
        begin(config, options);
    }
    explicit driven(const link::config& config) { begin(config, {}); }
    void begin(const link::config& config, const net::driver_options& options) {
        driver = std::make_shared<net::driver>(
            worker, names, std::make_shared<const link::config>(config), options, told);
        tell(link::in::open{});
    }
    ~driven() {
        driver->stop();
        driver.reset();
        worker->io->poll();
    }
    void tell(link::in::event event) {
        driver->step(std::move(event));
        driver->end_burst();
    }
    void send(std::uint64_t id, std::string_view bytes) {
        link::in::send message;
        message.id = id;
        message.data = payload::copy(bytes);
        tell(std::move(message));
    }
    template<class Done>
    void until(Done done) {
        const auto limit = std::chrono::steady_clock::now() + wait_limit;
        while (!done())
            if (worker->io->run_one_until(limit) == 0) FAIL("waited in vain");
    }
};

// A driver in the server role, and the client at the other end of its socket.
struct serving {
    std::unique_ptr<driven> on;
    net::descriptor client;
    std::unique_ptr<net::stream> stream;

    serving() {
        link::config config;
        config.role = wire::role::server;
        on = std::make_unique<driven>(config);
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        client = net::descriptor(ends[0]);
        const timeval limit{20, 0};
        ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        net::stream_socket socket(*on->worker->io,
                                  boost::asio::generic::stream_protocol(AF_UNIX, 0), ends[1]);
        stream = std::make_unique<net::tcp_stream>(std::move(socket), "192.0.2.7:4711");
    }
    void adopt(std::string leftover = {}) {
        link::in::accepted as;
        as.leftover = std::move(leftover);
        as.address = "192.0.2.7:4711";
        as.subprotocol = "chat";
        on->driver->adopt(std::move(stream), std::move(as), {});
    }
    void say(opcode code, std::string_view bytes) {
        peer(client.get()).send(frame_of(code, bytes, true, 0x01020304));
    }
    std::string read(std::size_t bytes) { return peer(client.get()).read(bytes); }
};

} // namespace resock::test
