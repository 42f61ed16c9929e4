// The names in a certificate, for sentences. A certificate is a stranger's text: unprintable bytes
// are replaced and lists are cut.
#pragma once

#include <openssl/x509.h>
#include <string>

namespace resock::net {

// "\"Example Root\"": the common name, or the last part of a name that has none.
std::string common_name(const X509_NAME* name);

// "a.example, *.b.example, 127.0.0.1 and 12 more": the subject alternative names, or the common
// name where there are none.
std::string names_in(const X509* certificate);

} // namespace resock::net
