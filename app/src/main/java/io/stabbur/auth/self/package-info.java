/// What people may do with their own account.
@NullMarked
package io.stabbur.auth.self;

import org.jspecify.annotations.NullMarked;
