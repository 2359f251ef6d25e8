/// `/admin/v1/operators`: sign-in and accounts of operators.
@NullMarked
package io.stabbur.control.api;

import org.jspecify.annotations.NullMarked;
