//! cycles N: as ../../c/cycles.c, through libloading.

use resock_dlopen::{Error, Hub, Kind, Library, Link};

fn follow(hub: &mut Hub, link: &Link) -> Result<(), Error> {
    loop {
        for event in hub.poll(None)? {
            match event.kind() {
                Kind::MESSAGE => link.close(1000, "")?,
                Kind::CLOSED => return Ok(()),
                _ => (),
            }
        }
    }
}

fn cycle(library: &Library) -> Result<(), Error> {
    let mut hub = Hub::new(library, &[])?;
    let link = hub.open("echo:", &[], 0)?;
    link.send("hello")?;
    follow(&mut hub, &link)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u32 = std::env::args().nth(1).ok_or("cycles N")?.parse()?;
    let library = Library::load(None)?;
    for _ in 0..2 {
        for _ in 0..count {
            cycle(&library)?;
        }
        println!("ready");
        std::io::stdin().read_line(&mut String::new())?;
    }
    Ok(())
}
