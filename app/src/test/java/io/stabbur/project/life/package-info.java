/// Tests of background work against a real Postgres.
@NullMarked
package io.stabbur.project.life;

import org.jspecify.annotations.NullMarked;
