package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every module says what it is, shows an example that runs as a test, and names the specifications that it implements. */
class ReadmeRulesTest {

    private static final int LONGEST_EXAMPLE = 15;

    static Stream<String> modules() {
        return House.modules();
    }

    private static String readme(String module) throws IOException {
        Path file = House.root().resolve(module).resolve("README.md");
        assertThat(file).exists();
        return Files.readString(file);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void exampleIsShortAndRunsAsATest(String module) throws IOException {
        List<String> example = example(readme(module));
        assertThat(example).hasSizeBetween(1, LONGEST_EXAMPLE);
        String test = withoutSpace(exampleTest(module));
        assertThat(example).allSatisfy(line -> assertThat(test).contains(withoutSpace(line)));
    }

    private static List<String> example(String readme) {
        int start = readme.indexOf("```java\n");
        assertThat(start).as("a Java example").isNotNegative();
        int end = readme.indexOf("```", start + 8);
        return readme.substring(start + 8, end)
                .lines()
                .map(line -> line.replaceAll("\\s//.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String exampleTest(String module) throws IOException {
        try (Stream<Path> files = Files.walk(House.root().resolve(module).resolve("src/test/java"))) {
            Path test = files.filter(file -> file.endsWith("ReadmeExampleTest.java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(module + " has no ReadmeExampleTest"));
            return Files.readString(test);
        }
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s", "");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void specificationsStandInATable(String module) throws IOException {
        assertThat(readme(module).toLowerCase(Locale.ROOT)).containsPattern("\\|[^|\n]*section[^|\n]*\\|");
    }
}
