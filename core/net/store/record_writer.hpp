// Records into the file, many in one transaction.
//
// What later records of the same transaction make needless is not written at all: a message that is
// acknowledged, a frame that is done, all but the last position.
#pragma once

#include <cstdint>
#include <vector>

#include "net/store/session_store.hpp"
#include "net/store/sqlite.hpp"
#include "session/record.hpp"

namespace resock::net {

class record_writer {
  public:
    // The place of one session, kept by whoever writes it. After a roll-back it is read anew.
    class cursor {
      public:
        explicit cursor(const session::sid_bytes& sid)
            : sid_(sid) {}

      private:
        friend class record_writer;
        struct position {
            std::uint64_t epoch = 0;
            std::uint64_t acked = 0;
            std::uint32_t acked_check = 0;
            std::uint64_t recv = 0;
            std::uint32_t recv_check = 0;
            std::uint64_t done = 0;
        };
        session::sid_bytes sid_;
        session::sid_bytes committed_sid_ = sid_;
        bool known_ = false;  // the file was asked
        std::int64_t id_ = 0; // 0: there is no such session
        position position_;
        // Of the transaction under way.
        bool touched_ = false;
        bool moved_ = false;
        bool acked_moved_ = false;
        bool done_moved_ = false;
        std::vector<const session::record::queued*> queued_;
        std::vector<const session::record::arrived*> arrived_;
    };

    record_writer(sqlite::database&, const store_options&);

    // All throw sqlite::error; then only roll_back() may follow.
    void begin();
    // The records and the cursor live until commit() or roll_back(). Records of a session that is
    // not there (any more), as after `ended`, are left out.
    void add(cursor&, const session::records&, std::int64_t now_unix_s);
    void commit();
    void roll_back() noexcept;

  private:
    struct applier;
    void touch(cursor&);
    void look_up(cursor&);
    void flush(cursor&);
    void write(std::int64_t id, const session::record::queued&);
    void write(std::int64_t id, const session::record::arrived&);
    void create(cursor&, const session::identity&);
    void agree(cursor&, const session::terms&);
    void end(cursor&, const session::record::ended&, std::int64_t now_unix_s);
    void remove(std::int64_t id);

    store_purpose purpose_;
    std::uint64_t max_tombstones_;
    std::vector<cursor*> touched_;

    sqlite::statement begin_, commit_, roll_back_;
    sqlite::statement find_, insert_session_, agree_, move_;
    sqlite::statement insert_queued_, insert_arrived_, trim_queue_, trim_inbox_;
    sqlite::statement remove_session_, remove_queue_, remove_inbox_;
    sqlite::statement bury_, exhume_, expire_, limit_tombstones_;
};

} // namespace resock::net
