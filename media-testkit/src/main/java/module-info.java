/** Fakes, synthetic sources, faulty inputs, golden dumps and the leak extension for tests of media programs. */
@org.jspecify.annotations.NullMarked
module io.headend.testkit {
    requires transitive io.headend.core;
    requires java.xml;
    requires jdk.httpserver;
    requires static org.junit.jupiter.api;
    requires static org.jspecify;

    exports io.headend.testkit;
}
