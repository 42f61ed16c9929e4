//! Packed records: the end of resock.h describes them.

use crate::{Error, Message};

/// The kind of an event. There may be others than these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind(pub u16);

impl Kind {
    pub const OPEN: Kind = Kind(1);
    pub const MESSAGE: Kind = Kind(2);
    pub const CONFIRMED: Kind = Kind(3);
    pub const FAILED: Kind = Kind(4);
    pub const DOWN: Kind = Kind(5);
    pub const WRITABLE: Kind = Kind(6);
    pub const CREDENTIALS: Kind = Kind(7);
    pub const LOST: Kind = Kind(10);
    pub const CLOSED: Kind = Kind(11);
    pub const LOG: Kind = Kind(12);
}

/// Something that happened.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    record: &'a [u8],
}

impl<'a> Event<'a> {
    pub fn kind(&self) -> Kind {
        Kind(self.u32(4) as u16)
    }
    /// MESSAGE: 1 text; DOWN: 1 a connection ended; OPEN: 1 resumed; LOST: 1 begun anew.
    pub fn flags(&self) -> u16 {
        (self.u32(4) >> 16) as u16
    }
    pub fn link_id(&self) -> u64 {
        self.u64(8)
    }
    pub fn user(&self) -> u64 {
        self.u64(16)
    }
    /// CONFIRMED: the last message; FAILED: the first; MESSAGE: its number in a session;
    /// CREDENTIALS: the request; OPEN, DOWN, CLOSED: the connection.
    pub fn id(&self) -> u64 {
        self.u64(24)
    }
    /// CONFIRMED: how far its messages have come, resock_level.
    pub fn level(&self) -> u32 {
        self.u32(32)
    }
    /// FAILED: the last message.
    pub fn last_id(&self) -> u64 {
        self.u64(32)
    }
    /// FAILED: resock_reason.
    pub fn reason(&self) -> u32 {
        self.u32(40)
    }

    /// A MESSAGE; or why there is a DOWN or CLOSED; or what a LOG or LOST says; else nothing.
    pub fn data(&self) -> &'a [u8] {
        let (begin, length) = match self.kind() {
            Kind::MESSAGE => (40, self.u32(36)),
            // Behind close_reason, detail and host.
            Kind::DOWN | Kind::CLOSED => (
                136 + self.u32(120) + self.u32(124) + self.u32(128),
                self.u32(132),
            ),
            Kind::LOST | Kind::LOG => (48, self.u32(44)),
            _ => (0, 0),
        };
        &self.record[begin as usize..][..length as usize]
    }

    /// The same as text.
    pub fn text(&self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.data())
    }

    pub(crate) fn bytes(&self, begin: usize, length: usize) -> &'a [u8] {
        &self.record[begin..][..length]
    }
    pub(crate) fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.record[at..at + 4].try_into().unwrap())
    }
    pub(crate) fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.record[at..at + 8].try_into().unwrap())
    }
}

/// What one poll took.
pub struct Events<'a> {
    records: &'a [u8],
}

impl<'a> Events<'a> {
    pub(crate) fn new(buffer: &'a [u64], bytes: usize) -> Self {
        assert!(bytes <= buffer.len() * 8);
        // Safety: the numbers are bytes that the library has written.
        let records = unsafe { std::slice::from_raw_parts(buffer.as_ptr() as *const u8, bytes) };
        Events { records }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let size = u32::from_le_bytes(self.records.get(..4)?.try_into().unwrap());
        let (record, rest) = self.records.split_at(size as usize);
        self.records = rest;
        Some(Event { record })
    }
}

/// Adds a message to those of one resock_link_send_packed.
pub(crate) fn append(records: &mut Vec<u8>, message: Message) -> Result<(), Error> {
    let data = message.data;
    let size = (16 + data.len() + 7) / 8 * 8;
    let size_u32 = u32::try_from(size)
        .map_err(|_| Error::new(format!("a message of {} bytes: at most 4 GiB", data.len())))?;
    let until = records.len() + size;
    for number in [size_u32, message.flags, message.ttl_ms, data.len() as u32] {
        records.extend_from_slice(&number.to_le_bytes());
    }
    records.extend_from_slice(data);
    records.resize(until, 0);
    Ok(())
}
