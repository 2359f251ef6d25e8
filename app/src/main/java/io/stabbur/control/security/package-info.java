/// Lets operators in on their own paths, through micronaut-security: who stands behind a token,
/// what its role may, and that a page's request was meant. The framework's types are reactive here
/// and nowhere else in this room.
@NullMarked
package io.stabbur.control.security;

import org.jspecify.annotations.NullMarked;
