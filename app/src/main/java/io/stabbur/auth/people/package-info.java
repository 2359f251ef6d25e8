/// People as whoever looks after a project sees them: found page by page, helped when a phone is
/// lost, kept out. Start at [PeopleDesk]. For the console; must not be imported by other rooms.
@NullMarked
package io.stabbur.auth.people;

import org.jspecify.annotations.NullMarked;
