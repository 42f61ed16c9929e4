#include "base/block.hpp"

#include <algorithm>
#include <atomic>
#include <new>

namespace resock {

namespace {

constexpr std::size_t alignment = 8;
constexpr std::size_t share_of_chunk = 8; // a block that is larger than this part stands alone

} // namespace

// While the source cuts from a chunk it holds far more claims than there can be blocks, so that
// cutting need not touch what others count down; what it did not hand out it gives back at the end.
struct block_source::chunk {
    static constexpr std::uint32_t claims_of_source = 1u << 31;
    alignas(alignment) std::atomic<std::uint32_t> claims{claims_of_source};

    void drop(std::uint32_t count) noexcept {
        if (claims.fetch_sub(count, std::memory_order_acq_rel) == count) {
            this->~chunk();
            ::operator delete(this);
        }
    }
};

namespace {

// Stands before each block.
struct prefix {
    void* shared; // the chunk; null where the block stands alone
};
static_assert(sizeof(prefix) == block_overhead && block_overhead == alignment);

constexpr std::size_t first_block = alignment; // behind the chunk's own count

prefix* prefix_of(void* block) {
    return static_cast<prefix*>(block) - 1;
}

} // namespace

void* new_block(std::size_t size) {
    if (size > SIZE_MAX - sizeof(prefix)) throw std::bad_alloc();
    return new (::operator new(sizeof(prefix) + size)) prefix{nullptr} + 1;
}

void free_block(void* block) noexcept {
    if (block == nullptr) return;
    prefix* const before = prefix_of(block);
    if (before->shared == nullptr)
        ::operator delete(before);
    else
        static_cast<block_source::chunk*>(before->shared)->drop(1);
}

block_source::block_source(std::size_t largest_chunk)
    : largest_(largest_chunk) {
}

void block_source::swap(block_source& other) noexcept {
    std::swap(largest_, other.largest_);
    std::swap(next_size_, other.next_size_);
    std::swap(current_, other.current_);
    std::swap(size_, other.size_);
    std::swap(used_, other.used_);
    std::swap(taken_, other.taken_);
}

void* block_source::take(std::size_t size) {
    if (largest_ == 0 || size > largest_ / share_of_chunk) return new_block(size);
    return cut(sizeof(prefix) + (size + alignment - 1) / alignment * alignment);
}

void* block_source::cut(std::size_t size) {
    if (size_ - used_ < size && !rewind()) grow(size);
    char* const at = reinterpret_cast<char*>(current_) + used_;
    used_ += size;
    ++taken_;
    return new (at) prefix{current_} + 1;
}

// A chunk whose blocks have all come back is used once more.
bool block_source::rewind() {
    if (size_ != largest_ || current_->claims != chunk::claims_of_source - taken_) return false;
    current_->claims = chunk::claims_of_source;
    used_ = first_block;
    taken_ = 0;
    return true;
}

void block_source::grow(std::size_t size) {
    const std::size_t wanted = std::min(std::max(next_size_, first_block + size), largest_);
    void* const memory = ::operator new(wanted);
    release();
    current_ = new (memory) chunk;
    size_ = wanted;
    used_ = first_block;
    next_size_ = std::min(2 * wanted, largest_);
}

void block_source::release() noexcept {
    if (current_ != nullptr) current_->drop(chunk::claims_of_source - taken_);
    current_ = nullptr;
    size_ = used_ = taken_ = 0;
    next_size_ = smallest_chunk;
}

} // namespace resock
