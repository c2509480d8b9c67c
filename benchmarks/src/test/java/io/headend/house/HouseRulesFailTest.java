package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.headend.house.fixture.HasNative;
import io.headend.house.fixture.HasSetter;
import io.headend.house.fixture.Innocent;
import io.headend.house.fixture.KnowsAStage;
import io.headend.house.fixture.KnowsFfmpeg;
import io.headend.house.fixture.KnowsNetty;
import io.headend.house.fixture.KnowsSpring;
import io.headend.house.fixture.LoadsLibrary;
import io.headend.house.fixture.OpensFile;
import io.headend.house.fixture.OpensSocket;
import io.headend.house.fixture.Prints;
import io.headend.house.fixture.ShowsBytedeco;
import io.headend.house.fixture.ShowsGuava;
import io.headend.house.fixture.ShowsJacksonAsSupertype;
import io.headend.house.fixture.ShowsNettyInGenerics;
import io.headend.house.fixture.Sleeps;
import io.headend.house.fixture.StartsThread;
import io.headend.house.fixture.ThingManager;
import io.headend.house.fixture.UsesExecutor;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows every rule a class that breaks it, and one that does not. */
class HouseRulesFailTest {

    private static final Set<String> FIXTURES = Set.of("io.headend.house.fixture");

    static Stream<Arguments> violations() {
        ArchRule shows = HouseRules.showsNoForeignTypes(FIXTURES);
        return Stream.of(
                Arguments.of(HouseRules.needsOnlyTheJdkAndItsTwoApis(), KnowsNetty.class, "io.netty"),
                Arguments.of(HouseRules.doesNoInputOutput(), OpensFile.class, "java.nio.file.Files"),
                Arguments.of(HouseRules.doesNoInputOutput(), OpensSocket.class, "java.net.Socket"),
                Arguments.of(HouseRules.startsNoThreads(), StartsThread.class, "java.lang.Thread"),
                Arguments.of(HouseRules.startsNoThreads(), UsesExecutor.class, "java.util.concurrent.Executor"),
                Arguments.of(HouseRules.hasNoNatives(), HasNative.class, "HasNative.call"),
                Arguments.of(HouseRules.hasNoNatives(), LoadsLibrary.class, "System.loadLibrary"),
                Arguments.of(HouseRules.hasNoNatives(), ShowsBytedeco.class, "org.bytedeco.ffmpeg.avutil.AVFrame"),
                Arguments.of(HouseRules.doesNotKnow("io.headend.ffmpeg.."), KnowsFfmpeg.class, "io.headend.ffmpeg"),
                Arguments.of(HouseRules.doesNotKnow("io.headend.ingest.."), KnowsAStage.class, "io.headend.ingest"),
                Arguments.of(HouseRules.doesNotKnow("io.netty.."), KnowsNetty.class, "io.netty"),
                Arguments.of(HouseRules.knowsNoApplicationFramework(), KnowsSpring.class, "org.springframework"),
                Arguments.of(shows, ShowsBytedeco.class, "shows org.bytedeco.ffmpeg.avutil.AVFrame"),
                Arguments.of(shows, ShowsNettyInGenerics.class, "shows io.netty.buffer.ByteBuf"),
                Arguments.of(shows, ShowsJacksonAsSupertype.class, "shows com.fasterxml.jackson"),
                Arguments.of(shows, ShowsGuava.class, "shows com.google.common"),
                Arguments.of(HouseRules.neitherSleepsNorPrints(), Sleeps.class, "Thread.sleep"),
                Arguments.of(HouseRules.neitherSleepsNorPrints(), Prints.class, "System.out"),
                Arguments.of(HouseRules.hasNoSetters(), HasSetter.class, "setSize"),
                Arguments.of(HouseRules.hasPlainNames(), ThingManager.class, "ThingManager"));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void ruleCatchesAndNamesTheViolation(ArchRule rule, Class<?> fixture, String named) {
        JavaClasses classes = new ClassFileImporter().importClasses(fixture);
        assertThatThrownBy(() -> rule.check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @MethodSource("violations")
    void ruleLetsTheInnocentPass(ArchRule rule) {
        JavaClasses classes = new ClassFileImporter().importClasses(Innocent.class);
        ArchRule withoutSubject = rule.allowEmptyShould(true);
        if (!rule.getDescription().startsWith("core needs")) {
            withoutSubject.check(classes);
        }
    }

    @Test
    void packageWithoutInfoIsNamed() {
        JavaClasses classes = new ClassFileImporter().importClasses(Innocent.class);
        assertThat(HouseRulesTest.packagesWithoutInfo(classes)).containsExactly("io.headend.house.fixture");
    }
}
