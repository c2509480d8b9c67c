/**
 * Serves {@link io.headend.core.http.MediaHandler}s to players. Start at {@link io.headend.cdn.EdgeServer}, which puts any
 * handler on a port, and {@link io.headend.cdn.EdgeCache}, a handler in front of another that lets a crowd cost its origin
 * one request.
 */
@NullMarked
package io.headend.cdn;

import org.jspecify.annotations.NullMarked;
