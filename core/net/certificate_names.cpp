#include "net/certificate_names.hpp"

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <openssl/x509v3.h>
#include <string_view>

namespace resock::net {
namespace {

constexpr std::size_t max_names = 8;
constexpr std::size_t max_name = 100; // bytes of one name that are shown

std::string printable(std::string_view bytes) {
    std::string text(bytes.substr(0, max_name));
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    if (bytes.size() > max_name) text += "...";
    return text;
}

std::string_view bytes_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string ip_text(std::string_view bytes) {
    namespace ip = boost::asio::ip;
    if (bytes.size() == 4) {
        ip::address_v4::bytes_type raw;
        std::copy(bytes.begin(), bytes.end(), raw.begin());
        return ip::make_address_v4(raw).to_string();
    }
    if (bytes.size() == 16) {
        ip::address_v6::bytes_type raw;
        std::copy(bytes.begin(), bytes.end(), raw.begin());
        return ip::make_address_v6(raw).to_string();
    }
    return "an unreadable address";
}

std::string text_of(const GENERAL_NAME* name) {
    if (name->type == GEN_DNS) return printable(bytes_of(name->d.dNSName));
    if (name->type == GEN_IPADD) return ip_text(bytes_of(name->d.iPAddress));
    return {};
}

} // namespace

std::string common_name(const X509_NAME* name) {
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) at = X509_NAME_entry_count(name) - 1;
    if (at < 0) return "without a name";
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, at);
    return "\"" + printable(bytes_of(X509_NAME_ENTRY_get_data(entry))) + "\"";
}

std::string names_in(const X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free);
    std::string list;
    std::size_t shown = 0;
    std::size_t more = 0;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const std::string text = text_of(sk_GENERAL_NAME_value(names.get(), i));
        if (text.empty()) continue;
        if (shown == max_names) {
            ++more;
            continue;
        }
        list += (shown++ ? ", " : "") + text;
    }
    if (more) list += " and " + std::to_string(more) + " more";
    return list.empty() ? common_name(X509_get_subject_name(certificate)) : list;
}

} // namespace resock::net
