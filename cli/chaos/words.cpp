#include "chaos/words.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "chaos/engine/proxy.hpp"
#include "common/time_text.hpp"

namespace cli {

namespace {

namespace json = boost::json;
using chaos::kind;
using chaos::manner;
using chaos::side;
using chaos::ways;

constexpr std::size_t text_max = 1000; // of a reason, so that a line has a bound, too

std::string now_text() {
    return time_text(std::chrono::system_clock::now());
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

std::string plural(std::uint64_t number, const char* one, const char* many) {
    return grouped(number) + ' ' + (number == 1 ? one : many);
}

const char* name_of(side which) {
    return which == side::client ? "client" : "server";
}

const char* name_of(manner how) {
    return how == manner::fin ? "FIN" : "RST";
}

const char* json_name_of(manner how) {
    return how == manner::fin ? "fin" : "rst";
}

const char* json_name_of(ways which) {
    switch (which) {
    case ways::to_server:
        return "to-server";
    case ways::to_client:
        return "to-client";
    default:
        return "both";
    }
}

const char* json_name_of(kind what) {
    switch (what) {
    case kind::accepted:
        return "accepted";
    case kind::cut:
        return "cut";
    case kind::black_hole:
        return "black_hole";
    case kind::left:
        return "left";
    case kind::dropped:
        return "dropped";
    case kind::ended:
        return "ended";
    case kind::unreachable:
        return "unreachable";
    case kind::refused:
        return "refused";
    case kind::port_closed:
        return "port_closed";
    case kind::port_open:
        return "port_open";
    case kind::trouble:
        return "trouble";
    }
    return "?";
}

std::string text_of_fate(const chaos::fate& decided) {
    std::string text;
    if (decided.cut_at_age)
        text += ", to be cut after " + std::to_string(decided.cut_at_age->count()) + " ms";
    if (decided.cut_at_byte)
        text += (text.empty() ? ", to be cut at byte " : " or at byte ") +
                grouped(*decided.cut_at_byte);
    return text;
}

std::string so_far(const chaos::event& happened) {
    return " after " + std::to_string(happened.age.count()) + " ms, " +
           plural(happened.bytes_to_server, "byte", "bytes") + " to the server, " +
           grouped(happened.bytes_to_client) + " to the client";
}

std::string of_cut(const chaos::event& happened) {
    std::string text = std::string("cut by ") + name_of(happened.manner);
    if (happened.who) text += std::string(", told to the ") + name_of(*happened.who) + " only,";
    return text + so_far(happened);
}

std::string of_black_hole(const chaos::event& happened) {
    if (happened.silent == ways::both) return "black hole" + so_far(happened);
    const bool to_server = happened.silent == ways::to_server;
    return std::string("black hole to the ") + (to_server ? "server" : "client") + so_far(happened);
}

std::string what_happened(const chaos::event& happened) {
    const std::string reason = happened.text.substr(0, text_max);
    const std::string ms = std::to_string(happened.age.count()) + " ms";
    switch (happened.kind) {
    case kind::accepted:
        return "accepted from " + happened.peer + text_of_fate(happened.fate);
    case kind::cut:
        return of_cut(happened);
    case kind::black_hole:
        return of_black_hole(happened);
    case kind::left:
        return std::string("left by the ") + name_of(*happened.who) + so_far(happened);
    case kind::dropped:
        return std::string("dropped, ") + name_of(*happened.who) + " reset: " + reason;
    case kind::ended:
        return std::string("ended by the ") + name_of(*happened.who) + " with " +
               name_of(happened.manner) + so_far(happened);
    case kind::unreachable:
        return "server not reached after " + ms + ", client reset: " + reason;
    case kind::refused:
        return "refused " + happened.peer + " by RST: " + reason;
    case kind::port_closed:
        return "port closed for " + ms;
    case kind::port_open:
        return "port open again after " + ms;
    case kind::trouble:
        return reason;
    }
    return reason;
}

void add_fate(json::object& line, const chaos::fate& decided) {
    if (decided.cut_at_age) line["cut_at_ms"] = decided.cut_at_age->count();
    if (decided.cut_at_byte) line["cut_at_byte"] = *decided.cut_at_byte;
}

void add_details(json::object& line, const chaos::event& happened) {
    switch (happened.kind) {
    case kind::accepted:
        add_fate(line, happened.fate);
        break;
    case kind::cut:
        line["by"] = json_name_of(happened.manner);
        line["told"] = happened.who ? name_of(*happened.who) : "both";
        break;
    case kind::black_hole:
        line["silent"] = json_name_of(happened.silent);
        break;
    case kind::ended:
        line["by"] = json_name_of(happened.manner);
        line["who"] = name_of(*happened.who);
        break;
    case kind::left:
    case kind::dropped:
        line["who"] = name_of(*happened.who);
        break;
    default:
        break;
    }
}

} // namespace

std::string text_of(const chaos::event& happened) {
    std::string line = time_text(happened.time) + ' ';
    if (happened.connection != 0) line += '#' + std::to_string(happened.connection) + ' ';
    return line + what_happened(happened);
}

std::string json_of(const chaos::event& happened) {
    json::object line = {{"time", time_text(happened.time)},
                         {"event", json_name_of(happened.kind)}};
    if (happened.connection != 0) {
        line["connection"] = happened.connection;
        line["bytes_to_server"] = happened.bytes_to_server;
        line["bytes_to_client"] = happened.bytes_to_client;
    }
    line["age_ms"] = happened.age.count();
    add_details(line, happened);
    if (!happened.peer.empty()) line["peer"] = happened.peer;
    if (!happened.text.empty()) line["why"] = happened.text.substr(0, text_max);
    return json::serialize(line);
}

std::string json_of_start(const chaos::settings& faults, const std::string& address) {
    json::object line = {{"time", now_text()}, {"event", "listening"}};
    line["address"] = address;
    line["to"] = chaos::text_of(faults.to);
    line["seed"] = faults.seed;
    return json::serialize(line);
}

std::string text_of_start(const chaos::settings& faults) {
    return now_text() + " to " + chaos::text_of(faults.to) + ", seed " +
           std::to_string(faults.seed);
}

std::string text_of(const chaos::counts& counted, std::uint64_t skipped) {
    return now_text() + ' ' + grouped(counted.accepted) + " accepted, " + grouped(counted.cut) +
           " cut, " + plural(counted.black_holes, "black hole", "black holes") + ", " +
           grouped(counted.ended) + " ended, " + grouped(counted.unreachable) + " not reached, " +
           grouped(counted.refused) + " refused, " + grouped(counted.open) + " still open; " +
           plural(counted.bytes_to_server, "byte", "bytes") + " to the server, " +
           grouped(counted.bytes_to_client) + " to the client" +
           (skipped == 0 ? ""
                         : "; " + plural(skipped, "line", "lines") +
                               " skipped, because output was not read");
}

std::string json_of(const chaos::counts& counted, std::uint64_t skipped) {
    json::object line = {{"time", now_text()}, {"event", "counts"}};
    line["accepted"] = counted.accepted;
    line["cut"] = counted.cut;
    line["black_holes"] = counted.black_holes;
    line["ended"] = counted.ended;
    line["unreachable"] = counted.unreachable;
    line["refused"] = counted.refused;
    line["open"] = counted.open;
    line["bytes_to_server"] = counted.bytes_to_server;
    line["bytes_to_client"] = counted.bytes_to_client;
    line["lines_skipped"] = skipped;
    return json::serialize(line);
}

} // namespace cli
