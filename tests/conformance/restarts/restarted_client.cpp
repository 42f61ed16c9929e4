// restarted_client URL OUTBOX BOOK TOTAL RUN [PLACE NUMBER]: sends messages 1..TOTAL to a server
// that sends each back, and enters what comes back into its book. It may be killed at any moment,
// and goes on when it is started again with the same files and another RUN. Prints a line for each
// step. It kills itself at PLACE (received, entered, committed or sent) once its book has come to
// NUMBER.
//
// What a killed process had sent is in the outbox or was received, and how far it had come nobody
// has written down. So each run begins with a message of its own: once that has come back,
// everything that was sent before has, and the next number is the one behind the highest in the
// book.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <resock/resock.hpp>

#include "book.hpp"

namespace {

using resock::event_kind;

class client {
  public:
    client(char** words, std::string place, std::uint64_t number)
        : book_(words[3])
        , total_(std::strtoull(words[4], nullptr, 10))
        , marker_(std::string("run ") + words[5])
        , place_(std::move(place))
        , number_(number)
        , link_(hub_.open(options_for(words, book_.position()))) {
        std::cout << "open " << book_.highest() << std::endl;
    }

    int run() {
        while (!closed_) {
            send();
            take(hub_.poll_many(resock::forever, 64));
            if (book_.highest() == total_ && !closing_) {
                closing_ = true;
                link_.close();
            }
        }
        std::cout << "closed " << book_.highest() << " flaws " << book_.flaws() << " redelivered "
                  << redelivered_ << std::endl;
        return 0;
    }

  private:
    void be_killed_at(const char* place) const {
        if (place_ == place && book_.highest() >= number_) std::raise(SIGKILL);
    }

    static resock::options options_for(char** words, const std::string& position) {
        resock::options made;
        made.set("url", words[1])
            .set("delivery", "exactly-once")
            .set("outbox.path", words[2])
            .set("outbox.sync", "off")
            .set("queue.messages", "200")
            .set("reconnect.min", "5ms")
            .set("reconnect.max", "50ms");
        made.set_bytes("session.position", position);
        return made;
    }

    void send() {
        try {
            if (!marked_) link_.send(marker_);
            marked_ = true;
            while (next_ != 0 && next_ <= total_) {
                link_.send(std::to_string(next_));
                ++next_;
                be_killed_at("sent");
            }
        } catch (const resock::error& wrong) {
            if (wrong.status() != resock::status::queue_full) throw;
        }
    }

    // The messages of one poll are one transaction; only then are they freed, which is "done".
    void take(std::vector<resock::event> events) {
        std::string position;
        for (resock::event& event : events) {
            if (event.kind() == event_kind::closed) closed_ = true;
            if (event.kind() == event_kind::lost) std::cout << event.json() << std::endl;
            if (event.kind() != event_kind::message) continue;
            be_killed_at("received");
            if (position.empty()) book_.begin();
            position = event.position();
            redelivered_ += event.is_redelivered() ? 1 : 0;
            const std::string text(event.data());
            if (text == marker_)
                next_ = book_.highest() + 1;
            else if (text.rfind("run ", 0) != 0)
                book_.enter(std::strtoull(text.c_str(), nullptr, 10));
        }
        if (position.empty()) return;
        be_killed_at("entered");
        book_.commit(std::move(position));
        be_killed_at("committed");
        std::cout << "committed " << book_.highest() << std::endl;
    }

    book book_;
    std::uint64_t total_;
    std::string marker_;
    std::string place_;
    std::uint64_t number_;
    std::uint64_t next_ = 0; // 0: not known yet
    std::uint64_t redelivered_ = 0;
    bool marked_ = false; // the marker was sent
    bool closing_ = false;
    bool closed_ = false;
    resock::hub hub_;
    resock::link link_;
};

} // namespace

int main(int argc, char** argv) try {
    if (argc != 6 && argc != 8) {
        std::cerr << "usage: restarted_client URL OUTBOX BOOK TOTAL RUN [PLACE NUMBER]\n";
        return 2;
    }
    const bool killed = argc == 8;
    return client(argv, killed ? argv[6] : "", killed ? std::strtoull(argv[7], nullptr, 10) : 0)
        .run();
} catch (const std::exception& wrong) {
    std::cerr << "restarted_client: " << wrong.what() << '\n';
    return 1;
}
