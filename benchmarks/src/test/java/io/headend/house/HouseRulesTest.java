package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every "never" of the plan, over the compiled classes of every module. */
class HouseRulesTest {

    private static final Map<String, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

    static Stream<String> modules() {
        return House.modules();
    }

    private static JavaClasses of(String module) {
        return IMPORTED.computeIfAbsent(module, House::classes);
    }

    private static void check(String module, ArchRule rule) {
        rule.check(of(module));
    }

    @Test
    void coreNeedsOnlyTheJdkSlf4jAndJspecify() {
        check("media-core", HouseRules.needsOnlyTheJdkAndItsTwoApis());
    }

    @Test
    void formatsIsPureSyntax() {
        check("media-formats", HouseRules.doesNoInputOutput());
        check("media-formats", HouseRules.startsNoThreads());
        check("media-formats", HouseRules.hasNoNatives());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void onlyTheFfmpegRoomKnowsTheNatives(String module) {
        if (Set.of("media-package", "media-drm", "media-cdn", "media-core", "media-formats", "media-testkit")
                .contains(module)) {
            check(module, HouseRules.hasNoNatives());
            check(module, HouseRules.doesNotKnow("io.headend.ffmpeg.."));
        } else if (!Set.of("media-ffmpeg", "media-javacv").contains(module)) {
            check(module, HouseRules.doesNotKnow("org.bytedeco.."));
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void stagesDoNotKnowEachOther(String module) {
        if (House.STAGES.contains(module)) {
            String[] others = House.STAGES.stream()
                    .filter(stage -> !stage.equals(module))
                    .map(stage -> House.basePackage(stage) + "..")
                    .toArray(String[]::new);
            check(module, HouseRules.doesNotKnow(others));
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyModuleKnowsOnlyWhatThePlanAllows(String module) {
        Set<String> allowed = new TreeSet<>(House.ARROWS.get(module));
        allowed.add(module);
        String[] others = House.modules()
                .filter(other -> !allowed.contains(other))
                .map(other -> House.basePackage(other) + "..")
                .toArray(String[]::new);
        check(module, HouseRules.doesNotKnow(others));
        check(module, HouseRules.doesNotKnow("io.headend.examples..", "io.headend.benchmarks.."));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void nettyIsForIngestAndCdn(String module) {
        if (!Set.of("media-ingest", "media-cdn").contains(module)) {
            check(module, HouseRules.doesNotKnow("io.netty.."));
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noApplicationFrameworks(String module) {
        if (!module.equals("media-javacv")) {
            check(module, HouseRules.knowsNoApplicationFramework());
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void exportedSignaturesShowNoForeignTypes(String module) {
        JavaClasses classes = of(module);
        HouseRules.showsNoForeignTypes(House.exportedPackages(module)).check(classes);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void mainCodeNeitherSleepsNorPrints(String module) {
        check(module, HouseRules.neitherSleepsNorPrints());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void apiHasNoSettersAndPlainNames(String module) {
        // The bridge overrides what JavaCV's grabber declares.
        if (!module.equals("media-javacv")) {
            check(module, HouseRules.hasNoSetters());
        }
        check(module, HouseRules.hasPlainNames());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyPackageSaysWhatItIsForAndIsNullMarked(String module) {
        assertThat(packagesWithoutInfo(of(module))).isEmpty();
    }

    static Set<String> packagesWithoutInfo(JavaClasses classes) {
        Set<String> marked = classes.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
        return classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.isEmpty() && !marked.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void modulesAreNamedInThePlan() {
        Map<String, String> names = new TreeMap<>();
        House.modules()
                .filter(House::hasDescriptor)
                .forEach(module -> names.put(module, House.descriptor(module).name()));
        assertThat(names)
                .isNotEmpty()
                .allSatisfy((module, name) -> assertThat(name).isEqualTo(House.basePackage(module)));
    }
}
