// What is used of SQLite: a connection, prepared statements, failures as exceptions.
#pragma once

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace resock::net::sqlite {

class error : public std::runtime_error {
  public:
    error(int extended_code, int sys_errno, const std::string& text)
        : std::runtime_error(text)
        , extended_code_(extended_code)
        , sys_errno_(sys_errno) {}
    int code() const { return extended_code_ & 0xFF; } // SQLITE_FULL …
    int extended_code() const { return extended_code_; }
    int sys_errno() const { return sys_errno_; } // 0: none

  private:
    int extended_code_;
    int sys_errno_;
};

// Used by one thread at a time.
class database {
  public:
    // An existing file, to read and write. Throws error.
    explicit database(const std::string& path);

    sqlite3* handle() const { return handle_.get(); }
    void run(const std::string& sql);
    // The first column of the first row of a query that gives one.
    std::int64_t number(const std::string& sql);
    std::string text(const std::string& sql);
    [[noreturn]] void fail(int code) const;

  private:
    struct closer {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, closer> handle_;
};

// Prepared once, run often: `run(a, b, …)` binds ?1, ?2 … in order. Texts and blobs are not copied:
// they must live until the statement has run.
class statement {
  public:
    statement(database&, std::string_view sql);

    // For what gives no rows.
    template<class... T>
    void run(const T&... values) {
        bind_all(values...);
        step();
        reset();
    }
    // Then next() until it is false; a query that is left earlier needs reset().
    template<class... T>
    void query(const T&... values) {
        reset();
        bind_all(values...);
    }
    bool next() {
        if (step()) return true;
        reset();
        return false;
    }
    void reset() noexcept { sqlite3_reset(handle_.get()); }

    std::int64_t number(int column) const { return sqlite3_column_int64(handle_.get(), column); }
    bool is_null(int column) const {
        return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
    }
    // Bytes of a text or a blob; valid until the next step.
    std::string_view bytes(int column) const {
        const void* at = sqlite3_column_blob(handle_.get(), column);
        return {static_cast<const char*>(at),
                static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
    }

  private:
    template<class... T>
    void bind_all(const T&... values) {
        int at = 0;
        (bind(++at, values), ...);
    }
    void bind(int at, std::int64_t value) { check(sqlite3_bind_int64(handle_.get(), at, value)); }
    void bind(int at, std::string_view bytes) {
        // A null pointer would bind NULL.
        check(sqlite3_bind_blob64(handle_.get(), at, bytes.empty() ? "" : bytes.data(),
                                  bytes.size(), SQLITE_STATIC));
    }
    template<class Integer>
    requires std::is_integral_v<Integer>
    void bind(int at, Integer value) { bind(at, static_cast<std::int64_t>(value)); }
    void check(int code) {
        if (code != SQLITE_OK) fail(code);
    }
    bool step() {
        const int code = sqlite3_step(handle_.get());
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) fail(code);
        return false;
    }
    [[noreturn]] void fail(int code);

    struct finalizer {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    database* database_;
    std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

} // namespace resock::net::sqlite
