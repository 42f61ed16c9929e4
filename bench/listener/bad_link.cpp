#include "bad_link.hpp"

#include <algorithm>

#include "support/clock.hpp"
#include "support/opener.hpp"

namespace bench {

namespace {

constexpr std::int64_t between_bytes_ns = 500 * ns_per_ms;
constexpr std::int64_t between_openings_ns = 100 * ns_per_ms;

} // namespace

bad_link::bad_link(kind of, const floods& with, tally& counts, poller& by, const target& to,
                   std::uint32_t index)
    : kind_(of)
    , floods_(with)
    , counts_(counts)
    , link_(by, *this, to, index, manners::bad)
    , request_(upgrade_request(to.host, to.path)) {
    ++counts_.links;
}

void bad_link::act(const sources& from, std::int64_t now_ns) {
    // Once each turn, as what the server sends may come in very small pieces.
    if (kind_ != kind::no_reading || link_.at() != link::phase::open) link_.read_now();
    switch (link_.at()) {
    case link::phase::ended:
        if (now_ns - begun_ns_ >= between_openings_ns || begun_ns_ == 0) begin(from, now_ns);
        break;
    case link::phase::connecting:
        break;
    case link::phase::upgrading:
        act_before_open(now_ns);
        break;
    default:
        flood();
    }
}

void bad_link::begin(const sources& from, std::int64_t now_ns) {
    begun_ns_ = now_ns;
    written_ = 0;
    first_done_ = false;
    ++(link_.begin(from) == 0 ? counts_.begun : counts_.not_begun);
}

void bad_link::on_connected(link& of) {
    const bool asks = kind_ != kind::slow_opening && kind_ != kind::connection_flood;
    if (asks && !skips_opening()) of.request_opening();
}

void bad_link::on_open(link&) {
    ++counts_.opened;
}

void bad_link::on_ended(link&, const ending& how) {
    ++counts_.ended[describe(how)];
    count_bytes();
}

void bad_link::count_bytes() {
    counts_.bytes_taken += link_.bytes_taken();
    counts_.most_bytes_taken = std::max(counts_.most_bytes_taken, link_.bytes_taken());
}

void bad_link::finish() {
    if (still_connected()) count_bytes();
    link_.drop();
}

void bad_link::act_before_open(std::int64_t now_ns) {
    if (kind_ == kind::connection_flood) {
        link_.drop();
        ++counts_.ended["closed by this client"];
    } else if (skips_opening()) {
        write_on(floods_.garbage);
    } else if (kind_ == kind::slow_opening && now_ns - last_byte_ns_ >= between_bytes_ns) {
        last_byte_ns_ = now_ns;
        if (written_ < request_.size())
            written_ += link_.write_raw(std::string_view(request_).substr(written_, 1));
    }
}

void bad_link::flood() {
    switch (kind_) {
    case kind::ping_flood:
        write_on(floods_.pings);
        break;
    case kind::fragments:
        write_on(first_done_ ? floods_.next_fragment : floods_.first_fragment);
        break;
    case kind::no_reading:
        write_on(floods_.large_message);
        break;
    case kind::garbage:
        write_on(floods_.garbage);
        break;
    case kind::slow_opening: // open at last; the next byte would be a frame
    case kind::connection_flood:
        break;
    }
}

// As much as the socket takes; goes on there the next time.
void bad_link::write_on(std::string_view bytes) {
    const std::size_t taken = link_.write_raw(bytes.substr(written_));
    ++counts_.writes;
    if (taken == 0) ++counts_.blocked;
    written_ += taken;
    if (written_ < bytes.size()) return;
    written_ = 0;
    first_done_ = true;
}

} // namespace bench
