//! Finding the library and its functions.

use std::ffi::{c_void, CStr};
use std::os::raw::c_char;
use std::sync::Arc;

use crate::Error;

pub(crate) const ABI_VERSION: u32 = 1;

/// A handle: a key in the dress of a pointer, never dereferenced.
pub(crate) type Key = *mut c_void;
type Text = *const c_char;
type OutError = *mut *mut c_char;

/// Declares the functions that are used, and how they are found: `resock_` and the name.
macro_rules! calls {
    ($($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        pub(crate) struct Calls {
            $(pub(crate) $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Calls {
            fn find(library: &libloading::Library, path: &str) -> Result<Calls, Error> {
                Ok(Calls { $($name: find(library, path, concat!("resock_", stringify!($name)))?,)* })
            }
        }
    };
}

calls! {
    last_error: fn() -> Text;
    options_create: fn(u32, *mut Key) -> i32;
    options_set: fn(Key, Text, Text, OutError) -> i32;
    options_free: fn(Key);
    hub_create: fn(Key, *mut Key, OutError) -> i32;
    hub_poll_packed: fn(Key, u32, usize, *mut c_void, *mut usize) -> i32;
    hub_free: fn(Key);
    link_open: fn(Key, Key, u64, *mut Key, OutError) -> i32;
    link_send: fn(Key, *const c_void, usize, u32, u32, *mut u64) -> i32;
    link_send_packed: fn(Key, *const c_void, usize, usize, *mut u64, *mut usize) -> i32;
    link_close: fn(Key, u32, Text, usize) -> i32;
    link_free: fn(Key);
    link_confirm: fn(Key, u64, i32) -> i32;
    link_flush: fn(Key, u32, u32) -> i32;
    link_set: fn(Key, Text, Text, OutError) -> i32;
    link_retry_now: fn(Key) -> i32;
    link_ready: fn(Key) -> i32;
    link_state: fn(Key, *mut u32) -> i32;
    link_greeting_set: fn(Key, *const c_void, usize, *const c_void, usize, u32) -> i32;
    link_greeting_remove: fn(Key, *const c_void, usize) -> i32;
    link_credentials: fn(Key, u64, Key) -> i32;
}

/// The loaded library; clones are the same one.
#[derive(Clone)]
pub struct Library(Arc<(Calls, libloading::Library)>);

impl Library {
    /// That at `path`; without one the one that $RESOCK_LIBRARY names, else libresock.so.0.
    pub fn load(path: Option<&str>) -> Result<Library, Error> {
        let named = std::env::var("RESOCK_LIBRARY")
            .ok()
            .filter(|name| !name.is_empty());
        let path = path.or(named.as_deref()).unwrap_or("libresock.so.0");
        // Safety: loading runs the initialisers of the file, which resock has none of.
        let library = unsafe { libloading::Library::new(path) }.map_err(|error| {
            Error::new(format!(
                "cannot load resock: {}; install libresock0, or let RESOCK_LIBRARY name the file \
                 libresock.so.0",
                error
            ))
        })?;
        let version: unsafe extern "C" fn() -> u32 = find(&library, path, "resock_abi_version")?;
        let abi = unsafe { version() };
        if abi != ABI_VERSION {
            return Err(Error::new(format!(
                "{} has ABI {} of resock and this program needs ABI {}: install the resock that it \
                 was written for",
                path, abi, ABI_VERSION
            )));
        }
        let calls = Calls::find(&library, path)?;
        Ok(Library(Arc::new((calls, library))))
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.0 .0
    }

    /// An error of a status; its text is that of the thread.
    pub(crate) fn check(&self, status: i32) -> Result<(), Error> {
        if status == 0 {
            return Ok(());
        }
        let text = unsafe { CStr::from_ptr((self.calls().last_error)()) };
        Err(Error {
            status,
            text: text.to_string_lossy().into_owned(),
        })
    }
}

/// Safety: the symbols of resock of this ABI have the types that `Calls` gives them.
fn find<F: Copy>(library: &libloading::Library, path: &str, name: &str) -> Result<F, Error> {
    match unsafe { library.get::<F>(name.as_bytes()) } {
        Ok(found) => Ok(*found),
        Err(_) => Err(Error::new(format!(
            "{} is not resock of ABI {}: it has no {}",
            path, ABI_VERSION, name
        ))),
    }
}
