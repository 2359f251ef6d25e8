/// Users, their identities and passwords, and one-time tokens as they stand in the database. Start
/// at [User] and [Users].
@NullMarked
package io.stabbur.auth.user;

import org.jspecify.annotations.NullMarked;
