#include "opener.hpp"

#include <cstring>

namespace bench {

opener::opener(poller& by, const target& to, const plan& wanted)
    : from_(wanted.from)
    , at_once_(wanted.at_once)
    , was_open_(wanted.links) {
    links_.reserve(wanted.links);
    for (std::uint32_t index = 0; index < wanted.links; ++index)
        links_.push_back(std::make_unique<link>(by, *this, to, index));
}

void opener::start() {
    begin_more();
}

void opener::begin_more() {
    while (begun_ < links_.size() && begun_ - open_ - failed_ < at_once_) {
        const int error = links_[begun_++]->begin(from_);
        if (error != 0) fail(std::strerror(error));
    }
    if (settled_ || open_ + failed_ < links_.size()) return;
    settled_ = true;
    on_settled();
}

void opener::fail(const std::string& why) {
    ++failed_;
    last_failure_ = why;
}

void opener::on_open(link& of) {
    was_open_[of.index()] = true;
    ++open_;
    begin_more();
}

void opener::on_ended(link& of, const ending& how) {
    if (was_open_[of.index()]) {
        on_lost(of, how);
        return;
    }
    fail(describe(how));
    begin_more();
}

std::string describe(const ending& how) {
    if (how.broke_protocol) return "the server broke the protocol";
    if (how.close_code != 0) return "close code " + std::to_string(how.close_code);
    if (how.status != 0 && how.status != 101) return "status " + std::to_string(how.status);
    return how.error != 0 ? std::strerror(how.error) : "end of stream";
}

} // namespace bench
