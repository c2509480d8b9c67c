/**
 * HTTP as a plain function, {@link io.headend.core.http.MediaRequest} to {@link io.headend.core.http.MediaResponse}, so that
 * origin, edge and key servers can be mounted on any HTTP server.
 */
@NullMarked
package io.headend.core.http;

import org.jspecify.annotations.NullMarked;
