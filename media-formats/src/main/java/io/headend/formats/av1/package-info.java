/** AV1 configuration (AV1 Codec ISO Media File Format Binding). Start with {@link io.headend.formats.av1.Av1ConfigurationRecord}. */
@NullMarked
package io.headend.formats.av1;

import org.jspecify.annotations.NullMarked;
