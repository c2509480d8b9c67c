package io.headend.cdn;

/**
 * What a cache did since it was built.
 *
 * @param hits answers out of the cache
 * @param collapsed answers shared with a request that was already on its way to the origin
 * @param fetches requests made to the origin
 * @param failures fetches that ended without an answer
 * @param entries answers kept now
 * @param bytes their weight now
 */
public record CacheFigures(long hits, long collapsed, long fetches, long failures, long entries, long bytes) {}
