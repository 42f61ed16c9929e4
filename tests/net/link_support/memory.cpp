#include "net/link_support/memory.hpp"

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::atomic<std::size_t> live{0};
std::atomic<std::size_t> peak{0};

void* try_allocate(std::size_t size) noexcept {
    void* at = std::malloc(size);
    if (!at) return nullptr;
    const std::size_t now = live += ::malloc_usable_size(at);
    std::size_t most = peak;
    while (now > most && !peak.compare_exchange_weak(most, now)) {
    }
    return at;
}

void* allocate(std::size_t size) {
    void* at = try_allocate(size);
    if (!at) throw std::bad_alloc();
    return at;
}

void release(void* at) noexcept {
    if (!at) return;
    live -= ::malloc_usable_size(at);
    std::free(at);
}

} // namespace

namespace resock::test {

memory_mark::memory_mark()
    : before_(live) {
    peak = before_;
}

std::size_t memory_mark::worst() const {
    const std::size_t most = peak;
    return most > before_ ? most - before_ : 0;
}

} // namespace resock::test

void* operator new(std::size_t size) {
    return allocate(size);
}
void* operator new[](std::size_t size) {
    return allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return try_allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return try_allocate(size);
}
void operator delete(void* at) noexcept {
    release(at);
}
void operator delete[](void* at) noexcept {
    release(at);
}
void operator delete(void* at, std::size_t) noexcept {
    release(at);
}
void operator delete[](void* at, std::size_t) noexcept {
    release(at);
}
void operator delete(void* at, const std::nothrow_t&) noexcept {
    release(at);
}
void operator delete[](void* at, const std::nothrow_t&) noexcept {
    release(at);
}
