#include "net/resolver.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>

#include "net/per_process.hpp"

namespace resock::net {
namespace {

namespace asio = boost::asio;
using handler_slot = std::function<void(resolved)>;

// Questions waiting for a thread; above it the answer is EAI_AGAIN at once.
constexpr std::size_t max_waiting = 4096;
// Addresses taken from one answer.
constexpr std::size_t max_endpoints = 32;

// Holds nothing of its asker alive: the asker may be gone long before a hanging lookup ends.
struct question {
    lookup look;
    std::string host;
    std::uint16_t port = 0;
    std::weak_ptr<asio::io_context> io;
    std::weak_ptr<handler_slot> slot;
};

struct pool {
    std::mutex mutex;
    std::deque<question> waiting;
    std::size_t threads = 0;
};
per_process<pool> pool_of_process;

resolved failed(int error, std::string detail) {
    resolved answer;
    answer.error = error;
    answer.detail = std::move(detail);
    return answer;
}

void deliver(const question& asked, resolved answer) {
    const auto io = asked.io.lock();
    if (!io) return;
    // The slot is locked on the I/O thread only: its handler must not be destroyed on another.
    asio::post(*io, [slot = asked.slot, answer = std::move(answer)]() mutable {
        if (const auto held = slot.lock()) {
            const handler_slot handler = std::move(*held);
            handler(std::move(answer));
        }
    });
}

resolved answer_of(const question& asked) noexcept {
    try {
        return asked.look(asked.host, asked.port);
    } catch (...) {
        resolved answer;
        answer.error = EAI_FAIL;
        return answer;
    }
}

// Runs until nothing waits: an idle process keeps no thread.
void work(pool& shared) {
    for (;;) {
        question asked;
        {
            const std::lock_guard lock(shared.mutex);
            if (shared.waiting.empty()) {
                --shared.threads;
                return;
            }
            asked = std::move(shared.waiting.front());
            shared.waiting.pop_front();
        }
        if (asked.slot.expired()) continue;
        deliver(asked, answer_of(asked));
    }
}

// A detached thread that takes no signal of the application's. Throws std::system_error.
void start_thread(pool& shared) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread([&shared] { work(shared); }).detach();
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// False where no thread can be had; nothing waits then. The pool's lock is held.
bool ensure_thread(pool& shared) {
    if (shared.threads == resolver::max_threads) return true;
    try {
        start_thread(shared);
        ++shared.threads;
    } catch (const std::system_error&) {
        return shared.threads > 0;
    }
    return true;
}

// Empty, or why the question cannot be asked.
std::string enqueue(question asked) {
    pool& shared = pool_of_process.get();
    const std::lock_guard lock(shared.mutex);
    if (shared.waiting.size() >= max_waiting)
        std::erase_if(shared.waiting, [](const question& old) { return old.slot.expired(); });
    if (shared.waiting.size() >= max_waiting)
        return "more than " + std::to_string(max_waiting) + " name lookups are waiting";
    shared.waiting.push_back(std::move(asked));
    if (ensure_thread(shared)) return {};
    shared.waiting.pop_back();
    return "no thread for the name lookup can be started (limit of the process or memory)";
}

bool literal_address(const std::string& host, std::uint16_t port, resolved& answer) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) return false;
    answer.endpoints.emplace_back(address, port);
    return true;
}

} // namespace

policy::cause lookup_cause(int gai_error) {
    bool unknown = gai_error == EAI_NONAME;
#if defined(EAI_NODATA)
    unknown = unknown || gai_error == EAI_NODATA;
#endif
    return unknown ? policy::cause::dns_unknown : policy::cause::dns_temporary;
}

resolved system_lookup(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    errno = 0;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (error != 0) {
        resolved answer = failed(error, ::gai_strerror(error));
        if (error == EAI_SYSTEM) {
            answer.sys_errno = errno;
            answer.detail = std::generic_category().message(answer.sys_errno);
        }
        return answer;
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, ::freeaddrinfo);
    resolved answer;
    for (const addrinfo* at = list; at && answer.endpoints.size() < max_endpoints;
         at = at->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
        if (at->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
        endpoint.resize(at->ai_addrlen);
        answer.endpoints.push_back(endpoint);
    }
    if (answer.endpoints.empty()) return failed(EAI_NONAME, "the name has no address");
    return answer;
}

resolver::resolver(lookup look)
    : lookup_(std::move(look)) {
}

std::shared_ptr<void> resolver::resolve(std::shared_ptr<asio::io_context> io,
                                        const std::string& host, std::uint16_t port,
                                        std::function<void(resolved)> handler) {
    auto slot = std::make_shared<handler_slot>(std::move(handler));
    question asked{lookup_, host, port, io, slot};
    resolved answer;
    if (literal_address(host, port, answer)) {
        deliver(asked, std::move(answer));
    } else if (std::string refused = enqueue(asked); !refused.empty()) {
        deliver(asked, failed(EAI_AGAIN, std::move(refused)));
    }
    return slot;
}

} // namespace resock::net
