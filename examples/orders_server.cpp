// orders_server URL COUNT: whoever shows the token "NAME:secret" gets COUNT orders, each once.
#include <iostream>
#include <map>
#include <string>

#include <resock/resock.hpp>

class server {
  public:
    server(resock::listener& door, std::uint64_t count)
        : door_(door)
        , count_(count) {}

    // A session belongs to its principal: nobody else resumes it, whatever secret he has got.
    void decide(const resock::event& request) {
        const std::string token(request.token().value_or(""));
        const auto colon = token.find(':');
        if (colon == std::string::npos || token.substr(colon) != ":secret")
            return door_.refuse(request.id(), 401);
        resock::options options(resock::scope::listener);
        options.set("session.principal", token.substr(0, colon));
        auto link = door_.accept(request.id(), options);
        if (link.get() == nullptr) return; // one that was away has come back
        const auto id = link.id();
        links_.emplace(id, std::move(link));
    }

    // Also while the client is away: what is sent waits for it, within queue.messages.
    void begin(std::uint64_t link_id) {
        for (std::uint64_t number = 1; number <= count_; ++number)
            links_.at(link_id).send("order " + std::to_string(number));
    }

    // Once the ledger has booked the last one there is nothing left to say.
    void confirmed(const resock::event& event) {
        if (event.level() == resock::level::processed && event.id() == count_)
            links_.at(event.link_id()).close();
    }

    void forget(std::uint64_t link_id) { links_.erase(link_id); }

  private:
    resock::listener& door_;
    const std::uint64_t count_;
    std::map<std::uint64_t, resock::link> links_;
};

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: orders_server URL COUNT\n";
        return 2;
    }
    resock::options options(resock::scope::listener);
    options.set("listen.url", argv[1])
        .set("listen.accept", "ask")
        .set("delivery", "exactly-once"); // plain clients are refused
    resock::hub hub;
    resock::listener door = hub.listen(options);
    std::cout << "listening on " << door.address() << std::endl;

    server here(door, std::stoull(argv[2]));
    while (const auto event = hub.poll()) {
        switch (event->kind()) {
        case resock::event_kind::request:
            here.decide(*event);
            break;
        case resock::event_kind::accepted:
            here.begin(event->link_id());
            break;
        case resock::event_kind::confirmed:
            here.confirmed(*event);
            break;
        case resock::event_kind::closed:
            std::cout << "done" << std::endl;
            here.forget(event->link_id());
            break;
        case resock::event_kind::log:
            std::cerr << event->text() << '\n';
            break;
        default:
            break;
        }
    }
} catch (const resock::error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
