package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which native library is loaded, and what is said where that is none, or not ours. */
class LibraryTest {
    private static final Path NATIVE =
            Path.of(System.getProperty("resock.native")).toAbsolutePath().normalize();
    private static final Path UNPACKED = NATIVE.resolve("resources/natives/" + Library.platform());
    private static final String VERSION = "org.resock.Programs$Version";

    @TempDir Path folder;

    private static void assertRuns(String expected, String... words) throws Exception {
        Child child = Child.run(words);
        assertEquals(0, child.code, child.output);
        assertTrue(child.output.contains(expected), child.output);
    }

    /** Both times the same sentence. */
    private static void assertSays(String expected, String... words) throws Exception {
        Child child = Child.run(words);
        assertEquals(3, child.code, child.output);
        List<String> lines = child.output.lines().filter(line -> line.contains(expected))
                .collect(Collectors.toList());
        assertEquals(2, lines.size(), child.output);
        assertEquals(lines.get(0), lines.get(1));
    }

    private static String named(Path library) {
        return "-Dresock.library=" + library;
    }

    @Test void theJarHasIt() throws Exception {
        assertRuns(Resock.version() + " of ", VERSION);
    }

    @Test void whatWasUnpackedIsGone() throws Exception {
        assertRuns(Resock.version(), "-Djava.io.tmpdir=" + folder, VERSION);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.filter(file -> file.getFileName().toString().startsWith("resock"))
                    .count());
        }
    }

    @Test void anotherOneCanBeNamed() throws Exception {
        assertRuns(" of " + UNPACKED, named(UNPACKED), VERSION);
        assertRuns(" of " + UNPACKED, named(UNPACKED.resolve(Library.MAIN)), VERSION);
        // Without the one beside it.
        Files.copy(UNPACKED.resolve(Library.MAIN), folder.resolve("libresock.so"));
        assertRuns(" of " + folder, named(folder.resolve("libresock.so")), VERSION);
    }

    @Test void aFileThatIsNotThere() throws Exception {
        assertSays("there is no file " + folder.resolve("absent.so"),
                named(folder.resolve("absent.so")), VERSION);
        assertSays("there is no file " + folder.resolve(Library.MAIN), named(folder), VERSION);
    }

    @Test void aFileThatIsNoLibrary() throws Exception {
        Path file = Files.writeString(folder.resolve("libresock.so"), "this is a text");
        assertSays("cannot load libresock.so on " + Library.platform(), named(file), VERSION);
    }

    @Test void aLibraryForAnotherProcessor() throws Exception {
        byte[] elf = Files.readAllBytes(UNPACKED.resolve(Library.MAIN));
        elf[18] = (byte) 0xF3; // e_machine: RISC-V
        elf[19] = 0;
        Path file = Files.write(folder.resolve("libresock.so"), elf);
        assertSays("cannot load libresock.so on " + Library.platform(), named(file), VERSION);
    }

    @Test void aJarForAnotherProcessor() throws Exception {
        assertSays("this jar has no natives/linux-sparc/libresock.so.0", "-Dos.arch=sparc",
                VERSION);
    }

    @Test void anotherLibrary() throws Exception {
        Path jvm = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        assertSays("is " + jvm + " a libresock of this version?", named(jvm), VERSION);
    }

    /** bindings/java/CMakeLists.txt makes it: all functions, and version 99 of the ABI. */
    @Test void anotherVersion() throws Exception {
        Path other = NATIVE.resolve("other_abi").resolve(Library.MAIN);
        assertSays("has ABI version 99, this binding needs " + Native.resock_binding_abi_version(),
                named(other), VERSION);
    }
}
