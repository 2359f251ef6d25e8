/// Second factors: enrolment, challenges and their verification.
@NullMarked
package io.stabbur.auth.factor;

import org.jspecify.annotations.NullMarked;
