/** Whole files as pictures in and MP4 out, for the parts of this module that work offline. Not exported. */
@org.jspecify.annotations.NullMarked
package io.headend.transcode.pictures;
