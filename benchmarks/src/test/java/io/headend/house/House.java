package io.headend.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The plan of the house: its modules, the arrows that are allowed between them, and where the build puts them. */
final class House {

    /** Every published module with the modules of the house that it may need. */
    static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("media-core", Set.of()),
            Map.entry("media-formats", Set.of("media-core")),
            Map.entry("media-ffmpeg", Set.of("media-core")),
            Map.entry("media-ingest", Set.of("media-core", "media-formats", "media-ffmpeg")),
            Map.entry("media-transcode", Set.of("media-core", "media-formats", "media-ffmpeg")),
            Map.entry("media-package", Set.of("media-core", "media-formats")),
            Map.entry("media-package-s3", Set.of("media-core", "media-formats", "media-package")),
            Map.entry("media-drm", Set.of("media-core", "media-formats")),
            Map.entry("media-cdn", Set.of("media-core", "media-formats")),
            Map.entry(
                    "media-live",
                    Set.of(
                            "media-core",
                            "media-formats",
                            "media-ffmpeg",
                            "media-ingest",
                            "media-transcode",
                            "media-package",
                            "media-drm")),
            Map.entry("media-testkit", Set.of("media-core", "media-formats")),
            Map.entry("media-javacv", Set.of("media-core", "media-ffmpeg")));

    static final Set<String> STAGES =
            Set.of("media-ingest", "media-transcode", "media-package", "media-drm", "media-cdn");

    private static final Path ROOT = findRoot();

    private House() {}

    private static Path findRoot() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("media-bom"))) {
                return at;
            }
        }
        throw new IllegalStateException("the tests do not run inside the repository");
    }

    static Path root() {
        return ROOT;
    }

    static Stream<String> modules() {
        return ARROWS.keySet().stream().sorted();
    }

    static Path classesFolder(String module) {
        return ROOT.resolve(module).resolve("target/classes");
    }

    static JavaClasses classes(String module) {
        JavaClasses classes = new ClassFileImporter().importPath(classesFolder(module));
        if (classes.isEmpty()) {
            throw new IllegalStateException(module + " is not built");
        }
        return classes;
    }

    static ModuleDescriptor descriptor(String module) {
        try (InputStream in = Files.newInputStream(classesFolder(module).resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bridge has no descriptor, because JavaCV's own cannot be resolved; its jar has an automatic module name. */
    static boolean hasDescriptor(String module) {
        return !module.equals("media-javacv");
    }

    /** The packages of a module that everybody may use. */
    static Set<String> exportedPackages(String module) {
        if (!hasDescriptor(module)) {
            return classes(module).stream().map(type -> type.getPackageName()).collect(Collectors.toSet());
        }
        return descriptor(module).exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    /** {@code media-package} is {@code io.headend.packaging}, since {@code package} is a word of Java. */
    static String basePackage(String module) {
        String name = module.substring("media-".length()).replace('-', '.');
        return "io.headend." + name.replaceFirst("^package", "packaging");
    }

    static Document pom(String folder) {
        Path file = folder.isEmpty()
                ? ROOT.resolve("pom.xml")
                : ROOT.resolve(folder).resolve("pom.xml");
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One dependency of a POM. */
    record Dependency(String group, String artifact, String version, String scope) {}

    /** The dependencies in the first element of that name: {@code dependencies} or {@code dependencyManagement}. */
    static List<Dependency> dependencies(Document pom, String element) {
        Element parent = (Element) pom.getElementsByTagName(element).item(0);
        NodeList all = parent.getElementsByTagName("dependency");
        return Stream.iterate(0, i -> i < all.getLength(), i -> i + 1)
                .map(i -> (Element) all.item(i))
                .map(e ->
                        new Dependency(text(e, "groupId"), text(e, "artifactId"), text(e, "version"), text(e, "scope")))
                .toList();
    }

    /** The text of a direct child, or nothing. */
    static String text(Element parent, String child) {
        for (int i = 0; i < parent.getChildNodes().getLength(); i++) {
            if (parent.getChildNodes().item(i).getNodeName().equals(child)) {
                return parent.getChildNodes().item(i).getTextContent().strip();
            }
        }
        return "";
    }
}
