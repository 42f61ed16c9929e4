// What send() returns: how far one message has come. Levels stand in the link; a receipt has its
// number, and learns from the link where the message failed.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "object.hpp"

namespace resock::python {

class link;

struct receipt {
    PyObject_HEAD PyObject* owner; // the Link, kept alive
    link* of;                      // the same
    std::uint64_t id;
    std::uint32_t reason; // RESOCK_REASON_..., 0 where it has not failed
    std::uint32_t final_level;
};

// The receipts of one link that may still learn of a failure.
class receipt_book {
  public:
    void add(receipt&);
    void remove(receipt&);
    // Messages up to this id have come to their final level: none of them can fail any more.
    void confirmed(std::uint64_t through);
    void failed(std::uint64_t first, std::uint64_t last, std::uint32_t reason);
    // A send may be told failed before its receipt exists: while one is under way failures are
    // kept for it.
    void sending(bool on);

  private:
    struct failure {
        std::uint64_t first, last;
        std::uint32_t reason;
    };
    void trim();

    std::deque<receipt*> open_; // null: nobody asks
    std::uint64_t first_ = 1;   // id of the front
    std::uint64_t through_ = 0; // what confirmed() has told
    int under_way_ = 0;
    std::vector<failure> meanwhile_;
};

// A new receipt of `owner`, in asyncio's or the blocking form; null with an exception.
PyObject* make_receipt(link& of, PyObject* owner, bool blocking, std::uint64_t id,
                       std::uint32_t final_level);
// The level that a message has reached by what its link knows; 0: none yet.
std::uint32_t level_of(const receipt&);
void register_receipts(py::module_& module);

} // namespace resock::python
