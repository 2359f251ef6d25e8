/// Running organisations: making them and their members, exporting and erasing a person, rotating
/// the keys of personal data, keeping the audit log and the statistics. Start at [Organizations].
/// Rights are those of the caller in Postgres. Must not look inside a capability.
@NullMarked
package io.stabbur.admin;

import org.jspecify.annotations.NullMarked;
