#include "net/store/store_worker.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "net/store/saved_reader.hpp"
#include "net/store/store_channel.hpp"

namespace resock::net {

store_worker::store_worker(const store_options& options)
    : options_(options)
    , process_(::getpid())
    , file_(std::make_unique<store_file>(options)) {
    try {
        writer_ = std::make_unique<record_writer>(file_->database(), options);
    } catch (const sqlite::error& failed) {
        throw error(status::io, sentence_of(options_, failed));
    }
}

// The thread takes no signal of the application's.
void store_worker::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread_ = std::thread([self = shared_from_this()] { self->run(); });
    } catch (const std::system_error& failed) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw error(status::io, std::string("no thread for the store can be started: ") +
                                    failed.code().message());
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void store_worker::end(std::shared_ptr<store_worker> worker) {
    if (!worker->own_process()) {
        // Of the parent: its thread is not here, and closing would write into its file.
        new std::shared_ptr<store_worker>(std::move(worker));
        return;
    }
    worker->close({});
    if (std::this_thread::get_id() == worker->thread_.get_id()) {
        worker->thread_.detach();
        return;
    }
    std::unique_lock lock(worker->end_mutex_);
    const std::chrono::milliseconds longest(session_store::close_timeout_ms);
    const bool closed = worker->ended_.wait_for(lock, longest, [&] { return worker->closed_; });
    lock.unlock();
    if (closed)
        worker->thread_.join();
    else
        worker->thread_.detach();
}

bool store_worker::own_process() const {
    return ::getpid() == process_;
}

void store_worker::expect_own_process() const {
    if (!own_process())
        throw error(status::forked, "a forked process cannot use the store that its parent has "
                                    "opened; open a file of its own after fork()");
}

session_store::loaded store_worker::load() {
    const std::lock_guard lock(file_mutex_);
    if (!file_) throw error(status::closed, "the store is closed");
    try {
        return read_saved(file_->database(), std::time(nullptr));
    } catch (const sqlite::error& failed) {
        throw error(status::io, sentence_of(options_, failed));
    }
}

void store_worker::push(store_queue::job job) {
    queue_.push(std::move(job));
}

void store_worker::close(std::function<void()> closed) {
    queue_.close();
    if (!closed) return;
    {
        const std::lock_guard lock(end_mutex_);
        if (!closed_) {
            when_closed_.push_back(std::move(closed));
            return;
        }
    }
    closed();
}

void store_worker::limit_pages(std::uint32_t pages) {
    const std::lock_guard lock(file_mutex_);
    if (file_) file_->database().run("PRAGMA max_page_count=" + std::to_string(pages));
}

void store_worker::run() noexcept {
    rest();
    while (queue_.wait()) {
        store_queue::jobs batch;
        while (queue_.take(batch)) {
            write(batch);
            batch.clear();
        }
        rest();
    }
    close_file();
    std::vector<std::function<void()>> told;
    {
        const std::lock_guard lock(end_mutex_);
        closed_ = true;
        told.swap(when_closed_);
    }
    ended_.notify_all();
    for (const auto& each : told)
        each();
}

// Gives space back until something is to be written.
void store_worker::rest() {
    if (broken_ || gave_up_) return;
    try {
        bool more = true;
        while (more && queue_.idle()) {
            const std::lock_guard lock(file_mutex_);
            more = file_->shrink();
        }
    } catch (...) {
        // It is no harm to have it later, and whatever is wrong is told when records are written.
    }
}

void store_worker::write(store_queue::jobs& batch) {
    for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
        if (broken_ || gave_up_) return refuse(batch);
        const auto failed = attempt(batch);
        if (!failed) break;
        if (failed->for_good) {
            broken_ = failed->text;
            continue;
        }
        for (const auto& job : batch)
            job.channel->tell_failed(failed->text, false);
        if (!queue_.pause(pause)) {
            gave_up_ = true;
            continue;
        }
        if (failed->full) make_room();
        queue_.take(batch, store_queue::retry_factor);
    }
    // Once for each channel, with its last number.
    for (const auto& job : batch)
        job.channel->stored_through = job.through;
    for (const auto& job : batch)
        if (const auto through = std::exchange(job.channel->stored_through, 0))
            job.channel->tell_stored(through);
}

std::optional<store_worker::trouble> store_worker::attempt(const store_queue::jobs& batch) {
    const std::lock_guard lock(file_mutex_);
    try {
        transact(batch);
        return std::nullopt;
    } catch (const sqlite::error& failed) {
        writer_->roll_back();
        return trouble{sentence_of(options_, failed), !may_pass(failed),
                       failed.code() == SQLITE_FULL};
    } catch (const std::exception& failed) {
        writer_->roll_back();
        return trouble{"no memory to write '" + options_.path + "': " + failed.what(), false,
                       false};
    }
}

void store_worker::transact(const store_queue::jobs& batch) {
    const std::time_t now_unix_s = std::time(nullptr);
    file_->expect_in_place();
    writer_->begin();
    for (const auto& job : batch)
        writer_->add(job.channel->cursor, job.records, now_unix_s);
    writer_->commit();
}

// Moves the WAL into the file, so that it can be written from its beginning again.
void store_worker::make_room() {
    const std::lock_guard lock(file_mutex_);
    try {
        file_->database().run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const sqlite::error&) {
        // The next attempt says what is wrong.
    }
}

void store_worker::refuse(const store_queue::jobs& batch) {
    if (!broken_) return; // closing: it was told that they cannot be written
    for (const auto& job : batch)
        job.channel->tell_failed(*broken_, true);
}

void store_worker::close_file() {
    const std::lock_guard lock(file_mutex_);
    writer_.reset();
    file_.reset();
}

} // namespace resock::net
