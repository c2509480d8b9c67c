/** AC-3 and Enhanced AC-3 (ETSI TS 102 366): start with {@link io.headend.formats.ac3.SyncFrame}. */
@NullMarked
package io.headend.formats.ac3;

import org.jspecify.annotations.NullMarked;
