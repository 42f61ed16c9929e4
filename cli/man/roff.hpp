// A man page in roff's man macros, as groff and mandoc read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

class roff {
  public:
    // "resock", "1", "resock 0.1.0". No date stands in it, so that a build is repeatable.
    roff(std::string_view name, std::string_view section, std::string_view source);

    void section(std::string_view title);
    void subsection(std::string_view title);
    void paragraph(std::string_view text);
    void heading(std::string_view text); // bold, in a subsection
    void tagged(std::string_view bold, std::string_view italic, std::string_view text);
    void example(const std::vector<std::string>& lines);

    const std::string& text() const { return made_; }

    // With everything that roff would take for a command of its own written so that it is shown.
    static std::string escaped(std::string_view text);

  private:
    void line(std::string_view escaped_text);
    void begin_paragraph();
    std::string made_;
    bool begins_ = false; // a section, which begins with a paragraph of its own
};

} // namespace cli
