// Handles of the C ABI: keys in opaque pointers (kind, fork epoch, generation, slot), never
// addresses. A key is looked up at each call; a null, foreign or freed one is told, never followed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "base/error.hpp"

namespace resock::hub {

// The value of an opaque pointer. 0 is never a key.
using handle_key = std::uintptr_t;
static_assert(sizeof(handle_key) == 8, "keys need 64 bits");

// In the top four bits of a key: no key is a small integer or an address of user space, and keys
// of two kinds are never equal.
enum class handle_kind : std::uint8_t { options = 9, hub = 10, link = 11, listener = 12 };

// How often this process is the child of a fork() of one that had loaded the library. Raised by a
// handler of pthread_atfork; a read is one relaxed load. Not seen: clone() and _Fork(), which run
// no handlers.
std::uint64_t fork_epoch();

namespace detail {

inline constexpr unsigned slot_bits = 20;
inline constexpr unsigned generation_bits = 28;
inline constexpr unsigned epoch_bits = 12;

struct key_parts {
    std::uint64_t kind, epoch, generation, slot;
};
constexpr handle_key join(const key_parts& parts) {
    return parts.kind << 60 | parts.epoch << (slot_bits + generation_bits) |
           parts.generation << slot_bits | parts.slot;
}
constexpr key_parts split(handle_key key) {
    const auto low = [](std::uint64_t value, unsigned bits) {
        return value & ((std::uint64_t{1} << bits) - 1);
    };
    return {key >> 60, low(key >> (slot_bits + generation_bits), epoch_bits),
            low(key >> slot_bits, generation_bits), low(key, slot_bits)};
}

} // namespace detail

struct handle_limits {
    std::uint32_t slots = 1u << detail::slot_bits; // handles alive at the same time
    std::uint64_t generations = std::uint64_t{1} << detail::generation_bits; // uses of one slot
};

// All handles of one kind. Constant-initialised and trivially destructible, so that it can be a
// static without a guard (which a fork could leave locked) and without a destructor at exit. Any
// thread. After a fork the child begins an empty table; its parent's objects are left alone there.
template<class T>
class handle_table {
  public:
    constexpr explicit handle_table(handle_kind kind, handle_limits limits = {})
        : kind_(kind)
        , limits_(limits) {}
    handle_table(const handle_table&) = delete;
    handle_table& operator=(const handle_table&) = delete;

    // A key that was never used before. Throws error(status::no_memory) where all slots are taken,
    // error(status::forked) where forks are nested deeper than a key can tell.
    handle_key insert(std::shared_ptr<T> object);
    // The object; null where the key is null, of another kind, never given or freed. Throws
    // error(status::forked) for a key of the parent process. Takes no lock but a bit of this slot.
    std::shared_ptr<T> pin(handle_key key) const;
    // As pin(), and the key is freed. Of several callers one gets the object.
    std::shared_ptr<T> remove(handle_key key);
    // Handles alive in this process.
    std::size_t size() const;

  private:
    // slot::word is generation << 2 | alive | locked.
    static constexpr std::uint64_t locked = 1;
    static constexpr std::uint64_t alive = 2;
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::uint32_t chunk_slots = 1024;
    static constexpr std::uint32_t max_chunks = (1u << detail::slot_bits) / chunk_slots;

    struct slot {
        std::atomic<std::uint64_t> word{0};
        std::shared_ptr<T> object;
        std::uint32_t next_free = none;
    };
    // Everything of one process. A child leaves its parent's behind: a lock may be held in it.
    struct process_state {
        process_state(std::uint64_t of, process_state* from)
            : epoch(of)
            , inherited(from) {}
        const std::uint64_t epoch;
        process_state* const inherited; // of the parent; reachable, so that no leak is reported
        std::mutex mutex;               // of what follows but the chunks' slots
        std::uint32_t used = 0;
        std::uint32_t first_free = none;
        std::size_t count = 0;
        std::array<std::atomic<slot*>, max_chunks> chunks{};
    };

    process_state& own_state();
    std::uint32_t take_slot(process_state&) const;
    slot& slot_at(process_state&, std::uint32_t index) const;
    // The state and slot that `key` names, null where there can be none.
    std::pair<process_state*, slot*> find(handle_key key) const;
    static bool lock(slot&, std::uint64_t generation);

    const handle_kind kind_;
    const handle_limits limits_;
    std::atomic<process_state*> state_{nullptr};
};

template<class T>
typename handle_table<T>::process_state& handle_table<T>::own_state() {
    const std::uint64_t epoch = fork_epoch();
    if (epoch >= std::uint64_t{1} << detail::epoch_bits) {
        throw error(status::forked, "forks are nested deeper than " +
                                        std::to_string(1u << detail::epoch_bits) +
                                        "; start a new program (exec) to use the library");
    }
    process_state* current = state_.load(std::memory_order_acquire);
    if (current && current->epoch == epoch) return *current;
    auto made = std::make_unique<process_state>(epoch, current);
    if (state_.compare_exchange_strong(current, made.get(), std::memory_order_acq_rel)) {
        return *made.release();
    }
    return *current; // another thread of this process was first
}

template<class T>
typename handle_table<T>::slot& handle_table<T>::slot_at(process_state& state,
                                                         std::uint32_t index) const {
    return state.chunks[index / chunk_slots].load(std::memory_order_acquire)[index % chunk_slots];
}

// With the mutex held.
template<class T>
std::uint32_t handle_table<T>::take_slot(process_state& state) const {
    if (state.first_free != none) {
        const std::uint32_t index = state.first_free;
        state.first_free = slot_at(state, index).next_free;
        return index;
    }
    if (state.used >= limits_.slots) {
        throw error(status::no_memory, "all " + std::to_string(limits_.slots) +
                                           " handles of this kind are in use; free some");
    }
    if (state.used % chunk_slots == 0) {
        state.chunks[state.used / chunk_slots].store(new slot[chunk_slots],
                                                     std::memory_order_release);
    }
    return state.used++;
}

template<class T>
handle_key handle_table<T>::insert(std::shared_ptr<T> object) {
    process_state& state = own_state();
    const std::lock_guard guard(state.mutex);
    const std::uint32_t index = take_slot(state);
    slot& taken = slot_at(state, index);
    const std::uint64_t generation = taken.word.load(std::memory_order_relaxed) >> 2;
    taken.object = std::move(object);
    taken.word.store(generation << 2 | alive, std::memory_order_release);
    ++state.count;
    return detail::join({static_cast<std::uint64_t>(kind_), state.epoch, generation, index});
}

template<class T>
std::pair<typename handle_table<T>::process_state*, typename handle_table<T>::slot*>
handle_table<T>::find(handle_key key) const {
    const detail::key_parts parts = detail::split(key);
    if (parts.kind != static_cast<std::uint64_t>(kind_)) return {};
    const std::uint64_t epoch = fork_epoch();
    if (parts.epoch < epoch) {
        throw error(status::forked, "this handle was made before fork(), which the child process "
                                    "cannot use; make new ones in the child");
    }
    process_state* state = state_.load(std::memory_order_acquire);
    if (!state || state->epoch != parts.epoch) return {};
    slot* chunk = state->chunks[parts.slot / chunk_slots].load(std::memory_order_acquire);
    return chunk ? std::pair(state, chunk + parts.slot % chunk_slots) : std::pair(state, chunk);
}

// The slot's lock is held for the copy of a shared_ptr only; a waiter lets others run.
template<class T>
bool handle_table<T>::lock(slot& at, std::uint64_t generation) {
    const std::uint64_t open = generation << 2 | alive;
    for (unsigned tries = 0;; ++tries) {
        std::uint64_t seen = open;
        if (at.word.compare_exchange_weak(seen, open | locked, std::memory_order_acquire,
                                          std::memory_order_relaxed)) {
            return true;
        }
        if ((seen | locked) != (open | locked)) return false;
        if (tries % 64 == 63) std::this_thread::yield();
    }
}

template<class T>
std::shared_ptr<T> handle_table<T>::pin(handle_key key) const {
    slot* const at = find(key).second;
    const std::uint64_t generation = detail::split(key).generation;
    if (!at || !lock(*at, generation)) return nullptr;
    std::shared_ptr<T> object = at->object;
    at->word.store(generation << 2 | alive, std::memory_order_release);
    return object;
}

template<class T>
std::shared_ptr<T> handle_table<T>::remove(handle_key key) {
    const auto [state, at] = find(key);
    const detail::key_parts parts = detail::split(key);
    if (!at || !lock(*at, parts.generation)) return nullptr;
    std::shared_ptr<T> object = std::move(at->object);
    at->object = nullptr;
    at->word.store((parts.generation + 1) << 2, std::memory_order_release);
    const std::lock_guard guard(state->mutex);
    --state->count;
    // A slot whose generation would come round again is retired.
    if (parts.generation + 1 < limits_.generations) {
        at->next_free = state->first_free;
        state->first_free = static_cast<std::uint32_t>(parts.slot);
    }
    return object;
}

template<class T>
std::size_t handle_table<T>::size() const {
    process_state* state = state_.load(std::memory_order_acquire);
    if (!state || state->epoch != fork_epoch()) return 0;
    const std::lock_guard guard(state->mutex);
    return state->count;
}

} // namespace resock::hub
