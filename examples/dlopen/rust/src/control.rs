//! What a program does with an open link besides sending.

use std::ptr::null_mut;

use crate::{c_text, Error, Link, Message, Options, Set, SCOPE_LINK};

/// Of `flush`, for a time without end.
pub const FOREVER: u32 = u32::MAX;

impl Link {
    /// The peer has this message, or with `through` all up to it (confirm=app).
    pub fn confirm(&self, id: u64, through: bool) -> Result<(), Error> {
        let confirm = self.library.calls().link_confirm;
        self.library
            .check(unsafe { confirm(self.key, id, through as i32) })
    }

    /// Waits until everything sent so far has reached that resock_level or has failed.
    pub fn flush(&self, level: u32, timeout_ms: u32) -> Result<(), Error> {
        let flush = self.library.calls().link_flush;
        self.library
            .check(unsafe { flush(self.key, level, timeout_ms) })
    }

    /// Changes an option of the open link.
    pub fn set(&self, name: &str, value: &str) -> Result<(), Error> {
        let (name_c, value_c) = (c_text(name, name)?, c_text(value, name)?);
        let set = self.library.calls().link_set;
        self.library
            .check(unsafe { set(self.key, name_c.as_ptr(), value_c.as_ptr(), null_mut()) })
    }

    /// Ends the wait for the next attempt, or revives a stopped link.
    pub fn retry_now(&self) -> Result<(), Error> {
        let retry = self.library.calls().link_retry_now;
        self.library.check(unsafe { retry(self.key) })
    }

    /// The greeting was answered (greeting.hold).
    pub fn ready(&self) -> Result<(), Error> {
        let ready = self.library.calls().link_ready;
        self.library.check(unsafe { ready(self.key) })
    }

    /// Where it stands: resock_state.
    pub fn state(&self) -> Result<u32, Error> {
        let mut state = 0;
        let get = self.library.calls().link_state;
        self.library.check(unsafe { get(self.key, &mut state) })?;
        Ok(state)
    }

    /// A message that is sent first on every connection; the same key replaces it.
    pub fn set_greeting<'a>(
        &self,
        key: &str,
        message: impl Into<Message<'a>>,
    ) -> Result<(), Error> {
        let Message { data, flags, .. } = message.into();
        let set = self.library.calls().link_greeting_set;
        let (key_at, data_at) = (key.as_ptr() as *const _, data.as_ptr() as *const _);
        self.library
            .check(unsafe { set(self.key, key_at, key.len(), data_at, data.len(), flags) })
    }

    /// Removes one.
    pub fn remove_greeting(&self, key: &str) -> Result<(), Error> {
        let remove = self.library.calls().link_greeting_remove;
        self.library
            .check(unsafe { remove(self.key, key.as_ptr() as *const _, key.len()) })
    }

    /// Answers a CREDENTIALS by its id, or gives them unasked with 0: `url`, `http.header`,
    /// `session.token`. None: there are none.
    pub fn credentials(&self, request: u64, options: Option<Options>) -> Result<(), Error> {
        let set = match options {
            Some(given) => Some(Set::new(&self.library, SCOPE_LINK, given)?),
            None => None,
        };
        let key = set.as_ref().map_or(null_mut(), |made| made.key);
        let give = self.library.calls().link_credentials;
        self.library.check(unsafe { give(self.key, request, key) })
    }
}
