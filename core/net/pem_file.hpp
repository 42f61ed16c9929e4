// PEM files of certificates and keys, opened so that no program started meanwhile inherits them.
#pragma once

#include <cstdio>
#include <memory>
#include <openssl/bio.h>
#include <string>

namespace resock::net {

// Path, device, inode, size and time: a file that was replaced is another one.
std::string file_identity(const std::string& path);

class pem_file {
  public:
    explicit pem_file(const std::string& path);

    BIO* bio() const { return bio_.get(); } // null where it cannot be read
    // "cannot be read: No such file or directory"; "" where all is well.
    const std::string& wrong() const { return wrong_; }
    int sys_errno() const { return sys_errno_; }

  private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::unique_ptr<BIO, int (*)(BIO*)> bio_;
    std::string wrong_;
    int sys_errno_ = 0;
};

} // namespace resock::net
