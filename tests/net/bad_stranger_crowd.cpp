// Strangers in crowds: more connections than the listener may have.
#include "hub/admission.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "net/link_support/memory.hpp"
#include "net/link_support/siege.hpp"

using namespace resock;
using test::has;
using test::opening_bytes;
using test::raw_client;
using test::siege;

namespace {

constexpr int crowd = 2000;
// Sockets that this program holds at once: half of 1024, the usual limit, is the listener's.
constexpr std::size_t most_held = 400;
constexpr std::int64_t limit = 50;
constexpr std::size_t bound = 8u << 20;

struct crowd_outcome {
    std::map<int, int> statuses; // of those that sent a request; 0: closed without an answer
    std::int64_t most_connections = 0;
    std::size_t worst_bytes = 0;
};

class crowd_of_strangers {
  public:
    explicit crowd_of_strangers(siege& at)
        : at_(at) {}

    // Each comes when the one before is connected; every tenth sends a request, the others nothing.
    crowd_outcome come() {
        const test::memory_mark memory;
        for (int i = 0; i < crowd; ++i) {
            raw_client& who = at_.stranger();
            all_.push_back({&who, i % 10 == 9});
            if (all_.back().asks) at_.send(who, opening_bytes());
            at_.turn();
            at_.until("room for more", [&] {
                if (all_.size() >= most_held) forget_ended();
                return all_.size() < most_held;
            });
            made_.most_connections = std::max(made_.most_connections, at_.at.number("connections"));
        }
        at_.until("the end of all", [&] { return forget_ended(), all_.empty(); });
        made_.worst_bytes = memory.worst();
        return made_;
    }

  private:
    struct member {
        raw_client* socket;
        bool asks;
    };

    // A place became free for some: these go by themselves.
    void forget_ended() {
        std::erase_if(all_, [&](const member& each) {
            if (!each.socket->ended() && each.socket->status() != 101) return false;
            if (each.asks) ++made_.statuses[each.socket->status()];
            at_.forget(*each.socket);
            return true;
        });
    }

    siege& at_;
    std::vector<member> all_;
    crowd_outcome made_;
};

void check_outcome(siege& at, const crowd_outcome& made, int refused_with) {
    CHECK(made.most_connections <= limit + static_cast<std::int64_t>(hub::admission::max_excess));
    CHECK(made.worst_bytes < bound);
    int asked = 0;
    for (const auto& [status, count] : made.statuses) {
        CAPTURE(status, count);
        CHECK((status == refused_with || status == 0 || status == 101));
        asked += count;
    }
    CHECK(asked == crowd / 10);
    CHECK(made.statuses.at(refused_with) > 0);
    // Each is counted, and once.
    const auto stats = at.at.stats();
    const auto number = [](const auto& from) { return from.template to_number<std::int64_t>(); };
    std::int64_t counted = number(stats.at("dropped")) + number(stats.at("accepted")) - 1;
    for (const auto& [status, count] : stats.at("refused").as_object())
        counted += number(count);
    CHECK(counted == crowd);
    CHECK(number(stats.at("refused").at(std::to_string(refused_with))) >=
          made.statuses.at(refused_with));
}

void check_free_again(siege& at, int count) {
    std::vector<raw_client*> all;
    for (int i = 0; i < count; ++i)
        all.push_back(&at.stranger_sending(opening_bytes()));
    for (raw_client* each : all)
        at.until("the 101", [&] { return each->status() == 101; });
    for (raw_client* each : all)
        each->close();
    at.check_as_before();
}

} // namespace

TEST_CASE("2,000 connects that send nothing: 503 or a close, then everything is free again") {
    siege at(GENERATE(0u, 2u),
             {{"listen.connections", std::to_string(limit)}, {"listen.open_timeout", "1s"}});
    const crowd_outcome made = crowd_of_strangers(at).come();
    check_outcome(at, made, 503);
    at.check_as_before();
    check_free_again(at, limit - 1);
}

TEST_CASE("2,000 connects of one address: 429 or a close; another address gets in all the while") {
    siege at(2u, {{"listen.per_address", std::to_string(limit)}, {"listen.open_timeout", "1s"}});
    SECTION("and then everything is free again") {
        const crowd_outcome made = crowd_of_strangers(at).come();
        check_outcome(at, made, 429);
        at.check_as_before();
        check_free_again(at, limit - 1);
    }
    SECTION("while its places are taken") {
        std::vector<raw_client*> all;
        for (int i = 1; i < limit; ++i)
            all.push_back(&at.stranger());
        at.until("they are full", [&] { return at.at.number("connections") == limit; });
        raw_client& excess = at.stranger_sending(opening_bytes());
        at.until("its end", [&] { return excess.ended(); });
        CHECK(excess.status() == 429);
        CHECK(has(excess.received(), "\r\nRetry-After: 5\r\n"));
        CHECK(has(at.await_refusal(excess).why, "listen.per_address allows (50)"));
        raw_client& other = at.stranger("127.0.0.2");
        at.send(other, opening_bytes());
        at.until("the 101", [&] { return other.status() == 101; });
        other.close();
        at.check_as_before();
    }
}

TEST_CASE("sockets of strangers that were closed, and do not close, count until they are gone") {
    constexpr int many = 600;
    siege at(2u, {{"listen.connections", "8"}});
    const auto descriptors = [] {
        const std::filesystem::directory_iterator all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    const auto before = descriptors();
    const auto excess = static_cast<std::ptrdiff_t>(hub::admission::max_excess);
    std::ptrdiff_t most = 0;
    for (int i = 1; i <= many; ++i) {
        raw_client& who = at.stranger_sending(opening_bytes() + "garbage");
        at.until("its end", [&] { return who.ended(); });
        most = std::max(most, descriptors() - before - i);
    }
    CHECK(most <= 7 + excess + 2); // two threads may each have one that they have not counted yet
    at.check_as_before();
}
