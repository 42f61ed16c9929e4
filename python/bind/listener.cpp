#include "listener.hpp"

#include <optional>

#include <pybind11/stl.h>

#include "link.hpp"
#include "pump.hpp"

namespace resock::python {

namespace {

class door {
  public:
    door(std::shared_ptr<pump> reader, const option_texts& texts, py::handle receiver)
        : reader_(std::move(reader)) {
        const options given = make_options(scope::listener, texts);
        resock_listener* made = nullptr;
        std::int32_t status = RESOCK_OK;
        std::string why;
        {
            const without_gil waiting; // sessions on disk are read here
            status = resock_listener_open(reader_->handle().get(), given.get(), &made, nullptr);
            if (status != RESOCK_OK) why = resock_last_error();
        }
        if (status != RESOCK_OK) throw error(static_cast<v1::status>(status), why);
        listener_ = listener(made);
        id_ = listener_.id();
        reader_->add_listener(id_, receiver);
    }
    ~door() { free(); }
    door(const door&) = delete;
    door& operator=(const door&) = delete;

    listener& get() { return listener_; }
    // Answers with the options of the listener, or with these; the link is for `self`. False where
    // a session has come back, whose link is there already.
    bool accept(std::uint64_t request, link& made, py::handle self, const py::object& texts,
                std::uint32_t final_level, bool manual) {
        const std::uint64_t key = reader_->add(made);
        v1::link accepted;
        try {
            accepted = texts.is_none()
                           ? listener_.accept(request, key)
                           : listener_.accept(
                                 request,
                                 make_options(scope::listener, py::cast<option_texts>(texts)), key);
        } catch (...) {
            reader_->remove(key);
            throw;
        }
        if (accepted.get() == nullptr) {
            reader_->remove(key);
            return false;
        }
        made.adopt(self, reader_, std::move(accepted), key, final_level, manual);
        return true;
    }
    // A fresh token of a session: there is no new link.
    void accept_token(std::uint64_t request) { listener_.accept(request); }
    void free() {
        if (const auto former = std::move(reader_)) former->remove_listener(id_);
        listener ended = std::move(listener_);
        const without_gil waiting;
        ended.reset();
    }

  private:
    std::shared_ptr<pump> reader_;
    listener listener_;
    std::uint64_t id_ = 0;
};

std::uint32_t milliseconds(double seconds) {
    return detail::timeout_ms(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

} // namespace

void register_listener(py::module_& module) {
    py::class_<door>(module, "Listener", "The accepting side; its receiver is told what happens.")
        .def(py::init<std::shared_ptr<pump>, const option_texts&, py::handle>())
        .def("address", [](door& of, std::size_t index) { return of.get().address(index); })
        .def("accept",
             [](door& of, std::uint64_t request, py::handle self, const py::object& texts,
                std::uint32_t final_level, bool manual) {
                 return of.accept(request, py::cast<link&>(self), self, texts, final_level, manual);
             })
        .def("accept_token", &door::accept_token)
        .def("refuse",
             [](door& of, std::uint64_t request, unsigned status, const std::string& fields,
                const std::string& body) { of.get().refuse(request, status, fields, body); })
        .def("drain",
             [](door& of, double seconds, unsigned code) {
                 check(resock_listener_drain(of.get().get(), code, milliseconds(seconds)));
             })
        .def("drain_to",
             [](door& of, double seconds, const std::optional<std::string>& url,
                std::uint32_t flags, unsigned code) {
                 check(resock_listener_drain_to(of.get().get(), code, milliseconds(seconds),
                                                url ? detail::c_text(*url, "url") : nullptr,
                                                flags));
             })
        .def("close", [](door& of) { of.get().close(); })
        .def("reload", [](door& of) { of.get().reload(); })
        .def("stats_json", [](door& of) { return of.get().stats_json(); })
        .def("history_json", [](door& of) { return of.get().history_json(); })
        .def("free", &door::free);
}

} // namespace resock::python
