/**
 * Transport streams taken apart without FFmpeg: {@link io.headend.ingest.ts.TsDemuxer} turns bytes into the items of one program.
 */
@NullMarked
package io.headend.ingest.ts;

import org.jspecify.annotations.NullMarked;
