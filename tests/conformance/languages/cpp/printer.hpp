// The canonical form of events.
#pragma once

#include <resock/resock.hpp>

#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace conformance {

// "name=value" pairs behind the first word of a line.
class printer {
  public:
    explicit printer(std::string_view begin) { line_ << begin; }
    ~printer() { std::cout << line_.str() << '\n'; }
    printer(const printer&) = delete;
    printer& operator=(const printer&) = delete;

    printer& text(std::string_view name, std::string_view value) {
        line_ << ' ' << name << '=' << std::quoted(value);
        return *this;
    }
    printer& truth(std::string_view name, bool value) {
        line_ << ' ' << name << '=' << (value ? "true" : "false");
        return *this;
    }
    template<class Number>
    printer& number(std::string_view name, Number value) {
        line_ << ' ' << name << '=' << value;
        return *this;
    }
    // 0: there is none.
    template<class Number>
    printer& code(std::string_view name, Number value) {
        return value == 0 ? number(name, '-') : number(name, value);
    }
    template<class Time>
    printer& time(std::string_view name, const std::optional<Time>& value) {
        return value ? number(name, value->count()) : number(name, '-');
    }
    template<class Enumeration>
    printer& choice(std::string_view name, Enumeration value) {
        return number(name, static_cast<std::uint32_t>(value));
    }

  private:
    std::ostringstream line_;
};

void print(const resock::event& event);

} // namespace conformance
