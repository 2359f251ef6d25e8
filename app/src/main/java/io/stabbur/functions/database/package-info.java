/// What the database asks the appliance to do: HTTP calls under the names of `pg_net`, and webhooks
/// of tables. Start at [HttpCalls]. Where the real extension is there, this does nothing.
@NullMarked
package io.stabbur.functions.database;

import org.jspecify.annotations.NullMarked;
