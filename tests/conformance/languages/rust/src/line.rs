//! The canonical form of events.

use std::fmt::{Display, Write};

use resock_dlopen::{Event, Kind};

const MOST_SHOWN: usize = 32;

pub struct Line(pub String);

impl Line {
    pub fn new(begin: impl Into<String>) -> Line {
        Line(begin.into())
    }

    pub fn put(mut self, name: &str, value: impl Display) -> Line {
        write!(self.0, " {}={}", name, value).unwrap();
        self
    }

    fn text(self, name: &str, value: &str) -> Line {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        self.put(name, format!("\"{}\"", escaped))
    }

    /// A number that stands for none where it is 0.
    fn code(self, name: &str, value: impl Into<u64>) -> Line {
        self.known(name, Some(value.into()).filter(|value| *value != 0))
    }

    fn known(self, name: &str, value: Option<u64>) -> Line {
        match value {
            Some(number) => self.put(name, number),
            None => self.put(name, '-'),
        }
    }

    fn record(self, event: &Event) -> Line {
        let record = event.record();
        self.put("layer", record.layer)
            .put("caused_by", record.culprit)
            .code("cause", record.cause)
            .code("close_code", record.close_code)
            .text("close_reason", &record.close_reason)
            .put("closed_by_us", record.closed_by_us)
            .code("http_status", record.http_status)
            .code("errno", record.errno)
            .text("detail", &record.detail)
            .text("host", &record.host)
            .put("up_ms", record.up_ms)
            .known("rtt_us", record.rtt_us)
            .known("silent_ms", record.silence_ms)
            .put("verdict", record.verdict)
            .known("delay_ms", record.delay_ms)
            .put("attempt", record.attempt)
            .put("connection", event.id())
            .put("limits_reached", record.limits_reached)
            .known("message_id", record.message_id)
            .text("why", &record.why)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{:02x}", byte)).collect()
}

fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(2_166_136_261, |hash: u32, byte| {
        (hash ^ *byte as u32).wrapping_mul(16_777_619)
    })
}

fn message_line(event: &Event) -> Line {
    let data = event.data();
    let is_text = event.flags() & 1 != 0;
    let begin = format!("MESSAGE {}", if is_text { "text" } else { "binary" });
    let line = if data.len() > MOST_SHOWN {
        Line::new(begin)
            .put("bytes", data.len())
            .put("fnv1a", format!("{:08x}", fnv1a(data)))
    } else if is_text {
        Line::new(format!("{} \"{}\"", begin, event.text()))
    } else {
        Line::new(format!("{} \"{}\"", begin, hex(data)))
    };
    line.code("number", event.id())
}

pub fn event_line(event: &Event) -> String {
    let flag = event.flags() & 1 != 0;
    let line = match event.kind() {
        Kind::MESSAGE => message_line(event),
        Kind::OPEN => {
            let opening = event.opening();
            Line::new("OPEN")
                .text("address", &opening.address)
                .text("tls", &opening.tls)
                .text("subprotocol", &opening.subprotocol)
                .put("connection", event.id())
                .put("attempt", opening.attempt)
                .put("downtime_ms", opening.downtime_ms)
                .put("resumed", flag)
        }
        Kind::DOWN => Line::new("DOWN").put("was_open", flag).record(event),
        Kind::CLOSED => Line::new("CLOSED").record(event),
        Kind::CREDENTIALS => {
            let refusal = event.refusal();
            Line::new("CREDENTIALS")
                .put("attempt", refusal.attempt)
                .code("http_status", refusal.http_status)
                .code("close_code", refusal.close_code)
        }
        Kind::LOST => Line::new("LOST")
            .put("reason", event.lost_reason())
            .put("begun_anew", flag)
            .text("text", &event.text()),
        other => panic!("no queue has {:?}", other),
    };
    line.0
}
