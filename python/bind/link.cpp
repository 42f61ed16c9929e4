#include "link.hpp"

#include <utility>

#include "message.hpp"
#include "pump.hpp"

namespace resock::python {

link::~link() {
    abort(); // before its messages: those of a session that nobody took are not done with
}

void link::attach(py::handle self, std::shared_ptr<pump> of, std::uint32_t final_level) {
    if (self_ != nullptr) throw error(status::state, "this link was opened already");
    self_ = self.ptr();
    pump_ = std::move(of);
    final_level_ = final_level;
}

void link::open(py::handle self, std::shared_ptr<pump> of, const option_texts& texts,
                std::uint32_t final_level) {
    const options given = make_options(scope::link, texts);
    for (const auto& [name, value] : texts)
        if (name == "session.done") manual_ = py::cast<std::string>(value) == "manual";
    attach(self, std::move(of), final_level);
    key_ = pump_->add(*this);
    resock_link* made = nullptr;
    std::int32_t status = RESOCK_OK;
    std::string why;
    opening_ = true;
    {
        const without_gil waiting; // an outbox on disk is opened here
        status = resock_link_open(pump_->handle().get(), given.get(), key_, &made, nullptr);
        if (status != RESOCK_OK) why = resock_last_error();
    }
    opening_ = false;
    if (status != RESOCK_OK) {
        abort();
        raise_status(status, why.c_str());
        throw py::error_already_set();
    }
    handle_ = v1::link(made);
    if (early_.empty()) return;
    for (auto& each : std::exchange(early_, {}))
        on_event(std::move(each));
    if (pump_ != nullptr) pump_->rouse();
}

void link::adopt(py::handle self, std::shared_ptr<pump> of, v1::link accepted, std::uint64_t key,
                 std::uint32_t final_level, bool manual) {
    attach(self, std::move(of), final_level);
    key_ = key;
    manual_ = manual;
    handle_ = std::move(accepted);
}

void link::abort() {
    over_ = true;
    if (const auto former = std::move(pump_)) {
        former->remove(key_);
        former->rouse(); // threads that wait for this link
        v1::link ended = std::move(handle_);
        const without_gil waiting; // for the outbox on disk
        ended.reset();
    }
    wake_all();
}

v1::link& link::open_handle() {
    if (handle_.get() != nullptr) return handle_;
    if (self_ == nullptr) {
        PyErr_SetString(PyExc_RuntimeError, not_opened);
    } else {
        const py::object error = py::handle(self_).attr("_closed_error")();
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
    }
    throw py::error_already_set();
}

// ---- sending ----

PyObject* link::refused(std::int32_t status, const std::string& text, std::uint64_t writable_seen) {
    if (status == RESOCK_QUEUE_FULL) {
        full_ = writable_seen == writable_seen_; // else there is room again meanwhile
        return nullptr;
    }
    if (status != RESOCK_CLOSED && status != RESOCK_HANDLE)
        return raise_status(status, text.c_str());
    try {
        const py::object error = py::handle(self_).attr("_closed_error")();
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
    } catch (py::error_already_set& other) {
        other.restore();
    }
    return nullptr;
}

PyObject* link::send_bytes(const char* data, std::size_t size, std::uint32_t flags,
                           std::uint32_t ttl_ms) {
    const bool large = size >= large_bytes;
    const std::uint64_t seen = writable_seen_;
    resock_link* const to = handle_.get();
    std::uint64_t id = 0;
    std::int32_t status = RESOCK_OK;
    std::string why;
    const auto call = [&] {
        status = resock_link_send(to, data, size, flags, ttl_ms, &id);
        if (status != RESOCK_OK && status != RESOCK_QUEUE_FULL) why = resock_last_error();
    };
    if (large) {
        receipts_.sending(true);
        const without_gil copying;
        call();
    } else {
        call();
    }
    PyObject* made = nullptr;
    if (status == RESOCK_OK) {
        const bool unkept = (flags & RESOCK_SEND_UNKEPT) != 0;
        made = make_receipt(*this, self_, blocking_, id,
                            unkept ? std::uint32_t{RESOCK_LEVEL_WRITTEN} : final_level_);
    } else {
        refused(status, why, seen);
    }
    if (large) receipts_.sending(false);
    return made;
}

namespace {

// The str cannot be UTF-8: Python's own error says where, ours what to do.
PyObject* refuse_surrogate() {
    py::error_already_set error;
    const std::string text =
        "a text message must be UTF-8, and this str holds a lone surrogate at index " +
        std::string(py::str(error.value().attr("start"))) +
        ": send bytes, or text.encode('utf-8', 'replace').decode()";
    return raise_status(RESOCK_INVALID, text.c_str());
}

} // namespace

PyObject* link::send(PyObject* data, std::uint32_t flags, std::uint32_t ttl_ms) {
    if (PyUnicode_Check(data)) {
        Py_ssize_t size = 0;
        const char* const text = PyUnicode_AsUTF8AndSize(data, &size);
        if (text == nullptr)
            return PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) ? refuse_surrogate() : nullptr;
        return send_bytes(text, static_cast<std::size_t>(size), flags | RESOCK_SEND_TEXT, ttl_ms);
    }
    if (PyBytes_Check(data))
        return send_bytes(PyBytes_AS_STRING(data), static_cast<std::size_t>(PyBytes_GET_SIZE(data)),
                          flags, ttl_ms);
    if (!PyObject_CheckBuffer(data))
        return PyErr_Format(PyExc_TypeError,
                            "a message is str (text) or bytes-like (binary), not %.200s; for other "
                            "objects send json.dumps(...)",
                            Py_TYPE(data)->tp_name);
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) != 0) return nullptr;
    PyObject* const made = send_bytes(static_cast<const char*>(view.buf),
                                      static_cast<std::size_t>(view.len), flags, ttl_ms);
    PyBuffer_Release(&view);
    return made;
}

void link::send_many(const py::sequence& messages, py::list& receipts, std::uint32_t flags,
                     std::uint32_t ttl_ms) {
    const std::size_t count = messages.size();
    for (std::size_t next = receipts.size(); next < count && !full_; ++next) {
        const py::object each = messages[next];
        PyObject* const made = send(each.ptr(), flags, ttl_ms);
        if (made == nullptr && PyErr_Occurred()) throw py::error_already_set();
        if (made == nullptr) return;
        receipts.append(py::reinterpret_steal<py::object>(made));
    }
}

bool link::flushed(std::uint32_t level) {
    const std::int32_t status = resock_link_flush(handle_.get(), level, 0);
    if (status == RESOCK_TIMEOUT || status == RESOCK_CLOSED || status == RESOCK_HANDLE)
        return false;
    check(status);
    return true;
}

} // namespace resock::python
