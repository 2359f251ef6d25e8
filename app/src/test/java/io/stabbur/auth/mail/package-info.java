@NullMarked
package io.stabbur.auth.mail;

import org.jspecify.annotations.NullMarked;
