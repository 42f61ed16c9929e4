// One link as Python sees it: messages and news that the hub's reader has brought and nobody has
// taken yet. The GIL guards all of it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/stl.h>

#include "object.hpp"
#include "receipt.hpp"

namespace resock::python {

class pump;
class message;

// Above this many waiting messages or bytes the link is held (resock_link_hold): its own queue in
// the library fills, and then the peer's. At half of it it goes on.
inline constexpr std::size_t hold_messages = 1000;
inline constexpr std::size_t hold_bytes = 1u << 20;
// A send of more than this lets go of the GIL while it is copied.
inline constexpr std::size_t large_bytes = 64u << 10;

inline constexpr const char* not_opened = "this link was not opened: use resock.connect(...)";

using option_texts = std::vector<std::pair<std::string, py::object>>; // str, or bytes
// Options of a scope; throws a Python exception that names what is wrong.
options make_options(scope, const option_texts&);
// Throws likewise; `of` is "hub", "link" or "listener".
void check_options(const std::string& of, const option_texts&);

class link {
  public:
    explicit link(bool blocking)
        : blocking_(blocking) {}
    ~link();
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    // `self` is the Python object of this link, which owns it.
    void open(py::handle self, std::shared_ptr<pump>, const option_texts&,
              std::uint32_t final_level);
    void adopt(py::handle self, std::shared_ptr<pump>, v1::link, std::uint64_t key,
               std::uint32_t final_level, bool manual);
    // Frees it; nobody is told anything any more.
    void abort();

    // A receipt; null without an exception where the queue is full (QUEUE_FULL).
    PyObject* send(PyObject* data, std::uint32_t flags, std::uint32_t ttl_ms);
    // The next message, as str, bytes or Message; null without an exception where there is none.
    PyObject* take(bool whole);
    // Up to `most` of them, as str or bytes.
    py::list take_many(std::size_t most);
    bool has_messages() const { return !messages_.empty(); }
    // Everything that take() gave is done with.
    void finish_taken();

    // Of asyncio: whose futures are waited for.
    void set_loop(py::object loop) { loop_ = std::move(loop); }
    // A new one; null with an exception.
    PyObject* make_future();
    // A future that is woken by the next message, CLOSED, or abort().
    void set_receiver(py::object future);
    // Unless it is another's.
    void unset_receiver(PyObject* future);
    bool has_receiver() const { return static_cast<bool>(receiver_); }
    // Likewise by the end of QUEUE_FULL.
    void set_sender(py::object future) { sender_ = std::move(future); }
    bool is_full() const { return full_; }
    // Likewise once message `id` has reached `level` or can do so no more.
    void add_waiter(std::uint32_t level, std::uint64_t id, py::object future);
    // Likewise by the next CONFIRMED or FAILED.
    void add_news(py::object future) { news_.push_back(std::move(future)); }
    // Those are waited for no more; twice does nothing.
    void remove_waiter(std::uint32_t level, std::uint64_t id, py::handle future);
    void remove_news(py::handle future);
    // Everything accepted has reached that level or failed; asks the peer at once where not.
    bool flushed(std::uint32_t level);
    // Sends from the front of `messages` on, behind the receipts that there are already.
    void send_many(const py::sequence& messages, py::list& receipts, std::uint32_t flags,
                   std::uint32_t ttl_ms);
    // The event loop that runs now is that of set_loop().
    bool is_in_its_loop() const;
    // Nothing happens any more.
    bool is_over() const { return over_; }
    bool is_manual() const { return manual_; } // session.done=manual

    std::uint64_t through(std::uint32_t level) const { return through_[level]; }
    std::uint64_t through_checked(std::uint32_t level) const { return through_.at(level); }
    receipt_book& receipts() { return receipts_; }
    std::uint32_t final_level() const { return final_level_; }
    v1::link& handle() { return handle_; } // empty: aborted, or never opened
    v1::link& open_handle();               // throws the Python exception where it is empty
    PyObject* self() const { return self_; }
    const std::shared_ptr<pump>& reader() const { return pump_; } // null: aborted
    // CONFIRMED events are given to Python, too.
    void tell_confirmed(bool on) { tells_confirmed_ = on; }
    // After close(): what nobody takes any more does not hold up CLOSED.
    void closing();

    void on_event(event_ptr); // the pump's
    int traverse(visitproc visit, void* arg);
    void clear();

  private:
    void on_message(event_ptr);
    void on_confirmed(const resock_event*);
    void on_failed(const resock_event*);
    void on_control(const resock_event*);
    void attach(py::handle self, std::shared_ptr<pump>, std::uint32_t final_level);
    PyObject* hand_out(bool whole);
    PyObject* send_bytes(const char* data, std::size_t size, std::uint32_t flags,
                         std::uint32_t ttl_ms);
    PyObject* refused(std::int32_t status, const std::string& text, std::uint64_t writable_seen);
    void wake_all();
    void wake_news();
    void hold(bool on);

    const bool blocking_;
    PyObject* self_ = nullptr; // borrowed: it owns this
    std::shared_ptr<pump> pump_;
    v1::link handle_;
    std::uint64_t key_ = 0; // by which the pump knows it
    std::uint32_t final_level_ = RESOCK_LEVEL_RECEIVED;

    bool opening_ = false;         // handle_ is not there yet
    std::vector<event_ptr> early_; // what was told meanwhile, through another thread
    std::deque<event_ptr> messages_;
    std::size_t bytes_ = 0;
    bool held_ = false;
    bool closing_ = false;
    bool manual_ = false;                         // session.done=manual
    std::vector<std::shared_ptr<message>> taken_; // of a session: done with at the next take

    std::array<std::uint64_t, 5> through_{}; // by level
    receipt_book receipts_;
    bool full_ = false;
    std::uint64_t writable_seen_ = 0;
    bool over_ = false; // CLOSED came, or it was aborted
    bool tells_confirmed_ = false;

    py::object loop_, receiver_, sender_;
    std::vector<py::object> news_;
    std::array<std::multimap<std::uint64_t, py::object>, 5> waiters_; // by level, then id
};

void register_calls(py::class_<link>& type);
void register_links(py::module_& module);

} // namespace resock::python
