package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small front, deep back: the share of named types that are public, also written to {@code target/public-types.txt}. */
class PublicTypesTest {

    private static final double BAR = 0.40;

    // Core and formats are vocabularies: their business is types for others. The figures of the other rooms above the
    // bar are
    // ceilings, so that they do not grow unseen.
    private static final Map<String, Double> ABOVE_THE_BAR = Map.of(
            "media-core", 1.0,
            "media-formats", 1.0,
            "media-ffmpeg", 0.50,
            "media-ingest", 0.55,
            "media-package", 0.44,
            "media-drm", 0.50,
            "media-live", 0.65,
            "media-testkit", 0.50);

    private static final Path REPORT = Path.of("target", "public-types.txt");
    private static final StringBuilder LINES = new StringBuilder("module public all share\n");

    static Stream<String> modules() {
        return House.modules();
    }

    @BeforeAll
    static void makeFolder() throws IOException {
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
    }

    @AfterAll
    static void writeReport() throws IOException {
        Files.writeString(REPORT, LINES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void mostTypesAreNotPublic(String module) {
        JavaClasses classes = House.classes(module);
        List<JavaClass> types = classes.stream()
                .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
                .filter(type -> !type.getSimpleName().endsWith("-info"))
                .toList();
        // What is public in a package that the module does not export is not shown to a host.
        Set<String> exported = House.exportedPackages(module);
        List<String> shown = types.stream()
                .filter(type -> HouseRules.isShown(type) && exported.contains(type.getPackageName()))
                .map(JavaClass::getName)
                .sorted()
                .collect(Collectors.toList());
        double share = (double) shown.size() / types.size();
        LINES.append(String.format(Locale.ROOT, "%s %d %d %.2f%n", module, shown.size(), types.size(), share));
        assertThat(share)
                .as("%s shows %d of %d types: %s", module, shown.size(), types.size(), shown)
                .isLessThanOrEqualTo(ABOVE_THE_BAR.getOrDefault(module, BAR));
    }
}
