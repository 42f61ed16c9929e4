//! misuse: as ../../c/misuse.c, through libloading, as far as the compiler lets it happen.

use resock_dlopen::{Error, Hub, Library};

fn tell<T>(what: &str, result: Result<T, Error>) {
    match result {
        Ok(_) => println!("{}: accepted", what),
        Err(error) => println!("{}: {}", what, error),
    }
}

fn main() -> Result<(), Error> {
    let library = Library::load(None)?;
    let kept = Hub::new(&library, &[])?;
    let freed = Hub::new(&library, &[])?;
    let opened = kept.open("echo:", &[], 0)?;
    let of_freed = freed.open("echo:", &[], 0)?;
    drop(freed);
    drop(library); // hubs and links keep it loaded
    tell("link of a freed hub", of_freed.send("x"));
    tell("reason too long", opened.close(1000, &"x".repeat(124)));
    tell("NUL in an option", kept.open("echo:\0", &[], 0));
    std::process::exit(0) // without dropping anything
}
