/// Stage three: a plan as SQL. [SqlWriter] writes one statement for a plan; its text depends on the
/// shape of the request and never on a value, so that Postgres can keep it prepared. Pure.
@NullMarked
package io.stabbur.data.sql;

import org.jspecify.annotations.NullMarked;
