package io.headend.packaging;

/**
 * A caption service inside the pictures (CTA-608, CTA-708).
 *
 * @param service {@code CC1} to {@code CC4}, or {@code SERVICE1} to {@code SERVICE63}
 * @param language BCP 47 tag
 */
public record ClosedCaptions(String service, String language) {

    public ClosedCaptions {
        if (!service.matches("CC[1-4]|SERVICE([1-9]|[1-5]\\d|6[0-3])")) {
            throw new IllegalArgumentException("'" + service + "' is no caption service; say CC1 or SERVICE1");
        }
    }

    boolean is708() {
        return service.startsWith("SERVICE");
    }
}
