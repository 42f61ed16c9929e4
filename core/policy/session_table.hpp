// The close codes and REJECT reasons of resock.v1 (protocol §5, R16) and what each asks of a
// client. A plain link knows nothing of them: to it 4000-4999 are codes of an application.
#pragma once

#include <span>

#include "policy/verdict_table.hpp"

namespace resock::policy {

struct session_row {
    int number;
    policy::row row;
    const char* does; // what a client does: not only whether it connects, but what of its session
};

std::span<const session_row> session_close_codes();
std::span<const session_row> session_rejects();

} // namespace resock::policy
