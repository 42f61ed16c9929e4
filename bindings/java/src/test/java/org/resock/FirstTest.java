package org.resock; import org.junit.jupiter.api.Test; class FirstTest { @Test void t() {} }
