#include "net/linger.hpp"

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using test::loop;

namespace {

// A peer as told, that notes its end.
class scripted_stream final : public net::stream {
  public:
    explicit scripted_stream(bool& alive)
        : alive_(alive) {
        alive_ = true;
    }
    ~scripted_stream() override { alive_ = false; }
    net::io_result read_some(char*, std::size_t size) override {
        net::io_result result;
        if (unread == 0 && !ends)
            result.wait_for = net::readiness::read;
        else if (unread == 0)
            result.end = true;
        result.bytes = std::min(size, unread);
        unread -= result.bytes;
        read += result.bytes;
        return result;
    }
    net::io_result write_some(std::string_view) override { return {}; }
    void async_wait(net::readiness, std::function<void()> handler) override {
        waiting = std::move(handler);
    }
    bool has_buffered() const override { return false; }
    bool drained() const override { return true; }
    policy::transport_state inspect() override { return {}; }
    void shutdown() override {}
    void move_to(boost::asio::io_context&) override {}
    std::string remote_address() const override { return {}; }
    std::string tls() const override { return {}; }

    std::function<void()> waiting;
    std::size_t unread = 0;
    std::size_t read = 0;
    bool ends = false;

  private:
    bool& alive_;
};

struct lingering_stream {
    loop on;
    bool alive = false;
    scripted_stream* peer = nullptr;

    lingering_stream() {
        auto made = std::make_unique<scripted_stream>(alive);
        peer = made.get();
        net::linger(*on.io, std::move(made));
    }
    // What the peer does while it is waited for.
    void arrive(std::size_t bytes, bool end) {
        peer->unread = bytes;
        peer->ends = end;
        auto handler = std::exchange(peer->waiting, nullptr);
        handler();
    }
};

} // namespace

TEST_CASE("what the peer still sends is dropped until its end") {
    lingering_stream linger;
    linger.arrive(100000, false);
    CHECK(linger.alive);
    CHECK(linger.peer->read == 100000);
    linger.arrive(1, true);
    CHECK_FALSE(linger.alive);
    linger.on.run_ready(); // the timer's last call finds nothing
}

TEST_CASE("a peer that goes on sending is dropped after 1 MiB") {
    lingering_stream linger;
    linger.arrive(std::size_t(10) << 20, false);
    CHECK_FALSE(linger.alive);
}

TEST_CASE("a peer that never ends is dropped when the time is over") {
    lingering_stream linger;
    linger.on.run_until([&] { return !linger.alive; });
    CHECK_FALSE(linger.alive);
}

TEST_CASE("what is held is released with the stream") {
    loop on;
    bool alive = false;
    auto made = std::make_unique<scripted_stream>(alive);
    scripted_stream* peer = made.get();
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> watched = held;
    net::linger(*on.io, std::move(made), std::move(held));
    CHECK_FALSE(watched.expired());
    peer->ends = true;
    std::exchange(peer->waiting, nullptr)();
    CHECK_FALSE(alive);
    CHECK(watched.expired());
}

TEST_CASE("the I/O context may end first") {
    bool alive = false;
    {
        loop on;
        net::linger(*on.io, std::make_unique<scripted_stream>(alive));
        CHECK(alive);
    }
    CHECK_FALSE(alive);
}
