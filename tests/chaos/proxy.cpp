#include "chaos/engine/proxy.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <mutex>

#include "support/catch.hpp"

// The proxy as a part of a program; its faults are tests/cli/test_chaos.py.

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using chaos::kind;

namespace {

// A server that takes connections when it is asked to.
struct server {
    asio::io_context loop;
    tcp::acceptor acceptor{loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};

    chaos::settings faults() const {
        chaos::settings made;
        made.to = {"127.0.0.1", acceptor.local_endpoint().port()};
        return made;
    }
    tcp::socket connect(const chaos::proxy& proxy) {
        tcp::socket client(loop);
        client.connect(tcp::endpoint(asio::ip::address_v4::loopback(), proxy.listening_on().port));
        return client;
    }
};

// What the proxy has told; waited for, from another thread.
class record {
  public:
    void add(const chaos::event& happened) {
        const std::lock_guard lock(mutex_);
        all_.push_back(happened);
        changed_.notify_all();
    }
    chaos::event wait(kind wanted) {
        std::unique_lock lock(mutex_);
        std::size_t found = 0;
        changed_.wait(lock, [&] {
            for (found = 0; found < all_.size(); ++found) {
                if (all_[found].kind == wanted) return true;
            }
            return false;
        });
        return all_[found];
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<chaos::event> all_;
};

} // namespace

TEST_CASE("a proxy on a thread of its own tells what it does") {
    server peer;
    chaos::settings faults = peer.faults();
    faults.cut_at_byte = 5;
    faults.reset = true;
    record told;
    chaos::proxy proxy(faults, [&](const chaos::event& happened) { told.add(happened); });
    CHECK(proxy.listening_on().host == "127.0.0.1");
    proxy.start();

    tcp::socket client = peer.connect(proxy);
    tcp::socket accepted = peer.acceptor.accept();
    CHECK(told.wait(kind::accepted).fate.cut_at_byte.value() == 5);
    asio::write(client, asio::buffer("123456", 6));
    char bytes[6];
    error_code error;
    CHECK(asio::read(accepted, asio::buffer(bytes), error) == 5);
    CHECK(error == asio::error::connection_reset);

    const chaos::event cut = told.wait(kind::cut);
    CHECK(cut.connection == 1);
    CHECK(cut.bytes_to_server == 5);
    CHECK(cut.bytes_to_client == 0);
    CHECK(cut.manner == chaos::manner::rst);
    proxy.stop();
    proxy.join();
    CHECK(proxy.counted().cut == 1);
    CHECK(proxy.counted().bytes_to_server == 5);
}

TEST_CASE("a proxy ends with open connections, whatever they do") {
    server peer;
    chaos::settings faults = peer.faults();
    SECTION("passing") {
    }
    SECTION("delayed") {
        faults.delay = std::chrono::hours(1);
    }
    SECTION("narrow") {
        faults.bandwidth = 1;
    }
    SECTION("a black hole") {
        faults.blackhole_after.bytes = 1;
    }
    SECTION("half-open") {
        faults.cut_at_byte = 1;
        faults.unaware = chaos::side::client;
        faults.refuse_for = std::chrono::hours(1);
    }
    chaos::proxy proxy(faults, nullptr);
    proxy.start();
    tcp::socket client = peer.connect(proxy);
    tcp::socket accepted = peer.acceptor.accept();
    asio::write(client, asio::buffer("123456", 6));
    asio::write(accepted, asio::buffer("123456", 6));
    SECTION("stopped") {
        proxy.stop();
        proxy.stop();
        proxy.join();
        CHECK(proxy.counted().accepted == 1);
        CHECK(proxy.counted().open == 1);
    }
    SECTION("destroyed") {
    }
}

TEST_CASE("a proxy ends on the thread of its caller") {
    server peer;
    chaos::settings faults = peer.faults();
    SECTION("after its lifetime") {
        faults.lifetime = chaos::milliseconds(1);
        chaos::proxy proxy(faults, nullptr);
        proxy.run();
        CHECK(proxy.counted().accepted == 0);
    }
    SECTION("when its observer says so") {
        chaos::proxy* running = nullptr;
        chaos::proxy proxy(faults, [&](const chaos::event&) { running->stop(); });
        running = &proxy;
        const tcp::socket client = peer.connect(proxy); // waits to be accepted
        proxy.run();
        CHECK(proxy.counted().accepted == 1);
    }
    SECTION("never started") {
        const chaos::proxy proxy(faults, nullptr);
        CHECK(proxy.counted().accepted == 0);
    }
}

TEST_CASE("what cannot start says why") {
    server peer;
    chaos::settings faults = peer.faults();
    faults.listen = faults.to;
    CHECK_THROWS_AS(chaos::proxy(faults, nullptr), chaos::setup_error);
    faults.listen = {"127.0.0.1", 0};
    faults.to = {"name.invalid", 80};
    CHECK_THROWS_AS(chaos::proxy(faults, nullptr), chaos::setup_error);
}
