#include "net/store/session_store.hpp"

#include <utility>

#include "base/error.hpp"
#include "net/store/store_channel.hpp"
#include "net/store/store_worker.hpp"

namespace resock::net {

session_store::session_store(std::shared_ptr<store_worker> worker)
    : worker_(std::move(worker)) {
}

std::shared_ptr<session_store> session_store::open(const store_options& options) {
    auto worker = std::make_shared<store_worker>(options);
    worker->start();
    return std::shared_ptr<session_store>(new session_store(std::move(worker)));
}

session_store::~session_store() {
    store_worker::end(std::move(worker_));
}

session_store::loaded session_store::load() {
    worker_->expect_own_process();
    return worker_->load();
}

std::unique_ptr<session_store::channel> session_store::open_channel(const session::sid_bytes& sid,
                                                                    store_callbacks callbacks) {
    auto state = std::make_shared<channel::state>(sid, std::move(callbacks));
    return std::unique_ptr<channel>(new channel(shared_from_this(), std::move(state)));
}

void session_store::close(std::function<void()> closed) {
    worker_->expect_own_process();
    worker_->close(std::move(closed));
}

void session_store::limit_pages(std::uint32_t pages) {
    worker_->limit_pages(pages);
}

session_store::channel::channel(std::shared_ptr<session_store> store, std::shared_ptr<state> made)
    : store_(std::move(store))
    , state_(std::move(made)) {
}

session_store::channel::~channel() {
    // In a forked child its lock may be held by a thread that is not there.
    if (store_->worker_->own_process()) state_->silence();
}

void session_store::channel::append(session::records records) {
    store_worker& worker = *store_->worker_;
    worker.expect_own_process();
    if (records.empty()) return;
    appended_ += records.size();
    worker.push({state_, std::move(records), appended_});
}

} // namespace resock::net
