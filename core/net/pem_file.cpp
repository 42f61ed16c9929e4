#include "net/pem_file.hpp"

#include <cerrno>
#include <new>
#include <sys/stat.h>
#include <system_error>

namespace resock::net {

namespace {
constexpr off_t max_size = 64 << 20;
}

std::string file_identity(const std::string& path) {
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0) return path + "|missing";
    return path + "|" + std::to_string(entry.st_dev) + "|" + std::to_string(entry.st_ino) + "|" +
           std::to_string(entry.st_size) + "|" + std::to_string(entry.st_mtim.tv_sec) + "." +
           std::to_string(entry.st_mtim.tv_nsec);
}

pem_file::pem_file(const std::string& path)
    : file_(std::fopen(path.c_str(), "rbe"), std::fclose)
    , bio_(nullptr, BIO_free) {
    struct stat entry {};
    if (!file_ || ::fstat(::fileno(file_.get()), &entry) != 0) {
        sys_errno_ = errno;
        wrong_ = "cannot be read: " + std::generic_category().message(sys_errno_);
    } else if (!S_ISREG(entry.st_mode)) {
        wrong_ = "is not a file";
    } else if (entry.st_size > max_size) {
        wrong_ = "is larger than 64 MiB";
    } else {
        bio_.reset(BIO_new_fp(file_.get(), BIO_NOCLOSE));
        if (!bio_) throw std::bad_alloc();
    }
}

} // namespace resock::net
