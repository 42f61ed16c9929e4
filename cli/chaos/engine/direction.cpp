#include "chaos/engine/direction.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int reads_in_a_row = 16; // then other connections have their turn

} // namespace

direction::direction(direction_owner& owner, way which, tcp::socket& source, tcp::socket& sink,
                     delay_line line, std::vector<char>& scratch)
    : owner_(owner)
    , way_(which)
    , source_(source)
    , sink_(sink)
    , line_(std::move(line))
    , scratch_(scratch)
    , timer_(source.get_executor()) {
}

void direction::start() {
    await_readable();
}

void direction::set_limit(std::optional<std::uint64_t> bytes) {
    limit_ = bytes;
    await_readable();
}

void direction::source_failed() {
    if (stopped_ || rst_added_) return;
    source_ended_ = true;
    rst_added_ = true;
    line_.add_end(delay_line::ending::rst, clock::now());
    pump();
}

void direction::stop() {
    stopped_ = true;
    line_.clear();
    timer_.cancel();
}

std::size_t direction::may_read() const {
    const std::uint64_t allowed = limit_ ? *limit_ - read_ : unlimited;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(allowed, std::min(scratch_.size(), line_.room())));
}

void direction::await_readable() {
    if (stopped_ || reading_ || source_ended_ || may_read() == 0) return;
    reading_ = true;
    source_.async_wait(tcp::socket::wait_read,
                       [this, kept = owner_.shared_from_this()](const error_code& error) {
                           reading_ = false;
                           if (!error && !stopped_) on_readable();
                       });
}

void direction::on_readable() {
    for (int i = 0; i < reads_in_a_row && !source_ended_ && may_read() > 0; ++i) {
        error_code error;
        const std::size_t size =
            source_.read_some(asio::buffer(scratch_.data(), may_read()), error);
        if (error == asio::error::would_block) break;
        if (error) {
            read_ended(error);
            return;
        }
        read_ += size;
        take(size);
        if (stopped_) return;
    }
    await_readable();
}

void direction::read_ended(const error_code& error) {
    const bool with_rst = error != asio::error::eof;
    source_ended_ = true;
    owner_.ended_by_source(way_);
    if (stopped_ || rst_added_) return;
    rst_added_ = with_rst;
    line_.add_end(with_rst ? delay_line::ending::rst : delay_line::ending::fin, clock::now());
    pump();
}

// The first `size` bytes of the scratch go to the sink or into the line.
void direction::take(std::size_t size) {
    std::size_t past = 0;
    if (line_.may_be_passed()) {
        error_code error;
        past = sink_.write_some(asio::buffer(scratch_.data(), size), error);
        if (error && error != asio::error::would_block) {
            owner_.sink_broken(way_);
            return;
        }
    }
    if (past < size) line_.add(scratch_.data() + past, size - past, clock::now());
    if (past > 0) count(past);
    if (!stopped_) pump();
}

void direction::count(std::size_t size) {
    passed_ += size;
    owner_.passed(way_, size);
    if (limit_ && passed_ == *limit_) owner_.limit_reached(way_);
}

// Writes what has arrived at its time.
void direction::pump() {
    while (!stopped_ && !writing_ && !line_.empty() && line_.front().due <= clock::now()) {
        if (line_.front().end != delay_line::ending::none)
            deliver_end();
        else if (!write_front())
            break;
    }
    if (stopped_) return;
    arm_timer();
    await_readable();
}

bool direction::write_front() {
    const delay_line::piece& piece = line_.front();
    error_code error;
    const std::size_t size = sink_.write_some(
        asio::buffer(piece.bytes.data() + piece.written, piece.bytes.size() - piece.written),
        error);
    if (error == asio::error::would_block) {
        await_writable();
        return false;
    }
    if (error) {
        owner_.sink_broken(way_);
        return false;
    }
    line_.written(size);
    count(size);
    return true;
}

void direction::deliver_end() {
    const delay_line::ending end = line_.front().end;
    line_.remove_end();
    if (end == delay_line::ending::fin) {
        error_code ignored;
        sink_.shutdown(tcp::socket::shutdown_send, ignored);
    }
    owner_.end_delivered(end);
}

void direction::await_writable() {
    writing_ = true;
    sink_.async_wait(tcp::socket::wait_write,
                     [this, kept = owner_.shared_from_this()](const error_code& error) {
                         writing_ = false;
                         if (!error && !stopped_) pump();
                     });
}

void direction::arm_timer() {
    if (timing_ || writing_ || line_.empty()) return;
    timing_ = true;
    timer_.expires_at(line_.front().due);
    timer_.async_wait([this, kept = owner_.shared_from_this()](const error_code& error) {
        timing_ = false;
        if (!error && !stopped_) pump();
    });
}

} // namespace chaos
