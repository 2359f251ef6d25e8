/// People of a project: found, invited, helped, kept out; and what they may ask for. Start at
/// [PersonPageController].
@NullMarked
package io.stabbur.console.person;

import org.jspecify.annotations.NullMarked;
