package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code media-bom} names every published module with the version of its own POM. */
class BomTest {

    private static final Set<String> NOT_PUBLISHED = Set.of("media-bom", "examples", "benchmarks");

    private static Set<String> published() {
        NodeList modules = House.pom("").getElementsByTagName("module");
        return Stream.iterate(0, i -> i < modules.getLength(), i -> i + 1)
                .map(i -> modules.item(i).getTextContent().strip())
                .filter(module -> !NOT_PUBLISHED.contains(module))
                .collect(Collectors.toSet());
    }

    private static String versionInRoot(String module) {
        Element properties =
                (Element) House.pom("").getElementsByTagName("properties").item(0);
        return House.text(properties, module + ".version");
    }

    @Test
    void everyPublishedModuleIsInTheBomWithItsVersion() {
        Map<String, String> bom = House.dependencies(House.pom("media-bom"), "dependencyManagement").stream()
                .peek(dependency -> assertThat(dependency.group()).isEqualTo("io.headend"))
                .collect(Collectors.toMap(House.Dependency::artifact, House.Dependency::version));
        Map<String, String> poms = published().stream().collect(Collectors.toMap(module -> module, module -> {
            Document pom = House.pom(module);
            assertThat(House.text(pom.getDocumentElement(), "artifactId")).isEqualTo(module);
            return House.text(pom.getDocumentElement(), "version");
        }));
        assertThat(poms).isNotEmpty().doesNotContainValue("");
        assertThat(bom)
                .isEqualTo(poms)
                .allSatisfy(
                        (module, version) -> assertThat(versionInRoot(module)).isEqualTo(version));
    }

    @Test
    void thePlanKnowsEveryPublishedModule() {
        assertThat(published()).isEqualTo(House.ARROWS.keySet());
    }

    @Test
    void theBomHasACalendarVersion() {
        assertThat(House.text(House.pom("media-bom").getDocumentElement(), "version"))
                .matches("20\\d\\d\\.(1[0-2]|[1-9])\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void theBomKeepsItsListWhenItIsFlattened() {
        Element elements = (Element)
                House.pom("media-bom").getElementsByTagName("pomElements").item(0);
        assertThat(House.text(elements, "dependencyManagement")).isEqualTo("interpolate");
    }
}
