/// What tests share: one running Stabbur on a real Postgres, and small ways to speak to it.
@NullMarked
package io.stabbur.testing;

import org.jspecify.annotations.NullMarked;
