// Memory of short-lived things that are made one after another and end in about the same order:
// messages. Small blocks are cut from chunks that they share, so that a message costs no allocation
// of its own; a chunk goes when the last of its blocks does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define RESOCK_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#define RESOCK_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define RESOCK_ADDRESS_SANITIZER 0
#endif

namespace resock {

// What a block costs beside its own bytes.
inline constexpr std::size_t block_overhead = 8;

// A block of at least `size` bytes, aligned to 8, that shares nothing.
void* new_block(std::size_t size);
// Gives back a block of new_block() or block_source::take(). Any thread, once; null is allowed.
void free_block(void*) noexcept;

struct block_deleter {
    void operator()(void* block) const noexcept { free_block(block); }
};

// One thread at a time may use a source; its blocks are independent of it and may outlive it.
class block_source {
  public:
    // A chunk doubles each time one is used up, between these: an almost idle source holds little,
    // a busy one allocates rarely.
    static constexpr std::size_t smallest_chunk = 512;
    // Whoever keeps a single block keeps its chunk; so this is a bound of what it costs.
    static constexpr std::size_t default_largest_chunk = 4096;

    // Blocks above an eighth of `largest_chunk` stand alone; with 0 all do.
    explicit block_source(std::size_t largest_chunk = shared_by_default);
    block_source(block_source&& other) noexcept { swap(other); }
    block_source& operator=(block_source&& other) noexcept {
        block_source(std::move(other)).swap(*this);
        return *this;
    }
    ~block_source() { release(); }

    void* take(std::size_t size);
    // Begins anew: the chunk in use goes as soon as its blocks have gone. For a source at rest.
    void release() noexcept;
    // Bytes of the chunk in use.
    std::size_t held() const { return size_; }

  private:
    struct chunk;
    friend void free_block(void*) noexcept;

#if RESOCK_ADDRESS_SANITIZER
    // Each block is one of the allocator's, which notices a use after its end.
    static constexpr std::size_t shared_by_default = 0;
#else
    static constexpr std::size_t shared_by_default = default_largest_chunk;
#endif

    void swap(block_source&) noexcept;
    void* cut(std::size_t size);
    bool rewind();
    void grow(std::size_t size);

    std::size_t largest_ = 0;
    std::size_t next_size_ = smallest_chunk;
    chunk* current_ = nullptr;
    std::size_t size_ = 0; // of it
    std::size_t used_ = 0;
    std::uint32_t taken_ = 0; // blocks cut from it
};

} // namespace resock
