package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the build makes works for a user on the module path and on the class path, on the JDK that runs this test: a small
 * program is compiled against it, started in a JVM of its own, and encodes and decodes with FFmpeg.
 */
class PathsTest {

    private static final Path SOURCES = Path.of("src", "test", "paths").toAbsolutePath();
    private static final String MAIN = "io.headend.house.paths.Main";

    // Parts of the test class path that are not the product's.
    private static final Set<String> FOREIGN = Set.of(
            "junit",
            "assertj",
            "archunit",
            "jmh",
            "opentest4j",
            "apiguardian",
            "byte-buddy",
            "jqwik",
            "jopt",
            "commons-math",
            "surefire",
            "logback",
            "slf4j-simple",
            "benchmarks",
            "examples",
            "picocli");

    @TempDir
    Path folder;

    /** Jars and class folders of the house and of what it needs, as this build resolved them. */
    private static List<String> product() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .filter(entry -> {
                    Path path = Path.of(entry);
                    String name = path.endsWith(Path.of("target", "classes"))
                            ? path.getParent().getParent().getFileName().toString()
                            : path.getFileName().toString();
                    return !name.equals("test-classes") && FOREIGN.stream().noneMatch(name::contains);
                })
                .toList();
    }

    private static List<ModuleReference> modulesOn(List<String> path) {
        return ModuleFinder.of(path.stream().map(Path::of).toArray(Path[]::new)).findAll().stream()
                .filter(module -> !module.descriptor().isAutomatic())
                .toList();
    }

    /** One exported class of each module of the house that is there. */
    private static Map<String, String> exportedClasses(List<String> path) throws IOException {
        Map<String, String> classes = new TreeMap<>();
        for (ModuleReference module : modulesOn(path)) {
            String name = module.descriptor().name();
            if (name.startsWith("io.headend.")) {
                try (ModuleReader reader = module.open()) {
                    classes.put(name, exportedClass(module.descriptor(), reader));
                }
            }
        }
        return classes;
    }

    private static String exportedClass(ModuleDescriptor descriptor, ModuleReader reader) throws IOException {
        Set<String> exported = descriptor.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        return reader.list()
                .filter(resource -> resource.endsWith(".class") && !resource.contains("-info"))
                .map(resource -> resource.substring(0, resource.length() - 6).replace('/', '.'))
                .filter(name -> name.contains(".") && exported.contains(name.substring(0, name.lastIndexOf('.'))))
                .sorted()
                .findFirst()
                .orElseThrow();
    }

    @Test
    void worksOnTheModulePath() throws Exception {
        List<String> path = product();
        Path classes = compile(List.of("--module-path", String.join(File.pathSeparator, path)), true);
        Map<String, String> expected = exportedClasses(path);
        List<String> command = new ArrayList<>(List.of(
                "--module-path",
                classes + File.pathSeparator + String.join(File.pathSeparator, path),
                "--add-modules",
                toResolve(path),
                "--module",
                "io.headend.house.paths/" + MAIN));
        command.addAll(expected.values());
        List<String> output = run(command);
        assertThat(output).contains("frames 1000 1001 1002 1003 1004");
        expected.forEach((module, type) ->
                assertThat(output).anySatisfy(line -> assertThat(line).startsWith(type + " in module " + module)));
        assertThat(expected.keySet()).contains("io.headend.core", "io.headend.formats", "io.headend.ffmpeg");
    }

    /** The house, and the natives that nothing requires by name. */
    private static String toResolve(List<String> path) {
        return modulesOn(path).stream()
                .map(module -> module.descriptor().name())
                .filter(name -> name.startsWith("io.headend.") || name.startsWith("org.bytedeco."))
                .filter(name -> !name.equals("org.bytedeco.javacv"))
                .collect(Collectors.joining(","));
    }

    @Test
    void worksOnTheClassPath() throws Exception {
        List<String> path = product();
        Path classes = compile(List.of("--class-path", String.join(File.pathSeparator, path)), false);
        Map<String, String> expected = exportedClasses(path);
        List<String> command = new ArrayList<>(
                List.of("--class-path", classes + File.pathSeparator + String.join(File.pathSeparator, path), MAIN));
        command.addAll(expected.values());
        List<String> output = run(command);
        assertThat(output).contains("frames 1000 1001 1002 1003 1004");
        expected.values()
                .forEach(type -> assertThat(output)
                        .anySatisfy(line -> assertThat(line).startsWith(type + " in unnamed module")));
    }

    private Path compile(List<String> options, boolean asModule) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> sources = new ArrayList<>(List.of(SOURCES.resolve(MAIN.replace('.', '/') + ".java")));
        if (asModule) {
            sources.add(SOURCES.resolve("module-info.java"));
        }
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--release", "17", "-d", folder.toString()));
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            messages, files, null, all, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
        return folder;
    }

    private List<String> run(List<String> arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-Xmx256m",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dio.headend.leak=paranoid"));
        command.addAll(arguments);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("the program ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }
}
