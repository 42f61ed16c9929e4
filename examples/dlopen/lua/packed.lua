-- Packed records, many events or messages with one call: the end of resock.h describes them. The
-- machine is little-endian, as they are.

local ffi = require('ffi')

local packed = {
    TEXT = 1,
    kind = { OPEN = 1, MESSAGE = 2, CONFIRMED = 3, FAILED = 4, DOWN = 5, WRITABLE = 6, LOST = 10,
        CLOSED = 11, LOG = 12 },
}
local kind = packed.kind
local u32, u64 = ffi.typeof('const uint32_t *'), ffi.typeof('const uint64_t *')

local Event = {}
Event.__index = Event

local function word(event, offset)
    return ffi.cast(u32, event.at + offset)[0]
end

local function long(event, offset)
    return tonumber(ffi.cast(u64, event.at + offset)[0])
end

function Event:flags() return math.floor(word(self, 4) / 65536) end
function Event:link_id() return long(self, 8) end
function Event:user() return long(self, 16) end
-- CONFIRMED: the last message; FAILED: the first.
function Event:id() return long(self, 24) end
-- CONFIRMED: how far its messages have come, resock_level.
function Event:level() return word(self, 32) end
-- FAILED: the last message.
function Event:last_id() return long(self, 32) end
-- FAILED: resock_reason.
function Event:reason() return word(self, 40) end

-- MESSAGE: the message; DOWN, CLOSED: why; LOG, LOST: what happened; else empty.
function Event:data()
    if self.kind == kind.MESSAGE then
        return ffi.string(self.at + 40, word(self, 36))
    elseif self.kind == kind.DOWN or self.kind == kind.CLOSED then
        -- Behind close_reason, detail and host.
        local begin = 136 + word(self, 120) + word(self, 124) + word(self, 128)
        return ffi.string(self.at + begin, word(self, 132))
    elseif self.kind == kind.LOST or self.kind == kind.LOG then
        return ffi.string(self.at + 48, word(self, 44))
    end
    return ''
end

-- An iterator over the events in a buffer.
function packed.events(buffer, bytes)
    local at, done = ffi.cast('const uint8_t *', buffer), 0
    return function()
        if done == bytes then return nil end
        local event = setmetatable({ at = at + done }, Event)
        event.kind = word(event, 4) % 65536
        done = done + word(event, 0)
        return event
    end
end

local function size_of(message)
    return math.ceil((16 + #message) / 8) * 8
end

-- Strings as the records of one resock_link_send_packed.
function packed.messages(messages, flags)
    local bytes, at = 0, 0
    for _, message in ipairs(messages) do bytes = bytes + size_of(message) end
    local records = ffi.new('uint8_t[?]', bytes)
    for _, message in ipairs(messages) do
        local head = ffi.cast('uint32_t *', records + at)
        head[0], head[1], head[3] = size_of(message), flags, #message
        ffi.copy(records + at + 16, message, #message)
        at = at + size_of(message)
    end
    return records
end

return packed
