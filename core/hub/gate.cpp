#include "hub/gate.hpp"

#include <algorithm>
#include <sys/socket.h>
#include <utility>

#include "hub/listener.hpp"

namespace resock::hub {

namespace {

// An excess connection is told so, or given up, within this time.
constexpr duration excess_timeout = std::chrono::seconds(2);

} // namespace

gate::gate(std::weak_ptr<listener> of, std::shared_ptr<net::io_worker> worker)
    : listener_(std::move(of))
    , worker_(std::move(worker)) {
}

void gate::open(std::vector<net::bound_socket> sockets) {
    if (aborted_ || closed_) return; // ended before its turn came
    for (net::bound_socket& each : sockets) {
        acceptors_.push_back(
            std::make_shared<net::acceptor>(*worker_->io, std::move(each), shared_from_this()));
        acceptors_.back()->start();
    }
}

bool gate::close() {
    if (std::exchange(closed_, true)) return false;
    for (const auto& each : acceptors_)
        each->close();
    acceptors_.clear();
    return true;
}

void gate::hurry(duration within) {
    for (const auto& [key, each] : openings_)
        each->hurry(within);
    const auto all = greeters_; // end() tells, which changes it
    for (const auto& [key, each] : all)
        each.greeter->end(4503, "the server is draining");
}

void gate::abort() {
    aborted_ = true;
    close();
    const auto all = std::exchange(openings_, {});
    for (const auto& [key, each] : all)
        each->cancel();
    const auto greeting = std::exchange(greeters_, {});
    for (const auto& [key, each] : greeting)
        each.greeter->cancel();
}

void gate::greet(const std::shared_ptr<net::opening>& made) {
    const auto owner = listener_.lock();
    if (!owner) return made->cancel();
    const auto greeter =
        std::make_shared<net::greeter>(*worker_->io, shared_from_this(), made->slot());
    greeters_[greeter.get()] = {greeter, {made->request(), made->address(), made->tls()}};
    const auto& extra = owner->settings().accepted_session->machine.headers;
    made->accept(wire::switching_protocols(made->request(), session_subprotocol, extra), greeter);
}

void gate::greeted(net::greeter& who, net::greeting greeting) {
    auto found = greeters_.extract(&who);
    const auto owner = listener_.lock();
    if (!owner || found.empty()) return;
    owner->greeted(std::move(greeting), std::move(found.mapped().from), worker_);
}

void gate::ungreeted(net::greeter& who, std::uint16_t code, const std::string& why) {
    const auto found = greeters_.extract(&who);
    const auto owner = listener_.lock();
    if (owner && !found.empty()) owner->note_refused(found.mapped().from.address, code, why);
}

void gate::accepted(net::accepted_socket socket, const listen_address& at) {
    const auto owner = listener_.lock();
    if (!owner) return;
    try {
        begin(*owner, std::move(socket), at);
    } catch (const std::exception& wrong) { // out of memory or descriptors: this one goes
        owner->note_dropped(wrong.what());
    }
}

void gate::begin(listener& owner, net::accepted_socket socket, const listen_address& at) {
    const admission::entry entry = owner.enter(socket.ip);
    if (entry.outcome == admission::outcome::drop) {
        owner.note_dropped("more connections than listen.connections allows, and than can be told "
                           "so");
        return;
    }
    net::opening_limits limits = owner.settings().opening;
    const bool excess = entry.outcome != admission::outcome::pass;
    if (excess) limits.timeout = std::min(limits.timeout, excess_timeout);
    const auto made = std::make_shared<net::opening>(*worker_->io, std::move(socket), limits,
                                                     at.secure() ? owner.tls() : nullptr,
                                                     shared_from_this(), entry.slot);
    if (excess) made->excess = owner.refusal_of(entry.outcome);
    openings_.emplace(made.get(), made);
    made->start();
}

// Where not even a request can be read any more: the answer that every client understands.
void gate::exhausted(net::descriptor fd, const listen_address& at, int sys_errno) {
    const auto owner = listener_.lock();
    if (!owner) return;
    owner->note_exhausted(sys_errno);
    if (fd.get() < 0 || at.secure()) return; // plain HTTP would mean nothing to a TLS client
    const std::string answer = owner->exhausted_answer();
    [[maybe_unused]] const auto sent =
        ::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void gate::requested(const std::shared_ptr<net::opening>& made) {
    if (const auto owner = listener_.lock()) return owner->requested(made, worker_);
    made->cancel();
}

void gate::failed(const net::opening& gone, int status, const std::string& why) {
    if (const auto owner = listener_.lock()) owner->note_refused(gone.address(), status, why);
}

void gate::unanswered(const std::shared_ptr<net::opening>& waiting) {
    if (const auto owner = listener_.lock()) return owner->unanswered(waiting);
    waiting->cancel();
}

void gate::over(const net::opening& gone) {
    openings_.erase(&gone);
}

} // namespace resock::hub
