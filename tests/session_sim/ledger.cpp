#include "session_sim/ledger.hpp"

#include <algorithm>
#include <charconv>

namespace resock::session::sim {

namespace {

constexpr std::size_t digits = 8;

std::string_view letters(std::uint64_t from, std::size_t size) {
    static const std::string all = [] {
        std::string made;
        for (std::size_t i = 0; i < (4u << 20); ++i)
            made += static_cast<char>('a' + i % 26);
        return made;
    }();
    return std::string_view(all).substr(from % 26, size);
}

std::string number_text(std::uint64_t number) {
    std::string text = std::to_string(number);
    return std::string(digits - text.size(), '0') + text;
}

} // namespace

// One too short for its number has none: its place tells which it is.
std::string bytes_of(std::uint64_t number, std::size_t size) {
    if (size < digits) return std::string(letters(number, size));
    return number_text(number) + std::string(letters(number, size - digits));
}

void ledger::complain(std::uint64_t number, const char* what) {
    complain_(name_ + ": message " + std::to_string(number) + " " + what);
}

// ---- the sender ----

std::uint64_t ledger::submit(std::size_t size, bool note) {
    message m;
    m.size = size;
    m.note = note;
    all_.push_back(m);
    return all_.size();
}

bool ledger::confirmed(std::uint64_t number) {
    message& m = all_[number - 1];
    if (m.fate != fate::queued) {
        if (m.fate == fate::confirmed) complain(number, "confirmed twice");
        return false;
    }
    m.fate = fate::confirmed;
    const bool got = when_finished_ ? m.finished : m.delivered;
    if (!got && !m.note) complain(number, "confirmed and not handed over");
    return true;
}

void ledger::processed(std::uint64_t number) {
    const message& m = all_[number - 1];
    if (m.fate == fate::confirmed && !m.note && !m.finished && !tampered_)
        complain(number, "called processed and is not");
}

void ledger::failed(std::uint64_t number, fail_reason why) {
    message& m = all_[number - 1];
    if (m.fate != fate::queued) return complain(number, "ended twice");
    m.fate = why == fail_reason::not_sent   ? fate::unsent
             : why == fail_reason::in_doubt ? fate::in_doubt
                                            : fate::voided;
    const bool got = when_finished_ ? m.finished : m.delivered;
    if (got && m.fate != fate::in_doubt && !m.note && !tampered_)
        complain(number, "called unsent and was handed over");
}

void ledger::sender_restarted(const std::vector<std::uint64_t>& kept) {
    for (message& m : all_)
        if (m.fate == fate::queued) m.fate = fate::gone;
    for (const std::uint64_t number : kept) {
        message& m = all_[number - 1];
        m.revived = m.revived || m.fate == fate::voided;
        m.fate = fate::queued;
    }
    for (std::uint64_t n = 1; n <= all_.size(); ++n)
        if (all_[n - 1].fate == fate::gone && all_[n - 1].delivered && !all_[n - 1].note &&
            !tampered_)
            complain(n, "handed over and not in its sender's store");
}

void ledger::sender_died() {
    for (message& m : all_)
        if (m.fate == fate::queued) m.fate = fate::orphaned;
}

// ---- the receiver ----

bool ledger::may_be_skipped(const message& m) const {
    return m.note || m.fate == fate::voided || m.fate == fate::gone;
}

std::uint64_t ledger::number_in(std::string_view bytes) {
    std::uint64_t number = 0;
    if (bytes.size() >= digits) {
        std::from_chars(bytes.data(), bytes.data() + digits, number);
    } else {
        number = restarted_ && again_ < next_ - 1 ? std::max(again_ + 1, unfinished_) : next_;
        while (number < all_.size() && may_be_skipped(all_[number - 1]))
            ++number;
    }
    const bool known = number >= 1 && number <= all_.size();
    return known && bytes == bytes_of(number, all_[number - 1].size) ? number : 0;
}

std::uint64_t ledger::arrives(std::string_view bytes, std::uint64_t seq, bool note,
                              bool redelivered) {
    const std::uint64_t number = number_in(bytes);
    if (number == 0) {
        complain_(name_ + ": bytes were handed over that nobody sent");
        return 0;
    }
    message& m = all_[number - 1];
    if (note) {
        if (!m.note || m.delivered) complain(number, "is no note, or came twice");
        m.delivered = true;
        return number;
    }
    ++delivered_;
    m.seq = seq;
    if (redelivered)
        arrives_again(number);
    else
        restarted_ = false;
    if (!redelivered || !m.delivered) arrives_first(number);
    m.delivered = true;
    return number;
}

void ledger::arrives_again(std::uint64_t number) {
    message& m = all_[number - 1];
    if (!restarted_) complain(number, "came again without a restart");
    if (number <= again_) complain(number, "came again out of order");
    if (m.delivered && m.finished) complain(number, "came again though it was done");
    m.come_again = true;
    again_ = number;
}

void ledger::arrives_first(std::uint64_t number) {
    const message& m = all_[number - 1];
    // What a rolled-back store has forgotten and nobody has acknowledged comes again (protocol §8).
    const bool twice = m.delivered || number < next_;
    if (twice && !tampered_) complain(number, "handed over twice");
    for (std::uint64_t n = next_; n < number; ++n)
        if (!may_be_skipped(all_[n - 1]) && !tampered_) complain(n, "was skipped");
    const bool never = m.fate == fate::voided || m.fate == fate::unsent || m.fate == fate::gone;
    if (never && !m.revived && !tampered_) complain(number, "called unsent and handed over");
    next_ = number + 1;
}

void ledger::finished(std::uint64_t number) {
    all_[number - 1].finished = true;
    unfinished_ = number + 1;
}

void ledger::receiver_restarted(std::uint64_t done, bool unflagged) {
    restarted_ = true;
    again_ = 0;
    unfinished_ = 1;
    std::uint64_t after_finished = 1;
    for (std::uint64_t n = 1; n < next_; ++n) {
        message& m = all_[n - 1];
        m.come_again = false;
        if (m.note || !m.delivered) continue;
        if (!unflagged && m.seq > done) m.finished = false; // that it was done is forgotten
        if (m.finished)
            after_finished = n + 1;
        else if (unflagged)
            m.delivered = false;
    }
    unfinished_ = after_finished;
    if (unflagged) next_ = after_finished;
}

void ledger::redelivery_over() {
    if (tampered_) return;
    for (std::uint64_t n = 1; n < next_; ++n) {
        const message& m = all_[n - 1];
        if (m.delivered && !m.note && !m.finished && !m.come_again)
            complain(n, "was not done and did not come again");
    }
}

// ---- looking ----

std::uint64_t ledger::count(fate wanted) const {
    return static_cast<std::uint64_t>(std::count_if(
        all_.begin(), all_.end(), [wanted](const message& m) { return m.fate == wanted; }));
}

void ledger::check_end(bool none_queued) {
    for (std::uint64_t n = 1; n <= all_.size(); ++n) {
        const message& m = all_[n - 1];
        if (m.fate == fate::queued && none_queued) complain(n, "has no end");
    }
}

} // namespace resock::session::sim
