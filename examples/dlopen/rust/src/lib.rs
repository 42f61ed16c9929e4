//! libresock, loaded at run time by libloading: no bindgen, no C compiler. It has the calls of
//! a client's link, and the packed ones, which handle many messages with one call.
//!
//! Hub and link keep the library loaded and free themselves. A link may be used from any thread;
//! polling needs the hub for itself.

mod control;
mod load;
mod packed;
mod record;

use std::ffi::{c_void, CString};
use std::fmt;
use std::ptr::null_mut;
use std::time::Duration;

pub use control::FOREVER;
pub use load::Library;
pub use packed::{Event, Events, Kind};
pub use record::{Opening, Record, Refusal};

use load::Key;

/// What the library refused: its status, and its sentence. Status 0: no status of the library.
#[derive(Debug, Clone)]
pub struct Error {
    pub status: i32,
    pub text: String,
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

impl Error {
    fn new(text: impl Into<String>) -> Error {
        Error {
            status: 0,
            text: text.into(),
        }
    }
}

const QUEUE_FULL: i32 = -6;
const TOO_SMALL: i32 = -8;
const SCOPE_HUB: u32 = 1;
const SCOPE_LINK: u32 = 2;
const TEXT: u32 = 1;
const UNKEPT: u32 = 2;
const FLUSH: u32 = 4;

/// Options by name, such as `("queue.messages", "100")`.
pub type Options<'a> = &'a [(&'a str, &'a str)];

/// A message to be sent: `&str` goes as text, bytes as binary.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    data: &'a [u8],
    flags: u32,
    ttl_ms: u32,
}

impl Message<'_> {
    /// Sent once, not kept.
    pub fn unkept(mut self) -> Self {
        self.flags |= UNKEPT;
        self
    }
    /// Its confirmation is asked for at once.
    pub fn flush(mut self) -> Self {
        self.flags |= FLUSH;
        self
    }
    /// It fails as expired where no byte of it was sent within that time; 0: as `message.ttl` says.
    pub fn ttl_ms(mut self, ttl_ms: u32) -> Self {
        self.ttl_ms = ttl_ms;
        self
    }
}

impl<'a> From<&'a str> for Message<'a> {
    fn from(text: &'a str) -> Self {
        Message {
            data: text.as_bytes(),
            flags: TEXT,
            ttl_ms: 0,
        }
    }
}

impl<'a> From<&'a [u8]> for Message<'a> {
    fn from(data: &'a [u8]) -> Self {
        Message {
            data,
            flags: 0,
            ttl_ms: 0,
        }
    }
}

/// A set of options for the time of one call.
struct Set<'a> {
    library: &'a Library,
    key: Key,
}

impl<'a> Set<'a> {
    fn new(library: &'a Library, scope: u32, options: Options) -> Result<Self, Error> {
        let mut made = Set {
            library,
            key: null_mut(),
        };
        let calls = library.calls();
        library.check(unsafe { (calls.options_create)(scope, &mut made.key) })?;
        for (name, value) in options {
            made.set(name, value)?;
        }
        Ok(made)
    }

    fn set(&self, name: &str, value: &str) -> Result<(), Error> {
        let (name_c, value_c) = (c_text(name, name)?, c_text(value, name)?);
        let set = self.library.calls().options_set;
        self.library
            .check(unsafe { set(self.key, name_c.as_ptr(), value_c.as_ptr(), null_mut()) })
    }
}

/// For C, which ends texts with a NUL.
fn c_text(words: &str, name: &str) -> Result<CString, Error> {
    CString::new(words).map_err(|_| Error::new(format!("option '{}': a NUL byte", name)))
}

impl Drop for Set<'_> {
    fn drop(&mut self) {
        unsafe { (self.library.calls().options_free)(self.key) }
    }
}

/// I/O threads and what they have to tell.
pub struct Hub {
    library: Library,
    key: Key,
    buffer: Vec<u64>, // of 8 bytes each: aligned as records need it
}

impl Hub {
    pub fn new(library: &Library, options: Options) -> Result<Hub, Error> {
        let set = Set::new(library, SCOPE_HUB, options)?;
        let mut key = null_mut();
        library.check(unsafe { (library.calls().hub_create)(set.key, &mut key, null_mut()) })?;
        Ok(Hub {
            library: library.clone(),
            key,
            buffer: vec![0; 8192],
        })
    }

    /// A link, which starts to connect at once; `user` stands in all of its events.
    pub fn open(&self, url: &str, options: Options, user: u64) -> Result<Link, Error> {
        let set = Set::new(&self.library, SCOPE_LINK, options)?;
        set.set("url", url)?;
        let mut key = null_mut();
        let open = self.library.calls().link_open;
        let status = unsafe { open(self.key, set.key, user, &mut key, null_mut()) };
        self.library.check(status)?;
        Ok(Link {
            library: self.library.clone(),
            key,
        })
    }

    /// Waits for events and takes them; without a time-out for ever. None came in time where there
    /// are none.
    pub fn poll(&mut self, timeout: Option<Duration>) -> Result<Events<'_>, Error> {
        let timeout_ms = timeout.map_or(u32::MAX, |time| {
            time.as_millis()
                .try_into()
                .unwrap_or(u32::MAX)
                .min(u32::MAX - 1)
        });
        let mut bytes = 0;
        loop {
            let capacity = self.buffer.len() * 8;
            let buffer = self.buffer.as_mut_ptr() as *mut c_void;
            let poll = self.library.calls().hub_poll_packed;
            let status = unsafe { poll(self.key, timeout_ms, capacity, buffer, &mut bytes) };
            if status != TOO_SMALL {
                self.library.check(status)?;
                break;
            }
            self.buffer = vec![0; (bytes + 7) / 8]; // as the next record needs; nothing was lost
        }
        Ok(Events::new(&self.buffer, bytes))
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        unsafe { (self.library.calls().hub_free)(self.key) }
    }
}

/// One connection that outlives its sockets. Dropped without `close` it aborts.
pub struct Link {
    library: Library,
    key: Key,
}

// The keys are never dereferenced, and every function may be called from every thread.
unsafe impl Send for Link {}
unsafe impl Sync for Link {}
unsafe impl Send for Hub {}

impl Link {
    /// The id of the message; waits for nothing.
    pub fn send<'a>(&self, message: impl Into<Message<'a>>) -> Result<u64, Error> {
        let Message {
            data,
            flags,
            ttl_ms,
        } = message.into();
        let mut id = 0;
        let send = self.library.calls().link_send;
        let at = data.as_ptr() as *const c_void;
        self.library
            .check(unsafe { send(self.key, at, data.len(), flags, ttl_ms, &mut id) })?;
        Ok(id)
    }

    /// With one call; how many were accepted: not all where the queue is full.
    pub fn send_all<'a, M: Into<Message<'a>>>(
        &self,
        messages: impl IntoIterator<Item = M>,
    ) -> Result<usize, Error> {
        let mut records = Vec::new();
        for message in messages {
            packed::append(&mut records, message.into())?;
        }
        let mut count = 0;
        let send = self.library.calls().link_send_packed;
        let at = records.as_ptr() as *const c_void;
        let status = unsafe { send(self.key, at, records.len(), 0, null_mut(), &mut count) };
        if status != QUEUE_FULL {
            self.library.check(status)?;
        }
        Ok(count)
    }

    /// Once everything is confirmed; CLOSED is its last event.
    pub fn close(&self, code: u32, reason: &str) -> Result<(), Error> {
        let close = self.library.calls().link_close;
        let status = unsafe { close(self.key, code, reason.as_ptr() as *const _, reason.len()) };
        self.library.check(status)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        unsafe { (self.library.calls().link_free)(self.key) }
    }
}
