@NullMarked
package io.stabbur.auth.account;

import org.jspecify.annotations.NullMarked;
