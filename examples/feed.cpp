// feed URL COUNT TOPIC...: prints COUNT updates of these topics, each once, and closes.
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include <resock/resock.hpp>

// The last number seen of each topic.
using positions = std::map<std::string, std::uint64_t>;

// Sent now if there is a connection, and first on every later one.
void subscribe(resock::link& link, const std::string& topic, std::uint64_t since) {
    link.greeting_set(topic, "subscribe " + topic + ' ' + std::to_string(since));
}

// "TOPIC NUMBER TEXT"; false for one that was here already.
bool is_new(positions& seen, std::string_view update) {
    std::istringstream words{std::string(update)};
    std::string topic;
    std::uint64_t number = 0;
    words >> topic >> number;
    auto& last = seen[topic];
    if (number <= last) return false;
    if (number > last + 1)
        std::cerr << topic << ": " << number - last - 1 << " updates are missing\n";
    last = number;
    return true;
}

int main(int argc, char** argv) try {
    if (argc < 4) {
        std::cerr << "usage: feed URL COUNT TOPIC...\n";
        return 2;
    }
    auto wanted = std::strtoull(argv[2], nullptr, 10);

    resock::options options;
    options.set("url", argv[1])
        .set("delivery", "at-most-once")
        .set("message.ttl", "5s")
        .set("heartbeat.interval", "5s")
        .set("heartbeat.timeout", "5s")
        .set("reconnect.max", "10s")
        .set("events.messages", "1000");
    resock::hub hub;
    resock::link link = hub.open(options);

    positions seen;
    for (int i = 3; i < argc; ++i)
        subscribe(link, argv[i], seen[argv[i]] = 0);

    while (const auto event = hub.poll()) {
        switch (event->kind()) {
        case resock::event_kind::open:
            std::cerr << "open: " << event->address() << " after " << event->downtime().count()
                      << " ms\n";
            break;
        case resock::event_kind::message:
            if (wanted == 0 || !is_new(seen, event->data())) break;
            std::cout << event->data() << std::endl;
            if (--wanted == 0) link.close();
            break;
        case resock::event_kind::down:
            std::cerr << "down: " << event->why() << '\n';
            if (!event->delay()) break; // no next attempt: CLOSED follows
            for (const auto& [topic, last] : seen)
                subscribe(link, topic, last); // the next connection asks for what we missed
            break;
        case resock::event_kind::closed:
            if (wanted == 0) return 0;
            std::cerr << "ended: " << event->why() << '\n';
            return 1;
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
