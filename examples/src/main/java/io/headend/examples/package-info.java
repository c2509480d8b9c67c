/** The {@code headend} command: one class per sub-command, each a short program on the libraries' front doors. */
@NullMarked
package io.headend.examples;

import org.jspecify.annotations.NullMarked;
