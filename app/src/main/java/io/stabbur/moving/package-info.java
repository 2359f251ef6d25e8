/// Moving house: a whole project from one database and file store to another. Start reading at
/// [io.stabbur.moving.Move]. The source is only read; how far a move has come is kept in the
/// target.
@NullMarked
package io.stabbur.moving;

import org.jspecify.annotations.NullMarked;
