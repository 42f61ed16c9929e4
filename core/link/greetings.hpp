// Keyed messages that go first on every connection: a login, subscriptions. They have no ids.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace resock::link {

struct greeting {
    std::string key;
    std::string data;
    bool text = false;
};

class greetings {
  public:
    using item = std::shared_ptr<const greeting>;

    // A key that stands already keeps its place: a login stays ahead of the subscriptions.
    item set(greeting made) {
        auto kept = std::make_shared<const greeting>(std::move(made));
        if (const auto at = find(kept->key); at != items_.end())
            *at = kept;
        else
            items_.push_back(kept);
        return kept;
    }
    void remove(const std::string& key) {
        if (const auto at = find(key); at != items_.end()) items_.erase(at);
    }
    const std::vector<item>& all() const { return items_; }

  private:
    std::vector<item>::iterator find(const std::string& key) {
        return std::find_if(items_.begin(), items_.end(),
                            [&](const item& each) { return each->key == key; });
    }
    std::vector<item> items_;
};

} // namespace resock::link
