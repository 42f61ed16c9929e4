// The server's process: connections before their HELLO, the table, the sessions (R14, R16, R28).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "session/opening.hpp"
#include "session/table.hpp"
#include "session_sim/holder.hpp"

namespace resock::session::sim {

class server {
  public:
    server(stage&, const options&);
    ~server();

    // A connection that a proxy holds until its first bytes come.
    void dialled(const std::shared_ptr<line>&);
    void restart(bool with_table);
    void refuse_until(time_point when) { overloaded_until_ = when; } // REJECT 8

    // ---- the application; on the client's session ----
    holder* session() const;
    void go_away();
    void ask_token();
    void abort(); // ends it without END
    void die(const std::shared_ptr<pair>&);

    std::size_t alive() const { return sessions_.size(); }
    std::vector<std::shared_ptr<holder>> sessions() const;
    std::optional<time_point> deadline() const;
    void tick();

  private:
    class end;
    class greeting;
    friend class end;
    friend class greeting;
    std::shared_ptr<end> hello(const std::shared_ptr<line>&, hello_frame);
    std::shared_ptr<end> create(const hello_frame&);
    std::optional<reject_frame> judge(hello_frame&, std::shared_ptr<end>&, bool& known);
    void refuse(line&, const reject_frame&);
    void close(line&, std::uint16_t code, std::string_view reason);
    void over(end&, reject_reason, bool clean);
    void expire();
    void restore(const std::shared_ptr<pair>&);
    void forget_tombstones(const std::set<sid_bytes>& living);

    stage& stage_;
    options options_;
    std::unique_ptr<table> table_;
    std::map<std::uint64_t, std::shared_ptr<end>> sessions_; // by owner
    std::vector<std::shared_ptr<greeting>> greetings_;
    std::uint64_t last_owner_ = 0;
    time_point overloaded_until_{};
};

} // namespace resock::session::sim
