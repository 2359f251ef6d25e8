/// The auth API over the wire, and its pure parts.
@NullMarked
package io.stabbur.auth;

import org.jspecify.annotations.NullMarked;
