/// Mail and SMS: templates in two languages, senders, and the links they carry.
@NullMarked
package io.stabbur.auth.mail;

import org.jspecify.annotations.NullMarked;
