/// How Supabase's command reaches a project's database: temporary roles, and a port with TLS before
/// the embedded server. Start at [DatabaseGate].
@NullMarked
package io.stabbur.management.database;

import org.jspecify.annotations.NullMarked;
