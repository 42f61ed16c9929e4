#include "net/store/store_file.hpp"

#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/error.hpp"
#include "net/descriptor.hpp"
#include "net/per_process.hpp"
#include "net/store/schema.hpp"

namespace resock::net {

namespace {

struct open_files {
    std::mutex mutex;
    std::condition_variable freed;
    std::set<std::string> identities;
};
per_process<open_files> files_of_process;

const char* option_name(store_purpose purpose) {
    return purpose == store_purpose::outbox ? "outbox.path" : "listen.sessions";
}

std::string subject(const store_options& options) {
    return std::string(option_name(options.purpose)) + ": '" + options.path + "' ";
}

[[noreturn]] void refuse(const store_options& options, status code, const std::string& what) {
    throw error(code, subject(options) + what);
}

std::string text_of(int sys_errno) {
    return std::generic_category().message(sys_errno);
}

// Why a path cannot be opened, from errno.
std::string path_trouble(const std::string& path, int sys_errno) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    switch (sys_errno) {
    case ENOENT:
        return "cannot be made: the directory '" + folder +
               "' does not exist; make it or name another";
    case ENOTDIR:
        return "cannot be made: '" + folder + "' is not a directory; name another";
    case EACCES:
    case EPERM:
        return "cannot be opened: permission denied; this process needs to read and write the "
               "file and its directory";
    case EROFS:
        return "cannot be written: the file system is read-only; name a file on another";
    case ENOSPC:
    case EDQUOT:
        return "cannot be made: the disk is full; make room or name another place";
    default:
        return "cannot be opened: " + text_of(sys_errno) + "; name a file that can be written";
    }
}

std::string absolute_path(const store_options& options) {
    if (options.path.empty() || options.path.find('\0') != std::string::npos)
        throw error(status::option, std::string(option_name(options.purpose)) +
                                        ": a path of a file is needed, not an empty one or one "
                                        "with a NUL byte");
    std::error_code failed;
    const auto path = std::filesystem::absolute(options.path, failed);
    if (failed) refuse(options, status::io, path_trouble(options.path, failed.value()));
    return path.string();
}

// Makes the file where there is none, for this user alone: it holds the session's secret. A file
// that exists is not opened here, because closing it again would give up a lock of this process.
void ensure_file(const store_options& options, const std::string& path) {
    const descriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made.get() < 0 && errno != EEXIST) refuse(options, status::io, path_trouble(path, errno));
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0) refuse(options, status::io, path_trouble(path, errno));
    if (!S_ISREG(entry.st_mode))
        refuse(options, status::option,
               S_ISDIR(entry.st_mode) ? "is a directory; name a file in it"
                                      : "is not a regular file; name another");
    // SQLite takes what is shorter than its smallest page for nothing and writes over it.
    const bool cut_short = std::filesystem::exists(path + "-journal");
    if (entry.st_size > 0 && entry.st_size < 512 && !cut_short)
        refuse(options, status::option, "is not an SQLite file; name another, or move it away");
}

void expect_writable(const store_options& options, const sqlite::database& db,
                     const std::string& path) {
    if (sqlite3_db_readonly(db.handle(), "main") != 1) return;
    errno = EACCES;
    (void)::access(path.c_str(), W_OK);
    refuse(options, status::io, path_trouble(path, errno));
}

// A file that is not ours is left as it is, also when it is closed again.
void set_checkpoint_on_close(sqlite::database& db, bool wanted) {
    sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

bool is_new(sqlite::database& db) {
    return db.number("PRAGMA application_id") == 0 && db.number("PRAGMA user_version") == 0 &&
           db.number("SELECT count(*) FROM sqlite_schema") == 0;
}

void expect_ours(const store_options& options, sqlite::database& db) {
    const auto id = db.number("PRAGMA application_id");
    const bool outbox = options.purpose == store_purpose::outbox;
    if (id == application_id(outbox ? store_purpose::table : store_purpose::outbox))
        refuse(options, status::option,
               outbox ? "holds the sessions of a listener (listen.sessions), not an outbox; name "
                        "another file"
                      : "holds the outbox of a link (outbox.path), not the sessions of a "
                        "listener; name another file");
    if (id != application_id(options.purpose))
        refuse(options, status::option, "is an SQLite file of another program; name another file");
    const auto version = db.number("PRAGMA user_version");
    if (version != store_file::version)
        refuse(options, status::option,
               "was written by another version of resock (format " + std::to_string(version) +
                   ", this one knows " + std::to_string(store_file::version) +
                   "); use that version, or name another file");
}

void expect_whole(sqlite::database& db) {
    const auto size = db.number("PRAGMA page_count") * db.number("PRAGMA page_size");
    if (size > store_file::check_limit_bytes) return;
    const std::string found = db.text("PRAGMA quick_check(1)");
    if (found != "ok") throw sqlite::error(SQLITE_CORRUPT, 0, found.substr(0, 200));
}

void use_wal(const store_options& options, sqlite::database& db) {
    const std::string mode = db.text("PRAGMA journal_mode=WAL");
    if (mode != "wal")
        refuse(options, status::io,
               "cannot be used in WAL mode there (SQLite says '" + mode +
                   "'); name a file on another file system");
    static constexpr const char* levels[] = {"FULL", "NORMAL", "OFF"};
    db.run(std::string("PRAGMA synchronous=") + levels[static_cast<int>(options.sync)]);
    db.run("PRAGMA secure_delete=FAST");
    db.run("PRAGMA wal_autocheckpoint=" + std::to_string(store_file::checkpoint_pages));
    db.run("PRAGMA journal_size_limit=" + std::to_string(store_file::wal_limit_bytes));
}

status status_of(const sqlite::error& failed) {
    return failed.code() == SQLITE_NOTADB ? status::option : status::io;
}

} // namespace

store_file::store_file(const store_options& options) {
    try {
        open(options);
    } catch (const sqlite::error& failed) {
        database_.reset();
        forget();
        throw error(status_of(failed), sentence_of(options, failed));
    } catch (...) {
        database_.reset();
        forget();
        throw;
    }
}

store_file::~store_file() {
    database_.reset();
    forget();
}

void store_file::open(const store_options& options) {
    const std::string path = absolute_path(options);
    ensure_file(options, path);
    {
        struct stat entry {};
        if (::stat(path.c_str(), &entry) != 0)
            refuse(options, status::io, path_trouble(path, errno));
        std::string identity = std::to_string(entry.st_dev) + ":" + std::to_string(entry.st_ino);
        open_files& files = files_of_process.get();
        std::unique_lock lock(files.mutex);
        // A link that was freed just now gives its file back on its I/O thread.
        const auto is_free = [&] { return files.identities.insert(identity).second; };
        if (!files.freed.wait_for(lock, store_file::release_limit, is_free))
            refuse(options, status::io,
                   "is in use by another link or listener of this process; each needs a file of "
                   "its own");
        identity_ = std::move(identity);
    }
    database_ = std::make_unique<sqlite::database>(path);
    expect_writable(options, *database_, path);
    set_checkpoint_on_close(*database_, false);
    // Without a map of the file, one that is cut by others is an error and no SIGBUS.
    database_->run("PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; PRAGMA locking_mode=EXCLUSIVE");
    if (is_new(*database_))
        make_schema(*database_, options.purpose);
    else
        expect_ours(options, *database_);
    use_wal(options, *database_);
    expect_whole(*database_);
    set_checkpoint_on_close(*database_, true);
}

void store_file::forget() noexcept {
    if (identity_.empty()) return;
    open_files& files = files_of_process.get();
    const std::lock_guard lock(files.mutex);
    files.identities.erase(identity_);
    files.freed.notify_all();
}

void store_file::expect_in_place() {
    int moved = 0;
    sqlite3_file_control(database_->handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved) throw sqlite::error(SQLITE_READONLY_DBMOVED, 0, "the file was moved");
}

bool store_file::shrink() {
    const auto free = database_->number("PRAGMA freelist_count");
    if (free <= keep_free_pages) return false;
    // Free pages at the end of the file are cut off; others are moved there first. In steps, so
    // that what comes meanwhile waits little.
    database_->run("PRAGMA incremental_vacuum(1024)");
    return true;
}

bool may_pass(const sqlite::error& failed) {
    if (failed.extended_code() == SQLITE_READONLY_DBMOVED) return false;
    switch (failed.code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_TOOBIG:
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
        return false;
    default:
        return true;
    }
}

std::string sentence_of(const store_options& options, const sqlite::error& failed) {
    const std::string file = subject(options);
    const std::string why =
        failed.sys_errno() != 0 ? text_of(failed.sys_errno()) : std::string(failed.what());
    if (failed.extended_code() == SQLITE_READONLY_DBMOVED)
        return file + "was moved or deleted while it was in use, so nothing more is written; "
                      "leave it in its place";
    switch (failed.code()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return file + "is in use by another process; end that one or name another file";
    case SQLITE_FULL:
        return file + "cannot be written: the disk is full; make room, what is there already "
                      "stays";
    case SQLITE_NOTADB:
        return file + "is not an SQLite file; name another, or move it away";
    case SQLITE_CORRUPT:
        return file + "is damaged (" + failed.what() +
               "); keep a copy and move it away to begin anew: what it held is then lost";
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return file + "cannot be written: it is read-only for this process; allow it to write "
                      "the file and its directory";
    case SQLITE_CANTOPEN:
        return file + path_trouble(options.path, failed.sys_errno());
    case SQLITE_TOOBIG:
        return file + "cannot take a message larger than SQLite's limit (1000000000 bytes by "
                      "default); lower message.max";
    default:
        return file + "cannot be read or written: " + why + "; look after the disk";
    }
}

} // namespace resock::net
