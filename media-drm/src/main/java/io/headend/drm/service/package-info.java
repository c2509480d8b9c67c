/** What clients and servers of keys share: bounded HTTP, and statuses for failures. Not exported. */
@NullMarked
package io.headend.drm.service;

import org.jspecify.annotations.NullMarked;
