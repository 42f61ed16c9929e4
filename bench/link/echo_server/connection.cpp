#include "connection.hpp"

#include <cstring>

#include "opening.hpp"

namespace bench {

namespace {

constexpr std::string_view protocol_error = "\x88\x02\x03\xea"; // Close, 1002

} // namespace

bool connection::on_ready(std::vector<char>& buffer) {
    if (!transport_->flush()) return false;
    do {
        if (transport_->blocked()) return true;
        std::memcpy(buffer.data(), rest_.data(), rest_.size());
        const std::size_t room = buffer.size() - rest_.size();
        const ssize_t got = transport_->read(buffer.data() + rest_.size(), room);
        if (got < 0) return false;
        if (got > 0 && !take(buffer, rest_.size() + static_cast<std::size_t>(got))) return false;
    } while (transport_->has_more());
    return true;
}

bool connection::take(std::vector<char>& buffer, std::size_t size) {
    char* data = buffer.data();
    if (phase_ == phase::opening) {
        const opening found = read_opening({data, size});
        if (found.what == opening::state::incomplete) {
            rest_.assign(data, size);
            return true;
        }
        rest_.clear();
        if (!transport_->write(found.answer.data(), found.answer.size())) return false;
        if (found.what == opening::state::refused) return finish();
        phase_ = phase::open;
        book_.connected();
        data += found.size;
        size -= found.size;
    }
    // After the last answer the client's last bytes are read and thrown away: closing with unread
    // bytes would reset the connection and might take the answer with it.
    return phase_ == phase::finishing || size == 0 || echo(data, size);
}

bool connection::echo(char* data, std::size_t size) {
    const frame_echo::outcome done = echo_.answer(data, size);
    if (done.what == frame_echo::next::cut) {
        transport_->reset_at_close();
        book_.cut();
        return false;
    }
    rest_.assign(data + done.taken, size - done.taken);
    if (done.answers > 0 && !transport_->write(data, done.answers)) return false;
    if (done.what == frame_echo::next::go_on) return true;
    if (done.what == frame_echo::next::broken &&
        !transport_->write(protocol_error.data(), protocol_error.size()))
        return false;
    return finish();
}

bool connection::finish() {
    phase_ = phase::finishing;
    rest_.clear();
    // A client that does not read even the last answer is not worth waiting for.
    if (transport_->blocked()) return false;
    transport_->finish();
    return true;
}

} // namespace bench
