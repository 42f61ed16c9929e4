-- libresock through LuaJIT's ffi: loaded at run time, nothing to compile. These are the calls that
-- first.lua uses, and the packed ones, which handle many messages with one call.

local ffi = require('ffi')
local packed = require('packed')

ffi.cdef([[
typedef void *resock_key; // a handle: never dereferenced
uint32_t resock_abi_version(void);
const char *resock_last_error(void);
int32_t resock_options_create(uint32_t scope, resock_key *out_options);
int32_t resock_options_set(resock_key options, const char *name, const char *value, char **out_error);
void resock_options_free(resock_key options);
int32_t resock_hub_create(resock_key options, resock_key *out_hub, char **out_error);
int32_t resock_hub_poll_packed(resock_key hub, uint32_t timeout_ms, size_t capacity, void *out_buffer,
                               size_t *out_bytes);
void resock_hub_free(resock_key hub);
int32_t resock_link_open(resock_key hub, resock_key options, uint64_t user, resock_key *out_link,
                         char **out_error);
int32_t resock_link_send(resock_key link, const char *data, size_t size, uint32_t flags,
                         uint32_t ttl_ms, uint64_t *out_id);
int32_t resock_link_send_packed(resock_key link, const void *data, size_t size, size_t capacity,
                                uint64_t *out_ids, size_t *out_count);
int32_t resock_link_close(resock_key link, uint32_t code, const char *reason, size_t size);
void resock_link_free(resock_key link);
]])

local ABI_VERSION = 1
local QUEUE_FULL, TOO_SMALL = -6, -8
local SCOPE_HUB, SCOPE_LINK = 1, 2
-- Lua hears no signal while it waits inside the library, so Ctrl-C waits for at most so long.
local SLICE_MS = 200

local FUNCTIONS = {
    'last_error', 'options_create', 'options_set', 'options_free', 'hub_create', 'hub_poll_packed',
    'hub_free', 'link_open', 'link_send', 'link_send_packed', 'link_close', 'link_free',
}

local resock = { kind = packed.kind }

-- What is thrown: `status`, and a sentence as its string. 0: the library could not be loaded.
local Error = { __tostring = function(self) return self.text end }

local function refuse(text, status)
    error(setmetatable({ text = text, status = status or 0 }, Error), 0)
end

function resock.is_error(value)
    return getmetatable(value) == Error
end

local Library, Hub, Link = {}, {}, {}
Library.__index, Hub.__index, Link.__index = Library, Hub, Link

local function find(library, path, name)
    local found, symbol = pcall(function() return library['resock_' .. name] end)
    if not found then
        refuse(('%s is not resock of ABI %d: it has no resock_%s'):format(path, ABI_VERSION, name))
    end
    return symbol
end

-- The library at `path`; without one that of $RESOCK_LIBRARY, else libresock.so.0.
function resock.load(path)
    local variable = os.getenv('RESOCK_LIBRARY')
    path = path or (variable ~= '' and variable) or 'libresock.so.0'
    local loaded, library = pcall(ffi.load, path)
    if not loaded then
        refuse(('cannot load resock: %s; install libresock0, or let RESOCK_LIBRARY name the file ' ..
            'libresock.so.0'):format(library))
    end
    local abi = find(library, path, 'abi_version')()
    if abi ~= ABI_VERSION then
        refuse(('%s has ABI %d of resock and this program needs ABI %d: install the resock that it ' ..
            'was written for'):format(path, abi, ABI_VERSION))
    end
    for _, name in ipairs(FUNCTIONS) do find(library, path, name) end
    return setmetatable({ calls = library }, Library)
end

function Library:check(status)
    if status ~= 0 then refuse(ffi.string(self.calls.resock_last_error()), status) end
end

-- What use(options, out) writes to `out`, a handle; `values` are set for the time of that call.
function Library:with_options(scope, values, use)
    local options, out = ffi.new('resock_key[1]'), ffi.new('resock_key[1]')
    self:check(self.calls.resock_options_create(scope, options))
    local done, failure = pcall(function()
        for name, value in pairs(values) do
            self:check(self.calls.resock_options_set(options[0], name, tostring(value), nil))
        end
        self:check(use(options[0], out))
    end)
    self.calls.resock_options_free(options[0])
    if not done then error(failure, 0) end
    return out[0]
end

-- I/O threads and what they have to tell.
function Library:hub(options)
    local handle = self:with_options(SCOPE_HUB, options or {}, function(set, out)
        return self.calls.resock_hub_create(set, out, nil)
    end)
    local hub = { library = self, handle = handle, out_bytes = ffi.new('size_t[1]') }
    return setmetatable(hub, Hub):grow(65536)
end

function Hub:grow(bytes)
    self.words = math.ceil(bytes / 8) -- of 8 bytes each: aligned as records need it
    self.buffer = ffi.new('uint64_t[?]', self.words)
    return self
end

-- A link, which starts to connect at once; options: { ['queue.messages'] = 100 } ...
function Hub:open(url, options, user)
    local all = { url = url }
    for name, value in pairs(options or {}) do all[name] = value end
    local library = self.library
    local handle = library:with_options(SCOPE_LINK, all, function(set, out)
        return library.calls.resock_link_open(self.handle, set, user or 0, out, nil)
    end)
    return setmetatable({ library = library, handle = handle, out = ffi.new('uint64_t[1]'),
        count = ffi.new('size_t[1]') }, Link)
end

function Hub:poll_packed(wait_ms)
    local poll = self.library.calls.resock_hub_poll_packed
    local status = poll(self.handle, wait_ms, self.words * 8, self.buffer, self.out_bytes)
    while status == TOO_SMALL do -- for the next record; nothing was lost
        self:grow(tonumber(self.out_bytes[0]))
        status = poll(self.handle, wait_ms, self.words * 8, self.buffer, self.out_bytes)
    end
    self.library:check(status)
    return tonumber(self.out_bytes[0])
end

-- Compiled code does not look for Ctrl-C: this keeps what waits from being compiled.
local function hear_signals() end
jit.off(hear_signals)

-- The events that came, as `for event in hub:poll() do`; waits for one, and without a time-out for
-- ever. They are valid until the next poll.
function Hub:poll(timeout_s)
    local left_ms = timeout_s and math.ceil(timeout_s * 1000)
    while true do
        local wait_ms = math.min(SLICE_MS, left_ms or SLICE_MS)
        local bytes = self:poll_packed(wait_ms)
        left_ms = left_ms and left_ms - wait_ms
        if bytes > 0 or left_ms == 0 then return packed.events(self.buffer, bytes) end
        hear_signals()
    end
end

-- Aborts its links.
function Hub:free()
    self.library.calls.resock_hub_free(self.handle)
    self.handle = nil
end

local function check_message(message)
    if type(message) ~= 'string' then error('a message is a string, not a ' .. type(message), 3) end
end

-- The id of the message, as text unless `binary`. Waits for nothing.
function Link:send(message, binary)
    check_message(message)
    local flags = binary and 0 or packed.TEXT
    self.library:check(self.library.calls.resock_link_send(self.handle, message, #message, flags, 0,
        self.out))
    return tonumber(self.out[0])
end

-- With one call; how many were accepted: not all where the queue is full.
function Link:send_all(messages, binary)
    for _, message in ipairs(messages) do check_message(message) end
    local records = packed.messages(messages, binary and 0 or packed.TEXT)
    local status = self.library.calls.resock_link_send_packed(self.handle, records,
        ffi.sizeof(records), 0, nil, self.count)
    if status ~= QUEUE_FULL then self.library:check(status) end
    return tonumber(self.count[0])
end

-- Once everything is confirmed; CLOSED is its last event.
function Link:close(code, reason)
    reason = reason or ''
    self.library:check(self.library.calls.resock_link_close(self.handle, code or 1000, reason, #reason))
end

-- Without close it aborts.
function Link:free()
    self.library.calls.resock_link_free(self.handle)
    self.handle = nil
end

return resock
