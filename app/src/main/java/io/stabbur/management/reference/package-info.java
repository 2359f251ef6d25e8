/// What tools call projects.
@NullMarked
package io.stabbur.management.reference;

import org.jspecify.annotations.NullMarked;
