// A growing run of bytes: written at the back, consumed at the front.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace resock {

class buffer {
  public:
    buffer() = default;
    buffer(buffer&& other) noexcept { swap(other); }
    buffer& operator=(buffer&& other) noexcept {
        buffer(std::move(other)).swap(*this);
        return *this;
    }

    std::size_t size() const { return end_ - begin_; }
    bool empty() const { return end_ == begin_; }
    std::string_view view() const { return {bytes_.get() + begin_, size()}; }
    std::size_t capacity() const { return capacity_; }

    // Room for `count` bytes behind the last; they count once commit() says so.
    char* prepare(std::size_t count) {
        if (capacity_ - end_ < count) make_room(count);
        return bytes_.get() + end_;
    }
    void commit(std::size_t count) { end_ += count; }
    void append(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(prepare(bytes.size()), bytes.data(), bytes.size());
        commit(bytes.size());
    }
    void consume(std::size_t count) {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    void clear() { begin_ = end_ = 0; }
    // Takes back what was appended behind the first `size` bytes.
    void shorten(std::size_t size) { end_ = begin_ + size; }
    // Gives the memory back: an idle link keeps no buffer.
    void release() { *this = buffer(); }
    void swap(buffer& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(capacity_, other.capacity_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
    }

  private:
    void make_room(std::size_t count) {
        const std::size_t held = size();
        std::size_t wanted = capacity_ < 512 ? 512 : capacity_;
        while (wanted - held < count)
            wanted *= 2;
        if (wanted == capacity_) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, held);
        } else {
            auto larger = std::make_unique_for_overwrite<char[]>(wanted);
            if (held) std::memcpy(larger.get(), bytes_.get() + begin_, held);
            bytes_ = std::move(larger);
            capacity_ = wanted;
        }
        begin_ = 0;
        end_ = held;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace resock
