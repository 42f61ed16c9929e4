//! What OPEN, DOWN, CLOSED, CREDENTIALS and LOST tell. Enumerations are numbers of resock.h.

use crate::Event;

/// Why a connection ended or an attempt failed, and what follows. Code, status and errno are 0 for
/// none.
#[derive(Debug, Clone)]
pub struct Record {
    pub layer: u32,
    pub culprit: u32,
    pub cause: u32,
    pub verdict: u32,
    pub close_code: u32,
    pub http_status: u32,
    pub errno: u32,
    pub closed_by_us: bool,
    pub limits_reached: bool,
    pub attempt: u64,
    pub up_ms: u64,
    pub delay_ms: Option<u64>,
    pub rtt_us: Option<u64>,
    pub silence_ms: Option<u64>,
    pub message_id: Option<u64>,
    pub close_reason: String,
    pub detail: String,
    pub host: String,
    pub why: String,
}

/// What an OPEN tells.
#[derive(Debug, Clone)]
pub struct Opening {
    pub attempt: u64,
    pub downtime_ms: u64,
    pub address: String,
    pub tls: String,
    pub subprotocol: String,
}

/// What CREDENTIALS is asked for; 0 for none.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub attempt: u64,
    pub http_status: u32,
    pub close_code: u32,
}

fn known(value: u64) -> Option<u64> {
    Some(value).filter(|value| *value != u64::MAX)
}

impl Event<'_> {
    /// Of a DOWN or CLOSED.
    pub fn record(&self) -> Record {
        let mut texts = self.texts(120, 136, 4).into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let bits = self.u32(116);
        Record {
            layer: self.u32(88),
            culprit: self.u32(92),
            cause: self.u32(96),
            verdict: self.u32(100),
            close_code: self.u32(104),
            http_status: self.u32(108),
            errno: self.u32(112),
            closed_by_us: bits & 1 != 0,
            limits_reached: bits & 2 != 0,
            attempt: self.u64(32),
            up_ms: self.u64(48),
            delay_ms: known(self.u64(56)),
            rtt_us: known(self.u64(64)),
            silence_ms: known(self.u64(72)),
            message_id: known(self.u64(80)),
            close_reason: text(),
            detail: text(),
            host: text(),
            why: text(),
        }
    }

    /// Of an OPEN.
    pub fn opening(&self) -> Opening {
        let mut texts = self.texts(56, 72, 3).into_iter();
        let mut text = || texts.next().unwrap_or_default();
        Opening {
            attempt: self.u64(32),
            downtime_ms: self.u64(40),
            address: text(),
            tls: text(),
            subprotocol: text(),
        }
    }

    /// Of a CREDENTIALS.
    pub fn refusal(&self) -> Refusal {
        Refusal {
            attempt: self.u64(32),
            http_status: self.u32(40),
            close_code: self.u32(44),
        }
    }

    /// Of a LOST: resock_lost_reason.
    pub fn lost_reason(&self) -> u32 {
        self.u32(40)
    }

    /// Strings one behind the other, whose lengths stand at `lengths`.
    fn texts(&self, lengths: usize, mut begin: usize, count: usize) -> Vec<String> {
        let mut made = Vec::new();
        for index in 0..count {
            let length = self.u32(lengths + 4 * index) as usize;
            made.push(String::from_utf8_lossy(self.bytes(begin, length)).into_owned());
            begin += length;
        }
        made
    }
}
