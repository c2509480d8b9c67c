package io.headend.transcode.quality;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the kernels on {@code jdk.incubator.vector}; the host adds that module with {@code --add-modules}. Before JDK 21 they
 * are not used.
 */
final class VectorKernelsLoader {

    private static final Logger LOG = LoggerFactory.getLogger(VectorKernelsLoader.class);
    private static final String MODULE = "jdk.incubator.vector";
    // With the vector code of JDK 17 the SSIM of equal pictures was 0.32 in one JVM of four, always after the same
    // warm-up.
    private static final int FIRST_JDK = 21;
    private static final String CLASS = "io.headend.transcode.quality.VectorKernels";
    private static final Optional<Class<? extends Kernels>> FOUND = find();

    private VectorKernelsLoader() {}

    static Optional<Kernels> load(int width) {
        return FOUND.map(type -> create(type, width));
    }

    private static Optional<Class<? extends Kernels>> find() {
        Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
        if (module.isEmpty() || Runtime.version().feature() < FIRST_JDK) {
            return Optional.empty();
        }
        try {
            VectorKernelsLoader.class.getModule().addReads(module.get());
            Class<? extends Kernels> type = Class.forName(CLASS).asSubclass(Kernels.class);
            create(type, 1);
            return Optional.of(type);
        } catch (ReflectiveOperationException | LinkageError | IllegalStateException e) {
            LOG.warn("{} is present but the vector kernels cannot be used; scoring runs on the plain ones", MODULE, e);
            return Optional.empty();
        }
    }

    private static Kernels create(Class<? extends Kernels> type, int width) {
        try {
            return type.getDeclaredConstructor(int.class).newInstance(width);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("vector kernels cannot be created", e);
        }
    }
}
