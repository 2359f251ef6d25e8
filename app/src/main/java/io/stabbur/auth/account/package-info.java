/// Users, their identities and the audit log as rows. Start at [User] and [Users].
@NullMarked
package io.stabbur.auth.account;

import org.jspecify.annotations.NullMarked;
