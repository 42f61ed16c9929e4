#include "net/roots.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <dirent.h>
#include <memory>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace resock::net {
namespace {

constexpr const char* bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, Red Hat
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // newer Red Hat
    "/etc/ssl/cert.pem",                                 // Alpine, macOS, BSD
    "/etc/ssl/ca-bundle.pem",                            // SUSE
};
constexpr const char* folders[] = {
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",
};
// Entries looked at before a directory counts as one without certificates.
constexpr int max_entries = 10000;

bool is_readable_file(const std::string& path) {
    struct stat entry {};
    return ::stat(path.c_str(), &entry) == 0 && S_ISREG(entry.st_mode) && entry.st_size > 0 &&
           ::access(path.c_str(), R_OK) == 0;
}

// "5ad8a5d6.0": the only names that OpenSSL looks up.
bool is_hash_name(std::string_view name) {
    return name.size() >= 10 && name[8] == '.' &&
           std::all_of(name.begin(), name.begin() + 8,
                       [](unsigned char c) { return std::isxdigit(c) != 0; }) &&
           std::all_of(name.begin() + 9, name.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool has_certificates(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (!folder) return false;
    for (int seen = 0; seen < max_entries; ++seen) {
        const dirent* entry = ::readdir(folder.get());
        if (!entry) return false;
        if (is_hash_name(entry->d_name)) return true;
    }
    return false;
}

void look_at_file(root_places& places, const std::string& path) {
    if (path.empty()) return;
    places.looked_at.push_back(path);
    if (is_readable_file(path)) places.file = path;
}

void look_at_folder(root_places& places, const std::string& path) {
    if (path.empty()) return;
    places.looked_at.push_back(path);
    if (has_certificates(path)) places.directories.push_back(path);
}

void look_at_folders(root_places& places, std::string_view list) {
    while (!list.empty()) {
        const auto colon = std::min(list.find(':'), list.size());
        look_at_folder(places, std::string(list.substr(0, colon)));
        list.remove_prefix(std::min(colon + 1, list.size()));
    }
}

} // namespace

std::string process_environment(const char* name) {
#if defined(__linux__)
    const char* value = ::secure_getenv(name); // a setuid program must not trust its caller's roots
#else
    const char* value = std::getenv(name);
#endif
    return value ? value : "";
}

root_places find_roots(const std::string& prefix, const environment& variable) {
    root_places places;
    look_at_file(places, variable("SSL_CERT_FILE"));
    look_at_folders(places, variable("SSL_CERT_DIR"));
    for (const char* bundle : bundles) {
        if (places.found()) return places;
        look_at_file(places, prefix + bundle);
    }
    for (const char* folder : folders) {
        if (places.found()) return places;
        look_at_folder(places, prefix + folder);
    }
    return places;
}

} // namespace resock::net
