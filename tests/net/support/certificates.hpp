// Certificates made while a test runs: nothing to renew in the repository, and dates that are
// wrong in the way a test wants.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>

namespace resock::test {

struct identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;

    std::string pem() const; // the certificate only
};

struct certificate_wish {
    std::string common_name = "localhost";
    std::string alternative_names = "DNS:localhost,IP:127.0.0.1,IP:::1"; // OpenSSL's form; "" none
    long begins_in_days = -1;
    long ends_in_days = 30;
    bool authority = false;
};

// Signed by `issuer`, or by itself where there is none.
identity make_identity(const certificate_wish& wish, const identity* issuer = nullptr);
identity make_authority(const std::string& common_name = "resock test root");

// "2026-10-01": the day in so many days, in UTC.
std::string day_in(long days);

// A directory of its own that is removed at the end.
class temporary_directory {
  public:
    temporary_directory();
    ~temporary_directory();
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    const std::string& path() const { return path_; }
    // Writes a file, with the directories above it; returns its whole path.
    std::string write(const std::string& name, const std::string& text) const;

  private:
    std::string path_;
};

} // namespace resock::test
