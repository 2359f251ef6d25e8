@NullMarked
package io.stabbur.auth.request;

import org.jspecify.annotations.NullMarked;
