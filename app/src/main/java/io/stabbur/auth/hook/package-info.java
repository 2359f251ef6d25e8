/// The project's own functions and addresses that are asked at fixed points. Start at [Hooks].
@NullMarked
package io.stabbur.auth.hook;

import org.jspecify.annotations.NullMarked;
