// What the application is told of a disconnect or a failed attempt (failures.md, "The record").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "policy/failure.hpp"
#include "policy/verdict.hpp"

namespace resock::policy {

struct disconnect_record {
    policy::layer layer = layer::local;
    policy::culprit culprit = culprit::us;
    policy::cause cause = cause::none;
    std::uint16_t close_code = 0; // 0 before the connection is open
    std::string close_reason;
    bool closed_by_us = false;
    int http_status = 0;
    int sys_errno = 0;
    std::string detail; // as failure::detail
    std::string host;
    duration up = duration::zero(); // zero: never opened
    std::optional<duration> rtt;    // last seen
    std::optional<duration> since_last_byte;
    policy::verdict verdict = verdict::backoff;
    std::optional<duration> delay; // until the next attempt; empty: there is none
    std::uint64_t attempt = 0;     // of the row, as backoff::attempt()
    std::uint64_t connection = 0;
    bool accepted = false;       // of a connection that the peer had made to us: nothing to retry
    bool limits_reached = false; // reconnect.attempts or reconnect.total are used up
    std::optional<std::uint64_t> message_id; // the message that 1003, 1007 or 1009 is about
    std::string why;                         // explain()
};

// The facts and the judgement in a record; times, counts, delay and `why` are the link's to add.
disconnect_record make_record(const failure&, const judgement&);

// One sentence that a person can act on: what happened and where, what we do now and when, and
// what would help. "certificate of example.org expired on 2026-10-01; not retried: renew it or set
// tls.ca_file". One line of UTF-8; text of the peer is stripped of control characters.
std::string explain(const disconnect_record&, const judgement&);

} // namespace resock::policy
