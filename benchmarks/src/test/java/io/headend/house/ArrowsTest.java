package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of the plan in the two places that declare them: the POM and the module descriptor. */
class ArrowsTest {

    static Stream<String> modules() {
        return House.modules();
    }

    static Stream<String> modulesWithDescriptor() {
        return House.modules().filter(House::hasDescriptor);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void pomNeedsOnlyWhatThePlanAllows(String module) {
        List<House.Dependency> main = House.dependencies(House.pom(module), "dependencies").stream()
                .filter(dependency -> !dependency.scope().equals("test"))
                .toList();
        assertThat(main)
                .filteredOn(dependency -> dependency.group().equals("io.headend"))
                .extracting(House.Dependency::artifact)
                .isSubsetOf(House.ARROWS.get(module));
        assertThat(main)
                .filteredOn(dependency -> dependency.group().startsWith("io.netty"))
                .allSatisfy(dependency -> assertThat(module).isIn("media-ingest", "media-cdn"));
        assertThat(main)
                .filteredOn(dependency -> dependency.group().equals("org.bytedeco"))
                .allSatisfy(dependency -> assertThat(module).isIn("media-ffmpeg", "media-javacv"));
    }

    @ParameterizedTest
    @MethodSource("modulesWithDescriptor")
    void descriptorRequiresOnlyWhatThePlanAllows(String module) {
        Map<String, String> artifacts = House.modules().collect(Collectors.toMap(House::basePackage, name -> name));
        ModuleDescriptor descriptor = House.descriptor(module);
        assertThat(descriptor.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .filteredOn(name -> name.startsWith("io.headend."))
                .extracting(artifacts::get)
                .isSubsetOf(House.ARROWS.get(module));
        if (module.equals("media-core")) {
            assertThat(descriptor.requires())
                    .extracting(ModuleDescriptor.Requires::name)
                    .isSubsetOf("java.base", "org.slf4j", "org.jspecify");
        }
        Set<String> natives = Set.of("org.bytedeco.ffmpeg", "org.bytedeco.javacpp");
        assertThat(descriptor.requires())
                .filteredOn(requires -> natives.contains(requires.name()))
                .allSatisfy(requires -> assertThat(module).isEqualTo("media-ffmpeg"))
                .allSatisfy(requires ->
                        assertThat(requires.modifiers()).doesNotContain(ModuleDescriptor.Requires.Modifier.TRANSITIVE));
    }
}
