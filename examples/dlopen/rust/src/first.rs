//! Sends "hello" and prints what comes back, with a libresock that is loaded at run time:
//!
//!     cargo run --locked --bin first -- [URL [LIBRARY]]
//!
//! URL: "echo:" if not given. LIBRARY: $RESOCK_LIBRARY, else libresock.so.0.

use resock_dlopen::{Error, Hub, Kind, Library};

fn run(url: &str, path: Option<&str>) -> Result<(), Error> {
    let library = Library::load(path)?;
    let mut hub = Hub::new(&library, &[])?;
    let link = hub.open(url, &[], 0)?;

    link.send("hello")?; // kept until it is confirmed, sent again after a break

    loop {
        for event in hub.poll(None)? {
            match event.kind() {
                Kind::MESSAGE => {
                    println!("arrived: {}", event.text());
                    link.close(1000, "")?; // waits until everything is confirmed
                }
                // Connects again by itself.
                Kind::DOWN | Kind::LOG => eprintln!("{}", event.text()),
                Kind::CLOSED => return Ok(()),
                _ => (),
            }
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let url = arguments.first().map_or("echo:", String::as_str);
    if let Err(error) = run(url, arguments.get(1).map(String::as_str)) {
        eprintln!("first: {}", error);
        std::process::exit(1);
    }
}
