package io.headend.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks at supertypes, type parameters, fields, parameters, results and exceptions that a user of a public type can see. */
final class ShowNoForeignTypes extends ArchCondition<JavaClass> {

    private static final List<String> FOREIGN =
            List.of("com.google.common.", "com.fasterxml.", "tools.jackson.", "io.netty.", "org.bytedeco.");

    // The two places whose business is another library's type.
    private static final Map<String, String> ALLOWED =
            Map.of("io.headend.ffmpeg.interop", "org.bytedeco.", "io.headend.javacv", "org.bytedeco.javacv.");

    ShowNoForeignTypes() {
        super("show no foreign types");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaClass> header = Stream.concat(
                supertypes.flatMap(t -> t.getAllInvolvedRawTypes().stream()),
                type.getTypeParameters().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream()));
        report(type, type.getDescription(), header, events);
        for (JavaMember member : type.getMembers()) {
            if (member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED)) {
                Stream<JavaClass> shown = member.getAllInvolvedRawTypes().stream();
                if (member instanceof JavaCodeUnit unit) {
                    shown = Stream.concat(shown, unit.getExceptionTypes().stream());
                }
                report(type, member.getDescription(), shown, events);
            }
        }
    }

    private static void report(JavaClass owner, String where, Stream<JavaClass> types, ConditionEvents events) {
        String allowed = ALLOWED.getOrDefault(owner.getPackageName(), "none");
        types.map(JavaClass::getBaseComponentType)
                .map(JavaClass::getName)
                .distinct()
                .filter(name -> FOREIGN.stream().anyMatch(name::startsWith) && !name.startsWith(allowed))
                .forEach(name -> events.add(SimpleConditionEvent.violated(owner, where + " shows " + name)));
    }
}
