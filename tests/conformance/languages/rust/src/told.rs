//! What a link has told, sorted into what the commands ask for. Events are kept as lines, since
//! they last only until the next poll.

use std::collections::VecDeque;

use resock_dlopen::{Event, Hub, Kind};

use crate::line::{event_line, Line};

#[derive(Default)]
pub struct Told {
    pub events: VecDeque<String>,
    pub messages: VecDeque<String>,
    pub request: u64,
    through: [u64; 5],
    failures: Vec<(u64, u64, u32)>,
    writable: bool,
    closed: bool,
}

impl Told {
    /// Waits for more; false: CLOSED has come.
    pub fn pull(&mut self, hub: &mut Hub) -> bool {
        if self.closed {
            return false;
        }
        for event in hub.poll(None).expect("polled") {
            self.sort(&event);
        }
        true
    }

    fn sort(&mut self, event: &Event) {
        match event.kind() {
            Kind::MESSAGE => self.messages.push_back(event_line(event)),
            Kind::CONFIRMED => self.through[event.level() as usize] = event.id(),
            Kind::FAILED => self
                .failures
                .push((event.id(), event.last_id(), event.reason())),
            Kind::WRITABLE => self.writable = true,
            Kind::OPEN | Kind::DOWN | Kind::LOST => self.events.push_back(event_line(event)),
            Kind::CREDENTIALS => {
                self.request = event.id();
                self.events.push_back(event_line(event));
            }
            Kind::CLOSED => {
                self.closed = true;
                self.events.push_back(event_line(event));
            }
            _ => (),
        }
    }

    pub fn next_event(&mut self, hub: &mut Hub) -> Option<String> {
        while self.events.is_empty() && self.pull(hub) {}
        self.events.pop_front()
    }

    pub fn next_message(&mut self, hub: &mut Hub) -> Option<String> {
        while self.messages.is_empty() && self.pull(hub) {}
        self.messages.pop_front()
    }

    pub fn wait_until_writable(&mut self, hub: &mut Hub) {
        while !self.writable {
            assert!(self.pull(hub), "CLOSED before WRITABLE");
        }
        self.writable = false;
    }

    pub fn outcome(&mut self, hub: &mut Hub, id: u64, level: usize) -> String {
        loop {
            let failed = |each: &&(u64, u64, u32)| each.0 <= id && id <= each.1;
            if let Some((_, _, reason)) = self.failures.iter().find(failed) {
                return Line::new(format!("OUTCOME {} failed", id))
                    .put("reason", reason)
                    .0;
            }
            if self.through[level..].iter().any(|through| *through >= id) {
                return Line::new(format!("OUTCOME {}", id)).put("level", level).0;
            }
            assert!(
                self.pull(hub),
                "CLOSED, and nothing was told of the message"
            );
        }
    }
}
