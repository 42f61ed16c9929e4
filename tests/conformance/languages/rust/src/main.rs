//! The driver of Rust, over examples/dlopen/rust: what ../README.md asks of a driver.

mod line;
mod told;

use std::io::BufRead;

use line::Line;
use resock_dlopen::{Error, Hub, Library, Link, Message, FOREVER};
use told::Told;

fn word(words: &str) -> (&str, &str) {
    words.split_once(' ').unwrap_or((words, ""))
}

fn number(digits: &str) -> u64 {
    digits.parse().expect("a number")
}

enum Payload {
    Text(String),
    Binary(Vec<u8>),
}

impl Payload {
    fn message(&self) -> Message<'_> {
        match self {
            Payload::Text(text) => text.as_str().into(),
            Payload::Binary(bytes) => bytes.as_slice().into(),
        }
    }
}

fn bytes_of(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn payload(words: &str) -> Payload {
    let (kind, rest) = word(words);
    let (count, what) = match kind.ends_with("-of") {
        true => (number(word(rest).0) as usize, word(rest).1),
        false => (1, rest),
    };
    match kind.starts_with("text") {
        true => Payload::Text(what.repeat(count)),
        false => Payload::Binary(bytes_of(what).repeat(count)),
    }
}

fn level_of(name: &str) -> usize {
    let names = ["stored", "written", "received", "processed"];
    1 + names
        .iter()
        .position(|each| *each == name)
        .expect("a level")
}

/// The link stands first: it goes before its hub.
struct Opened {
    link: Link,
    hub: Hub,
    told: Told,
}

impl Opened {
    fn send(&self, words: &str) -> Result<(), Error> {
        let (how, rest) = word(words);
        let payload = payload(rest);
        let mut message = payload.message();
        for each in how.split(',') {
            message = match each.split_once('=').unwrap_or((each, "")) {
                ("unkept", _) => message.unkept(),
                ("flush", _) => message.flush(),
                ("ttl", value) => message.ttl_ms(number(value) as u32),
                _ => message,
            };
        }
        println!("SENT {}", self.link.send(message)?);
        Ok(())
    }

    fn rest(&mut self) {
        while let Some(line) = self.told.next_event(&mut self.hub) {
            println!("{}", line);
        }
        while let Some(line) = self.told.next_message(&mut self.hub) {
            println!("{}", line);
        }
    }

    fn flush(&self, level: &str) -> Result<(), Error> {
        self.link.flush(level_of(level) as u32, FOREVER)?;
        println!("FLUSHED {}", level);
        Ok(())
    }

    fn obey(&mut self, command: &str, words: &str) -> Result<(), Error> {
        let (first, rest) = word(words);
        let next = "CLOSED has come: there is no further one";
        match command {
            "send" => self.send(words)?,
            "event" => println!("{}", self.told.next_event(&mut self.hub).expect(next)),
            "message" => println!("{}", self.told.next_message(&mut self.hub).expect(next)),
            "outcome" => {
                let (id, level) = (number(first), level_of(rest));
                println!("{}", self.told.outcome(&mut self.hub, id, level));
            }
            "writable" => {
                self.told.wait_until_writable(&mut self.hub);
                println!("WRITABLE");
            }
            "confirm" => self.link.confirm(number(first), rest == "through")?,
            "flush" => self.flush(words)?,
            "greeting" => self.link.set_greeting(first, payload(rest).message())?,
            "greeting-remove" => self.link.remove_greeting(words)?,
            "ready" => self.link.ready()?,
            "retry-now" => self.link.retry_now()?,
            "set" => self.link.set(first, rest)?,
            "state" => println!("{}", Line::new("STATE").put("state", self.link.state()?).0),
            "close" => self.link.close(number(first) as u32, rest)?,
            "rest" => self.rest(),
            _ => panic!("unknown command {}", command),
        }
        Ok(())
    }
}

struct Driver {
    library: Library,
    options: Vec<(String, String)>,
    opened: Option<Opened>,
}

fn borrowed(options: &[(String, String)]) -> Vec<(&str, &str)> {
    options
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

impl Driver {
    fn open(&mut self) -> Result<(), Error> {
        let given = std::mem::take(&mut self.options);
        let (urls, others): (Vec<_>, Vec<_>) = borrowed(&given)
            .into_iter()
            .partition(|each| each.0 == "url");
        let hub = Hub::new(&self.library, &[])?;
        let link = hub.open(urls[0].1, &others, 0)?;
        let told = Told::default();
        self.opened = Some(Opened { link, hub, told });
        Ok(())
    }

    fn give(&mut self, is_asked: bool) -> Result<(), Error> {
        let given = std::mem::take(&mut self.options);
        let set = borrowed(&given);
        let opened = self.opened.as_ref().expect("opened");
        let request = if is_asked { opened.told.request } else { 0 };
        let options = Some(set.as_slice()).filter(|set| !set.is_empty());
        opened.link.credentials(request, options)
    }

    fn obey(&mut self, line: &str) -> Result<(), Error> {
        let (command, words) = word(line);
        match command {
            "option" => {
                let (name, value) = word(words);
                self.options.push((name.into(), value.into()));
                Ok(())
            }
            "open" => self.open(),
            "credentials" => self.give(true),
            "credentials-unasked" => self.give(false),
            "free" => {
                self.options.clear();
                self.opened = None;
                Ok(())
            }
            _ => self.opened.as_mut().expect("opened").obey(command, words),
        }
    }
}

fn main() {
    let mut driver = Driver {
        library: Library::load(None).expect("loaded"),
        options: Vec::new(),
        opened: None,
    };
    for line in std::io::stdin().lock().lines() {
        if let Err(error) = driver.obey(&line.expect("a line")) {
            println!("ERROR {}", error.status);
        }
        println!(".");
    }
}
