package org.resock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitTest {
    @ParameterizedTest
    @CsvSource({"exit, 7", "halt, 7", "hook, 7", "callback, 7", "main, 0"})
    void theVirtualMachineEndsWithLinksOpen(String how, int code) throws Exception {
        Child child = Child.run("org.resock.Programs$Ends", how);
        assertEquals(code, child.code, child.output);
        assertFalse(child.output.contains("fatal error"), child.output);
    }
}
