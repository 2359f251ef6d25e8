/// Users and links for administrators. Start at [AdminUsersController].
@NullMarked
package io.stabbur.auth.admin;

import org.jspecify.annotations.NullMarked;
