package io.headend.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.Timer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What never happens in the house, as rules over the classes of one module. */
final class HouseRules {

    private static final Set<String> HARMLESS_IO = Set.of(
            "java.io.IOException",
            "java.io.EOFException",
            "java.io.UncheckedIOException",
            "java.io.Serializable",
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.Reader",
            "java.io.Writer",
            "java.io.ByteArrayInputStream",
            "java.io.ByteArrayOutputStream",
            "java.io.StringReader",
            "java.io.StringWriter");

    private HouseRules() {}

    static ArchRule needsOnlyTheJdkAndItsTwoApis() {
        return classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.headend.core..", "java..", "org.slf4j", "org.jspecify.annotations")
                .as("core needs the JDK, slf4j-api and jspecify, nothing else");
    }

    static ArchRule doesNoInputOutput() {
        return noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.nio.file..", "java.nio.channels..", "java.net.http..", "javax.net..")
                        .or(named(
                                "file, stream or socket classes",
                                type -> (type.getPackageName().equals("java.io")
                                                && !HARMLESS_IO.contains(type.getName()))
                                        || (type.getPackageName().equals("java.net")
                                                && type.getSimpleName()
                                                        .matches(".*(Socket|URL|Connection|Address).*")))))
                .as("syntax rooms do no input or output");
    }

    static ArchRule startsNoThreads() {
        return noClasses()
                .should()
                .dependOnClassesThat(named(
                        "threads, executors and locks",
                        type -> type.isEquivalentTo(Thread.class)
                                || type.isEquivalentTo(Timer.class)
                                || (type.getPackageName().startsWith("java.util.concurrent")
                                        && !type.getSimpleName().startsWith("TimeUnit"))))
                .as("syntax rooms have no threads");
    }

    static ArchRule hasNoNatives() {
        return noClasses()
                .should(new ArchCondition<JavaClass>("declare native methods or load libraries") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getMethods().stream()
                                .filter(method -> method.getModifiers().contains(JavaModifier.NATIVE))
                                .forEach(method ->
                                        events.add(SimpleConditionEvent.satisfied(method, method.getDescription())));
                        type.getAccessesFromSelf().stream()
                                .filter(access -> access.getTargetOwner().isEquivalentTo(System.class)
                                        && access.getName().startsWith("load"))
                                .forEach(access ->
                                        events.add(SimpleConditionEvent.satisfied(access, access.getDescription())));
                    }
                })
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "java.lang.foreign..", "com.sun.jna..")
                .as("this room has no natives");
    }

    static ArchRule doesNotKnow(String... packages) {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .as("this room does not know " + String.join(", ", packages));
    }

    static ArchRule knowsNoApplicationFramework() {
        return doesNotKnow("javax.servlet..", "jakarta.servlet..", "org.springframework..", "org.bytedeco.javacv..");
    }

    static ArchRule neitherSleepsNorPrints() {
        return noClasses()
                .should()
                .accessTargetWhere(access("sleep, print or print a stack trace", access -> {
                    String target = access.getTargetOwner().getName() + "." + access.getName();
                    return Set.of(
                                            "java.lang.Thread.sleep",
                                            "java.util.concurrent.TimeUnit.sleep",
                                            "java.lang.System.out",
                                            "java.lang.System.err")
                                    .contains(target)
                            || access.getName().equals("printStackTrace");
                }))
                .as("main code neither sleeps nor prints");
    }

    /** Exported types show what the JDK and the house have, not what they are made with. */
    static ArchRule showsNoForeignTypes(Set<String> exportedPackages) {
        return classes()
                .that(named("exported", type -> isShown(type) && exportedPackages.contains(type.getPackageName())))
                .should(new ShowNoForeignTypes())
                .allowEmptyShould(true)
                .as("exported signatures show no Guava, Jackson, Netty or Bytedeco types");
    }

    static ArchRule hasNoSetters() {
        return noClasses()
                .that(named(
                        "public types that are not builders",
                        type -> isShown(type) && !type.getSimpleName().endsWith("Builder")))
                .should(new ArchCondition<JavaClass>("have setters") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getMethods().stream()
                                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                                .filter(method -> method.getName().matches("set[A-Z].*"))
                                .forEach(method ->
                                        events.add(SimpleConditionEvent.satisfied(method, method.getDescription())));
                    }
                })
                .allowEmptyShould(true)
                .as("public types have no setters");
    }

    static ArchRule hasPlainNames() {
        return noClasses()
                .that(named("named", type -> !type.isAnonymousClass()))
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveNameMatching(".*[.$]I[A-Z][a-z]\\w*")
                .orShould()
                .resideInAPackage("..util..")
                .as("no managers, utils, helpers or I-prefixes");
    }

    static boolean isShown(JavaClass type) {
        return Stream.iterate(type, t -> t != null, t -> t.getEnclosingClass().orElse(null))
                .allMatch(t -> t.getModifiers().contains(JavaModifier.PUBLIC)
                        || t.getModifiers().contains(JavaModifier.PROTECTED));
    }

    static DescribedPredicate<JavaClass> named(String description, Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static DescribedPredicate<JavaAccess<?>> access(String description, Predicate<JavaAccess<?>> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }
}
