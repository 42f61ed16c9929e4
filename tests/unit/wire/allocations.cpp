#include "allocations.hpp"

#include <cstdlib>
#include <new>

namespace {

resock::test::allocations counted;

// Ahead of each block stands its size; the block keeps the alignment that new promises.
constexpr std::size_t ahead = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

// Null where there is no memory.
void* try_allocate(std::size_t size) noexcept {
    auto* block = static_cast<char*>(std::malloc(size + ahead));
    if (!block) return nullptr;
    *reinterpret_cast<std::size_t*>(block) = size;
    ++counted.count;
    counted.live += size;
    if (counted.live > counted.peak) counted.peak = counted.live;
    return block + ahead;
}

void* allocate(std::size_t size) {
    void* at = try_allocate(size);
    if (!at) throw std::bad_alloc();
    return at;
}

void release(void* at) noexcept {
    if (!at) return;
    char* block = static_cast<char*>(at) - ahead;
    counted.live -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
}

} // namespace

namespace resock::test {

allocations allocated() {
    return counted;
}
void reset_allocations() {
    counted = {};
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
