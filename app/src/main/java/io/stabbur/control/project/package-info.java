/// Projects that are added at run time, kept in the control database. Start at [ProjectDesk].
@NullMarked
package io.stabbur.control.project;

import org.jspecify.annotations.NullMarked;
