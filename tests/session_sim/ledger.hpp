// The messages of one direction of one session: what its sender was told of each, and what the
// receiver's application got.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.hpp"

namespace resock::session::sim {

// Message `number` is recognised by its bytes: the number, then letters that follow from it.
std::string bytes_of(std::uint64_t number, std::size_t size);

class ledger {
  public:
    enum class fate {
        queued,
        confirmed,
        voided,   // expired, dropped, refused
        unsent,   // not_sent
        in_doubt, // in_doubt
        gone,     // its sender died before it was written down
        orphaned, // its sender died and had no store, or another's
    };

    ledger(std::string name, std::function<void(std::string)> complain)
        : name_(std::move(name))
        , complain_(std::move(complain)) {}

    // ---- the sender ----
    std::uint64_t submit(std::size_t size, bool note); // its number: 1, 2, 3 …
    // False: it was confirmed or failed before, which is no news.
    bool confirmed(std::uint64_t number);
    void processed(std::uint64_t number);
    void failed(std::uint64_t number, fail_reason);
    // The process has died; these numbers were found in its store.
    void sender_restarted(const std::vector<std::uint64_t>& kept);
    void sender_died();
    // ack_level 3: what is handed over counts when the application has committed it.
    void counts_when_finished(bool yes) { when_finished_ = yes; }
    void tampered() { tampered_ = true; } // its store was replaced: what it says is void

    // ---- the receiver ----
    // Returns its number; 0 where something is wrong.
    std::uint64_t arrives(std::string_view bytes, std::uint64_t seq, bool note, bool redelivered);
    void finished(std::uint64_t number);
    // The process has died and begins again from a store that knows of `done`; with `unflagged`
    // (ack_level 3) what was not finished comes again from the sender.
    void receiver_restarted(std::uint64_t done, bool unflagged);
    void redelivery_over(); // what had to come again has come

    // ---- looking ----
    fate of(std::uint64_t number) const { return all_[number - 1].fate; }
    std::size_t size_of(std::uint64_t number) const { return all_[number - 1].size; }
    std::uint64_t count() const { return all_.size(); }
    std::uint64_t count(fate) const;
    std::uint64_t delivered() const { return delivered_; }
    // At the end of everything.
    void check_end(bool none_queued);

  private:
    struct message {
        std::size_t size = 0;
        ledger::fate fate = fate::queued;
        std::uint64_t seq = 0; // of its last frame
        bool note = false;
        bool delivered = false;
        bool finished = false;
        bool come_again = false; // in this life of the receiver
        bool revived = false;    // told as ended, which the sender's store did not know
    };
    void complain(std::uint64_t number, const char* what);
    bool may_be_skipped(const message&) const;
    std::uint64_t number_in(std::string_view bytes);
    void arrives_again(std::uint64_t number);
    void arrives_first(std::uint64_t number);

    std::string name_;
    std::function<void(std::string)> complain_;
    std::vector<message> all_;
    std::uint64_t next_ = 1;       // the lowest number that may arrive
    std::uint64_t again_ = 0;      // the last that came again, in this life of the receiver
    std::uint64_t unfinished_ = 1; // the lowest number that is not finished
    std::uint64_t delivered_ = 0;
    bool restarted_ = false; // and nothing new has arrived since
    bool tampered_ = false;
    bool when_finished_ = false;
};

} // namespace resock::session::sim
