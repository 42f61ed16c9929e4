//! throughput URL MESSAGES [NAME=VALUE...]: as ../../c/throughput.c, through libloading.

use std::time::Instant;

use resock_dlopen::{Error, Event, Hub, Kind, Library, Link};

const SIZE: usize = 64;
const IN_FLIGHT: u64 = 1000;

/// Where the run stands: messages are numbered, and all that is wanted is the next one.
struct Flow {
    warm_up: u64,
    total: u64,
    accepted: u64,
    arrived: u64,
    wrong: u64,
    begun: Instant,
    messages: Vec<[u8; SIZE]>,
}

impl Flow {
    fn new(count: u64) -> Flow {
        let warm_up = count / 4;
        Flow {
            warm_up,
            total: warm_up + count,
            accepted: 0,
            arrived: 0,
            wrong: 0,
            begun: Instant::now(),
            messages: vec![[0; SIZE]; IN_FLIGHT as usize],
        }
    }

    fn send(&mut self, link: &Link) -> Result<(), Error> {
        let until = self.total.min(self.arrived + IN_FLIGHT);
        let count = (until - self.accepted) as usize;
        for (message, number) in self.messages.iter_mut().zip(self.accepted..until) {
            message[..8].copy_from_slice(&number.to_le_bytes());
        }
        if count > 0 {
            let batch = self.messages[..count].iter().map(|message| &message[..]);
            self.accepted += link.send_all(batch)? as u64;
        }
        Ok(())
    }

    fn take(&mut self, event: Event) -> Result<(), Error> {
        match event.kind() {
            Kind::MESSAGE => (),
            Kind::CLOSED => {
                return Err(Error {
                    status: 0,
                    text: event.text().into_owned(),
                })
            }
            _ => return Ok(()),
        }
        let echo = event.data();
        if echo.len() != SIZE || echo[..8] != self.arrived.to_le_bytes() {
            self.wrong += 1;
        }
        self.arrived += 1;
        if self.arrived == self.warm_up {
            self.begun = Instant::now();
        }
        Ok(())
    }
}

fn run(url: &str, count: u64, options: &[Setting]) -> Result<(), Error> {
    let library = Library::load(None)?;
    let mut hub = Hub::new(&library, &[])?;
    let link = hub.open(url, options, 0)?;
    let mut flow = Flow::new(count);
    while flow.arrived < flow.total {
        flow.send(&link)?;
        for event in hub.poll(None)? {
            flow.take(event)?;
        }
    }
    let seconds = flow.begun.elapsed().as_secs_f64();
    println!(
        "{{\"messages\": {}, \"seconds\": {:.6}, \"messages_per_s\": {:.0}, \"wrong\": {}}}",
        count,
        seconds,
        count as f64 / seconds,
        flow.wrong
    );
    Ok(())
}

type Setting<'a> = (&'a str, &'a str);

fn arguments(words: &[String]) -> Option<(&str, u64, Vec<Setting<'_>>)> {
    let count = words
        .get(1)?
        .parse()
        .ok()
        .filter(|count| (1..u64::MAX / 4).contains(count))?;
    let options = words[2..]
        .iter()
        .map(|each| each.split_once('='))
        .collect::<Option<_>>()?;
    Some((&words[0], count, options))
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments(&words) {
        Some((url, count, options)) => run(url, count, &options),
        None => {
            eprintln!("usage: throughput URL MESSAGES [NAME=VALUE...]");
            std::process::exit(2);
        }
    };
    if let Err(error) = result {
        eprintln!("throughput: {}", error);
        std::process::exit(1);
    }
}
