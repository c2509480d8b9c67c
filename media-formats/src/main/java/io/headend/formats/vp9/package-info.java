/** VP9 configuration (VP Codec ISO Media File Format Binding). Start with {@link io.headend.formats.vp9.VpConfigurationRecord}. */
@NullMarked
package io.headend.formats.vp9;

import org.jspecify.annotations.NullMarked;
